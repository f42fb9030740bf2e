import { catalogue } from './catalogue.ts';
import type { ParameterId } from './catalogue.ts';
import type { AcceptedAs, Change, ChangeAuthor, ChangeOutcome } from './change.ts';
import { checkRules } from './cross-field.ts';
import type { RuleFinding } from './cross-field.ts';
import { connectorLists, isConnectorList, type ConnectorListId } from './connector-part.ts';
import { doubledValues } from './distinct-values.ts';
import type { RawValue } from './effective.ts';
import { splitBackendUrl } from './endpoint-url.ts';
import { stagedOf } from './endpoint-trial.ts';
import type { ParameterData } from './layers.ts';
import {
  connectorCount,
  effectiveOf,
  hasConnector,
  rawFallback,
  rawInForce,
  rawNext,
  readerOf,
  storedNext,
} from './layers.ts';
import { allNames, didYouMean, findParameter } from './names.ts';
import { isHiddenFrom, whyNotFromBackend, whyNotWritable } from './permission.ts';
import { raiseProfile } from './profile-change.ts';
import type { ParameterValue } from './row.ts';
import type { SecurityProfile } from './security-profile.ts';
import { parseValue } from './validation.ts';
import { connectorOf, parameterOf, type ValueId } from './value-id.ts';
import { sameValue, toText } from './value-text.ts';

/** A change as asked for; a `null` value asks for the default. */
export type WantedChange = Omit<Change, 'value'> & { readonly value: string | null };

/** A value to be stored, or the removal of the stored one. */
export interface WantedValue {
  readonly value: ParameterValue;
  readonly remove: boolean;
}

/** What can be said of one change by itself. */
export type Verdict =
  | { readonly kind: 'unknown'; readonly name: string; readonly reason: string }
  | { readonly kind: 'refused'; readonly id: ValueId; readonly reason: string }
  | {
      readonly kind: 'fine';
      readonly id: ValueId;
      readonly as: AcceptedAs;
      /** Nothing would be different. */
      readonly same: boolean;
      readonly warning?: string;
    };

/** The verdict for each change, in their order, and the values of those that are fine. */
export interface Evaluation {
  readonly verdicts: readonly Verdict[];
  readonly wanted: ReadonlyMap<ValueId, WantedValue>;
}

/** What evaluation needs besides the values. */
export interface EvaluationContext {
  readonly data: ParameterData;
  readonly by: ChangeAuthor;
  /** What the meter can measure, phases one by one included; absent = everything. */
  readonly measurands?: ReadonlySet<string> | undefined;
  /** The station has a signed certificate of its own. */
  readonly hasClientCertificate: boolean;
}

type Item =
  | Exclude<Verdict, { readonly kind: 'fine' }>
  | { readonly kind: 'wanted'; readonly id: ValueId; readonly values: ReadonlyMap<ValueId, WantedValue> };

/** Judges changes that shall take effect together: names, permission, values, and the rules across parameters. */
export function evaluateChanges(changes: readonly WantedChange[], context: EvaluationContext): Evaluation {
  const items = changes.map((change) => readChange(change, context));
  const wanted = new Map(items.flatMap((item) => (item.kind === 'wanted' ? [...item.values] : [])));
  const findings = findingsFor(wanted, context);
  const verdicts = items.map((item) => judge(item, wanted, findings, context.data));
  return { verdicts, wanted };
}

/** All or nothing: when one change is refused, the others are too. */
export function outcomesOf(verdicts: readonly Verdict[]): readonly ChangeOutcome[] {
  const allFine = verdicts.every((verdict) => verdict.kind === 'fine');
  return verdicts.map((verdict): ChangeOutcome => {
    switch (verdict.kind) {
      case 'unknown':
        return verdict;
      case 'refused':
        return { kind: 'rejected', id: verdict.id, reason: verdict.reason };
      case 'fine': {
        if (!allFine) {
          return { kind: 'rejected', id: verdict.id, reason: 'Nothing was stored, because another value was refused.' };
        }
        if (verdict.same) return { kind: 'unchanged', id: verdict.id, as: verdict.as };
        return verdict.warning === undefined
          ? { kind: verdict.as, id: verdict.id }
          : { kind: verdict.as, id: verdict.id, warning: verdict.warning };
      }
    }
  });
}

