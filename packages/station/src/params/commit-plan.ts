import type { Write } from '../store/store.ts';
import type { ParameterId } from './catalogue.ts';
import { catalogue } from './catalogue.ts';
import type { WantedValue } from './change-plan.ts';
import { effectOf } from './change-plan.ts';
import type { ChangeAuthor } from './change.ts';
import { trialToDocument } from './endpoint-trial-document.ts';
import { stagedOf, stepTrial } from './endpoint-trial.ts';
import type { EndpointValues, TrialContext, TrialEffect, TrialState } from './endpoint-trial.ts';
import type { RawValue } from './effective.ts';
import type { HistoryFact } from './history.ts';
import { historyWrites } from './history.ts';
import type { ParameterData } from './layers.ts';
import { isTrialId, rawInForce, rawNext, storedNext } from './layers.ts';
import type { StoredValue } from './stored-value.ts';
import { toDocument } from './stored-value.ts';
import { parameterOf, type ValueId } from './value-id.ts';
import { sameValue } from './value-text.ts';

/** The collection of a station's parameters: one document per stored value, and two for what is not a parameter. */
export const parameterCollection = 'parameters';
/** The document of staged, applied and tried endpoint values. */
export const endpointKey = '#endpoint';
/** The document that counts the history. */
export const historyKey = '#history';

/** What a plan is made from. */
export interface CommitInput {
  readonly station: string;
  readonly data: ParameterData;
  readonly by: ChangeAuthor;
  readonly historyNumber: number;
  readonly trial: TrialContext;
  /** What else belongs into the commit of these changes. */
  readonly alsoWrites?: ((facts: readonly HistoryFact[], by: ChangeAuthor) => readonly Write[]) | undefined;
}

/** What to write, and the values once that is on disk. */
export interface CommitPlan {
  readonly data: ParameterData;
  readonly writes: readonly Write[];
  readonly effects: readonly TrialEffect[];
  readonly historyNumber: number;
}

interface Draft {
  readonly stored: Map<ValueId, StoredValue>;
  readonly running: Map<ValueId, RawValue>;
  readonly staged: Partial<Record<ParameterId, StoredValue>>;
  readonly credentials: Partial<Record<ParameterId, StoredValue>>;
  readonly writes: Write[];
  readonly facts: HistoryFact[];
  touched: 'nothing' | 'staged' | 'credentials' | 'endpoint';
}

/** Plans the commit of values that were judged to be fine. */
export function planCommit(wanted: ReadonlyMap<ValueId, WantedValue>, input: CommitInput): CommitPlan {
  const { data } = input;
  const draft: Draft = {
    stored: new Map(data.stored),
    running: new Map(data.running),
    staged: { ...(stagedOf(data.endpoint)?.values ?? data.endpoint.applied) },
    credentials: { ...data.endpoint.applied },
    writes: [],
    facts: [],
    touched: 'nothing',
  };
  for (const [id, want] of wanted) draftOne(id, want, wanted, input, draft);
  const step = stepDraft(draft, input);
  const running = draft.running.size + data.running.size === 0 ? data.running : draft.running;
  const next: ParameterData = { ...data, stored: draft.stored, running, endpoint: step.state };
  return finish(next, step.effects, draft, input);
}

/** Plans the commit of a step of the endpoint's trial. */
export function planEndpointCommit(state: TrialState, effects: readonly TrialEffect[], input: CommitInput): CommitPlan {
  const data: ParameterData = { ...input.data, endpoint: state };
  const rolledBack = effects.some((effect) => effect.kind === 'rolledBack');
  const facts = rolledBack ? rollbackFacts(input.data, data) : [];
  return finish(data, effects, { writes: [], facts }, input);
}

