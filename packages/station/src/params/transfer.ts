import { isRecord } from '../core/json.ts';
import { catalogue, parameterIds } from './catalogue.ts';
import type { ParameterId } from './catalogue.ts';
import type { EvaluationContext, Verdict, WantedChange, WantedValue } from './change-plan.ts';
import { evaluateChanges } from './change-plan.ts';
import { connectorCount, hasConnector, rawNext } from './layers.ts';
import type { ParameterData } from './layers.ts';
import type { ParameterValue } from './row.ts';
import { isParameterValue } from './stored-value.ts';
import { connectorOf, parameterOf, readValueId, valueIdsOf, type ValueId } from './value-id.ts';
import { mask, sameValue, toShownText, toText } from './value-text.ts';

/** A station's settings as a file: values by id, those that wait for a restart or an application as they will be. */
export interface ParameterExport {
  readonly format: 'kerbside.parameters';
  readonly version: 1;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Secrets that are set and were left out. */
  readonly secretsLeftOut: readonly string[];
}

/** What an export contains: with `categories` only ids that begin with one of them, such as `backend`. */
export interface ExportOptions {
  readonly secrets?: boolean;
  readonly categories?: readonly string[];
}

/** What an import made, or would make, of one parameter. */
export type ImportOutcome =
  | { readonly kind: 'applied'; readonly name: string; readonly id: ValueId; readonly warning?: string }
  | { readonly kind: 'unchanged'; readonly name: string; readonly id: ValueId }
  | { readonly kind: 'refused'; readonly name: string; readonly reason: string }
  | { readonly kind: 'unknown'; readonly name: string; readonly reason: string };

/** A difference between two exports; `null` = missing. */
export interface ParameterDifference {
  readonly id: string;
  readonly a: string | null;
  readonly b: string | null;
}

/** Exports what can be set on a station; what the station computes or the daemon owns is left out. */
export function exportParameters(data: ParameterData, options: ExportOptions = {}): ParameterExport {
  const ids = parameterIds
    .filter((id) => isTransferable(data, id) && isInCategory(id, options.categories))
    .flatMap((id) => valueIdsOf(id, connectorCount(data)));
  const hidden = options.secrets === true ? [] : ids.filter(isSecret);
  const shown = ids.filter((id) => !hidden.includes(id));
  return {
    format: 'kerbside.parameters',
    version: 1,
    parameters: Object.fromEntries(shown.map((id) => [id, rawNext(data, id).value])),
    secretsLeftOut: hidden.filter((id) => rawNext(data, id).value !== ''),
  };
}

function isTransferable(data: ParameterData, id: ParameterId): boolean {
  const row = catalogue[id];
  return (
    row.effect !== 'fixed' && row.derived === undefined && row.scope !== 'process' && data.provide[id] === undefined
  );
}

function isSecret(id: ValueId): boolean {
  return catalogue[parameterOf(id)].secret === true;
}

function isInCategory(id: ParameterId, categories: readonly string[] | undefined): boolean {
  return categories === undefined || categories.some((category) => id === category || id.startsWith(`${category}.`));
}

/** Reads the entries of an export file, or says what is wrong with it. A plain object of values is taken too. */
export function readExport(
  document: unknown,
):
  | { readonly ok: true; readonly entries: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly reason: string } {
  if (!isRecord(document)) return { ok: false, reason: 'The file must hold a JSON object.' };
  const isExport = document['format'] === 'kerbside.parameters';
  if (isExport && document['version'] !== 1) return { ok: false, reason: 'The file was written by a newer version.' };
  const values = isExport ? document['parameters'] : document;
  if (!isRecord(values)) return { ok: false, reason: 'The file has no object "parameters".' };
  const entries = new Map<string, string>();
  for (const [name, value] of Object.entries(values)) {
    if (!isParameterValue(value))
      return { ok: false, reason: `The value of ${name} is neither text, number, list nor true or false.` };
    entries.set(name, toText(value));
  }
  return { ok: true, entries };
}

/** What an import would do: entries that cannot be taken are refused one by one, the others stand. */
export function planImport(
  entries: ReadonlyMap<string, string>,
  context: EvaluationContext,
): { readonly outcomes: readonly ImportOutcome[]; readonly wanted: ReadonlyMap<ValueId, WantedValue> } {
  const outcomes = new Map<string, ImportOutcome>();
  let open: readonly WantedChange[] = [...entries].flatMap(([name, value]) => {
    const early = beforeEvaluation(name, value, context.data);
    if (early === undefined) return [{ name, value }];
    outcomes.set(name, early);
    return [];
  });
  // Each round drops what is refused, since that may be why others are, or the reason that others stand.
  for (;;) {
    const evaluation = evaluateChanges(open, context);
    const verdicts = new Map(open.map((change, index) => [change.name, evaluation.verdicts[index]]));
    const bad = new Set(open.flatMap(({ name }) => (verdicts.get(name)?.kind === 'fine' ? [] : [name])));
    const decided = bad.size === 0 ? open : open.filter(({ name }) => bad.has(name));
    for (const { name } of decided) {
      const verdict = verdicts.get(name);
      if (verdict !== undefined) outcomes.set(name, toImportOutcome(name, verdict));
    }
    if (bad.size === 0) {
      const ordered = [...entries.keys()].map((name) => outcomes.get(name)).filter((outcome) => outcome !== undefined);
      return { outcomes: ordered, wanted: evaluation.wanted };
    }
    open = open.filter(({ name }) => !bad.has(name));
  }
}

/** Values that are the same already are not stored: a default stays a default. */
function beforeEvaluation(name: string, value: string, data: ParameterData): ImportOutcome | undefined {
  const id = readValueId(name);
  if (id === undefined || !hasConnector(data, connectorOf(id) ?? 1)) return undefined;
  const current = rawNext(data, id).value;
  if (isSecret(id) && value === mask) {
    return { kind: 'refused', name, reason: 'The value is masked. Enter the secret itself.' };
  }
  return toText(current) === value ? { kind: 'unchanged', name, id } : undefined;
}

function toImportOutcome(name: string, verdict: Verdict): ImportOutcome {
  switch (verdict.kind) {
    case 'unknown':
      return { kind: 'unknown', name, reason: verdict.reason };
    case 'refused':
      return { kind: 'refused', name, reason: verdict.reason };
    case 'fine': {
      if (verdict.same) return { kind: 'unchanged', name, id: verdict.id };
      const { id, warning } = verdict;
      return warning === undefined ? { kind: 'applied', name, id } : { kind: 'applied', name, id, warning };
    }
  }
}

/** Every parameter in which two exports differ; secrets are masked. */
export function diffExports(a: ParameterExport, b: ParameterExport): readonly ParameterDifference[] {
  const ids = new Set([...Object.keys(a.parameters), ...Object.keys(b.parameters)]);
  return [...ids].flatMap((id) => {
    const [left, right] = [a.parameters[id], b.parameters[id]];
    if (left !== undefined && right !== undefined && sameValue(left, right)) return [];
    return [{ id, a: maskedText(id, left), b: maskedText(id, right) }];
  });
}

function maskedText(id: string, value: ParameterValue | undefined): string | null {
  if (value === undefined) return null;
  const known = readValueId(id);
  return toShownText(value, known !== undefined && isSecret(known));
}