function readChange(change: WantedChange, context: EvaluationContext): Item {
  const named = findParameter(change.name);
  if (named === undefined || (named.kind === 'parameter' && isHiddenFrom(parameterOf(named.id), context.by.source))) {
    return unknown(change.name);
  }
  if (named.kind === 'parameter') {
    const connector = connectorOf(named.id);
    if (connector !== null && !hasConnector(context.data, connector)) return unknown(change.name);
    return (
      (change.value === null ? undefined : readBareWord(named.id, change.value, context)) ??
      readOne(named.id, change.value, context)
    );
  }
  if (change.value === null) return unknown(change.name);
  if (named.kind === 'connectorPart') {
    return hasConnector(context.data, named.connector)
      ? readConnectorPart(named, change.value, context)
      : unknown(change.name);
  }
  return readBackendUrl(change.value, context);
}

/** The bare word for the first connector leaves what the list says of others; where it says nothing of them, it stands alone. */
function readBareWord(id: ValueId, text: string, context: EvaluationContext): Item | undefined {
  if (!isConnectorList(id) || !connectorLists[id].change('', 1, text).ok) return undefined;
  const stored = toText(rawNext(context.data, id).value);
  return connectorLists[id].saysOfOthers(stored, 1)
    ? readConnectorPart({ id, connector: 1 }, text, context)
    : undefined;
}

/** The bare word for one connector takes its place in the list. */
function readConnectorPart(
  { id, connector }: { readonly id: ConnectorListId; readonly connector: number },
  text: string,
  context: EvaluationContext,
): Item {
  const changed = connectorLists[id].change(toText(rawNext(context.data, id).value), connector, text);
  return changed.ok ? readOne(id, changed.text, context) : { kind: 'refused', id, reason: changed.reason };
}

function unknown(name: string): Item {
  const near = didYouMean(name, allNames());
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return { kind: 'unknown', name, reason: `There is no parameter "${name}".${hint}` };
}

function readOne(id: ValueId, text: string | null, context: EvaluationContext): Item {
  const parameter = parameterOf(id);
  const { data, by } = context;
  const forbidden = whyNotWritable(data, id, by.source);
  if (forbidden !== undefined) return { kind: 'refused', id, reason: forbidden };
  if (text === null) return wantOne(id, { value: rawFallback(data, id).value, remove: true });
  const parsed = parseValue(parameter, text, by.source === 'backend' ? 'backend' : 'local');
  if (!parsed.ok) return { kind: 'refused', id, reason: parsed.reason };
  const refused =
    (by.source === 'backend' ? whyNotFromBackend(parameter, parsed.value) : undefined) ??
    unsupportedMeasurand(parameter, parsed.value, context);
  if (refused !== undefined) return { kind: 'refused', id, reason: refused };
  if (id === 'security.profile') return readProfile(Number(parsed.value) as SecurityProfile, context);
  const wanted = wantOne(id, { value: parsed.value, remove: false });
  const raises = id === 'backend.authorizationKey' && by.source === 'backend' && profileInForce(data) === 0;
  return raises ? { ...wanted, values: new Map([...wanted.values, ['security.profile', risen]]) } : wanted;
}

/** Stored while a password of the backend raised the profile and SecurityProfile was not written since (S-05). */
const risen: WantedValue = { value: 0, remove: false };

function profileInForce(data: ParameterData): SecurityProfile {
  return effectiveOf('security.profile', (id) => rawInForce(data, id)) as SecurityProfile;
}

/** A backend that raises the security profile changes what the profile follows from. */
function readProfile(profile: SecurityProfile, { data, hasClientCertificate }: EvaluationContext): Item {
  const id = 'security.profile';
  const change = raiseProfile(profile, {
    current: profileInForce(data),
    roseByPassword: storedNext(data, id) !== undefined,
    hasPassword: rawNext(data, 'backend.authorizationKey').value !== '',
    hasRoot:
      rawNext(data, 'backend.tlsCaFile').value !== '' || Number(rawNext(data, 'security.backendRoots').value) > 0,
    hasCertificate: hasClientCertificate,
  });
  if (!change.ok) return { kind: 'refused', id, reason: change.reason };
  const values = new Map<ValueId, WantedValue>([[id, { value: rawFallback(data, id).value, remove: true }]]);
  for (const [part, value] of change.values) {
    const raw = rawNext(data, part);
    if (sameValue(raw.value, value)) continue;
    if (raw.layer === 'pinned')
      return { kind: 'refused', id, reason: whyNotWritable(data, part, 'manufacturer') ?? '' };
    values.set(part, { value, remove: false });
  }
  return { kind: 'wanted', id, values };
}

function wantOne(id: ValueId, value: WantedValue): Extract<Item, { readonly kind: 'wanted' }> {
  return { kind: 'wanted', id, values: new Map([[id, value]]) };
}