function draftOne(
  id: ValueId,
  want: WantedValue,
  wanted: ReadonlyMap<ValueId, WantedValue>,
  { station, data, by, trial }: CommitInput,
  draft: Draft,
): void {
  const before = storedNext(data, id);
  if (want.remove ? before === undefined : before !== undefined && sameValue(before.value, want.value)) return;
  const old = rawNext(data, id).value;
  if (!sameValue(old, want.value)) draft.facts.push({ id, old, new: want.value });
  const entry = want.remove ? undefined : { value: want.value, source: by.source, who: by.who, atMs: trial.wallMs };
  if (isTrialId(id)) {
    const isStaged = effectOf(id, wanted, data) === 'staged';
    setOrDelete(isStaged ? draft.staged : draft.credentials, id, entry);
    const atOnce =
      catalogue[id].credentials === true || catalogue[id].derived !== undefined ? 'credentials' : 'endpoint';
    draft.touched = isStaged ? 'staged' : draft.touched === 'endpoint' ? 'endpoint' : atOnce;
    return;
  }
  if (entry === undefined) draft.stored.delete(id);
  else draft.stored.set(id, entry);
  if (catalogue[parameterOf(id)].effect === 'restart') keepRunning(id, want, data, draft);
  const place = { station, collection: parameterCollection, key: id };
  draft.writes.push(
    entry === undefined
      ? { op: 'deleteDocument', ...place }
      : { op: 'putDocument', ...place, value: toDocument(entry) },
  );
}

function setOrDelete(
  values: Partial<Record<ParameterId, StoredValue>>,
  id: ParameterId,
  entry: StoredValue | undefined,
): void {
  if (entry === undefined) delete values[id];
  else values[id] = entry;
}

/** A value that waits for a restart leaves the one of before in force. */
function keepRunning(id: ValueId, want: WantedValue, data: ParameterData, draft: Draft): void {
  const inForce = rawInForce(data, id);
  if (sameValue(inForce.value, want.value)) draft.running.delete(id);
  else draft.running.set(id, inForce);
}

function stepDraft(draft: Draft, { data, trial }: CommitInput): ReturnType<typeof stepTrial> {
  switch (draft.touched) {
    case 'nothing':
      return { state: data.endpoint, effects: [] };
    case 'staged':
      return stepTrial(data.endpoint, { type: 'stage', values: draft.staged }, trial);
    case 'credentials':
    case 'endpoint':
      return stepTrial(data.endpoint, { type: draft.touched, values: draft.credentials }, trial);
  }
}

function finish(
  data: ParameterData,
  effects: readonly TrialEffect[],
  { writes, facts }: Pick<Draft, 'writes' | 'facts'>,
  { station, by, historyNumber, trial, alsoWrites }: CommitInput,
): CommitPlan {
  const all = [...writes];
  if (effects.some((effect) => effect.kind === 'persist')) {
    const value = trialToDocument(data.endpoint, trial.nowMs);
    all.push({ op: 'putDocument', station, collection: parameterCollection, key: endpointKey, value });
  }
  const next = historyNumber + facts.length;
  if (facts.length > 0) {
    const rolledBack = effects.some((effect) => effect.kind === 'rolledBack');
    const author = { source: rolledBack ? 'rollback' : by.source, who: by.who, atMs: trial.wallMs };
    all.push(...historyWrites(station, historyNumber, facts, author), ...(alsoWrites?.(facts, by) ?? []));
    all.push({ op: 'putDocument', station, collection: parameterCollection, key: historyKey, value: { next } });
  }
  return { data, writes: all, effects, historyNumber: next };
}

function rollbackFacts(before: ParameterData, after: ParameterData): HistoryFact[] {
  const ids = new Set([...keysOf(before.endpoint.applied), ...keysOf(after.endpoint.applied)]);
  return [...ids].flatMap((id) => {
    const old = rawInForce(before, id).value;
    const now = rawInForce(after, id).value;
    return sameValue(old, now) ? [] : [{ id, old, new: now }];
  });
}

function keysOf(values: EndpointValues): readonly ParameterId[] {
  return Object.keys(values) as ParameterId[];
}