/** What the meter cannot measure is refused (V-09). */
function unsupportedMeasurand(
  id: ParameterId,
  value: ParameterValue,
  { measurands }: EvaluationContext,
): string | undefined {
  const { rule } = catalogue[id];
  if (rule.type !== 'measurands' || !Array.isArray(value)) return undefined;
  const items: readonly string[] = value;
  const interval = items.find((item) => rule.intervals !== true && item.endsWith('.Interval'));
  if (interval !== undefined) return `${interval} belongs to the intervals of the clock; this list is not about these.`;
  const foreign = measurands === undefined ? undefined : items.find((item) => !measurands.has(item));
  return foreign === undefined ? undefined : `The meter does not measure ${foreign}.`;
}

function readBackendUrl(text: string, context: EvaluationContext): Item {
  const id = 'backend.host';
  const split = splitBackendUrl(text);
  if (!split.ok) return { kind: 'refused', id, reason: split.reason };
  const values = new Map<ValueId, WantedValue>();
  for (const part of split.changes) {
    const item = readChange(part, context);
    if (item.kind === 'wanted') for (const [partId, value] of item.values) values.set(partId, value);
    else if (!isAsPinned(part, context)) return item.kind === 'unknown' ? item : { ...item, id };
  }
  // With all parts pinned there is nothing that could be staged: the key is read only, whatever it is set to (K-03).
  const pinned = values.size === 0 ? whyNotWritable(context.data, id, context.by.source) : undefined;
  if (pinned !== undefined) return { kind: 'refused', id, reason: pinned };
  return { kind: 'wanted', id, values };
}

/** A part that is pinned to the very value that is asked for does not stand in the way of the others. */
function isAsPinned(part: Change, { data }: EvaluationContext): boolean {
  const named = findParameter(part.name);
  if (named?.kind !== 'parameter') return false;
  const parsed = parseValue(parameterOf(named.id), part.value, 'local');
  const raw = rawInForce(data, named.id);
  return raw.layer === 'pinned' && parsed.ok && sameValue(parsed.value, raw.value);
}

function findingsFor(wanted: ReadonlyMap<ValueId, WantedValue>, context: EvaluationContext): readonly RuleFinding[] {
  const { data, by, hasClientCertificate } = context;
  const touched = new Set(
    [...wanted].flatMap(([id, { value }]) => (sameValue(value, rawNext(data, id).value) ? [] : [parameterOf(id)])),
  );
  const rawAfter = (id: ValueId): RawValue => {
    const want = wanted.get(id);
    return want === undefined ? rawNext(data, id) : { value: want.value, layer: want.remove ? 'factory' : 'stored' };
  };
  const current = readerOf((id) => rawInForce(data, id));
  const doubled = doubledValues((id) => rawAfter(id).value, connectorCount(data), touched);
  return [
    ...checkRules({ next: readerOf(rawAfter), current, source: by.source, hasClientCertificate }, touched),
    ...doubled,
  ];
}

function judge(
  item: Item,
  wanted: ReadonlyMap<ValueId, WantedValue>,
  findings: readonly RuleFinding[],
  data: ParameterData,
): Verdict {
  if (item.kind !== 'wanted') return item;
  const ids = [...item.values.keys()];
  const concerning = findings.filter((finding) => finding.ids.some((id) => item.values.has(id)));
  const broken = concerning.find((finding) => finding.severity === 'refuse');
  if (broken !== undefined) return { kind: 'refused', id: item.id, reason: broken.problem };
  const same = ids.every((id) => sameValue(item.values.get(id)?.value ?? null, rawNext(data, id).value));
  const verdict = { kind: 'fine', id: item.id, as: effectOf(item.id, wanted, data), same } as const;
  const warning = concerning.map((finding) => finding.problem).join(' ');
  return warning === '' ? verdict : { ...verdict, warning };
}

/**
 * How a change of this parameter takes effect. Credentials that are written while a new endpoint is staged belong to it: the
 * present backend would refuse them. Of a security profile that a backend raises alone, the parts take effect at once.
 */
export function effectOf(id: ValueId, wanted: ReadonlyMap<ValueId, WantedValue>, data: ParameterData): AcceptedAs {
  const row = catalogue[parameterOf(id)];
  if (wanted.has('security.profile')) return isEndpointStaged(new Map(), data) ? 'staged' : 'accepted';
  if (row.effect === 'endpoint') return 'staged';
  if (row.effect === 'restart') return 'restartRequired';
  if (row.credentials !== true) return 'accepted';
  return isEndpointStaged(wanted, data) ? 'staged' : 'accepted';
}

function isEndpointStaged(wanted: ReadonlyMap<ValueId, WantedValue>, data: ParameterData): boolean {
  if (stagedOf(data.endpoint) !== null) return true;
  return [...wanted].some(
    ([id, { value }]) => catalogue[parameterOf(id)].effect === 'endpoint' && !sameValue(value, rawNext(data, id).value),
  );
}
