import { catalogue } from './catalogue.ts';
import { allNames, didYouMean, findParameter } from './names.ts';
import type { Override, OverrideValues } from './overrides.ts';
import { parseValue } from './validation.ts';
import { parameterOf, readOverrideId, splitNumber, type ValueId } from './value-id.ts';

/** Something in environment or file that cannot be used; the rest counts. With any, the daemon starts in safe mode. */
export interface ConfigurationProblem {
  /** Such as `KERBSIDE_BACKEND_PORT` or `kerbside.yaml line 12`. */
  readonly where: string;
  readonly problem: string;
}

/** Values that one source gives; what cannot be used is a problem, and no value. */
export interface SourceValues {
  readonly pinned: OverrideValues;
  readonly defaults: OverrideValues;
}

/** The value of one entry, or why it cannot be used. */
export type EntryResult =
  | { readonly ok: true; readonly id: ValueId; readonly override: Override }
  | { readonly ok: false; readonly unknown: boolean; readonly problem: string };

/** What an entry is about: a parameter, or one connector (from 1) of an individual one. */
export function findOverrideId(name: string): ValueId | undefined {
  const named = findParameter(name);
  if (named !== undefined) return named.kind === 'parameter' ? named.id : undefined;
  const split = splitNumber(name.trim());
  const first = split?.connector === 1 ? findParameter(split.name) : undefined;
  return first?.kind === 'parameter' ? readOverrideId(`${first.id}_1`) : undefined;
}

/** Reads one entry of environment or file. */
export function readEntry(name: string, text: string, from: Override['from'], where: string): EntryResult {
  const id = findOverrideId(name);
  if (id === undefined) {
    const near = didYouMean(name, allNames());
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    return { ok: false, unknown: true, problem: `There is no parameter "${name}".${hint}` };
  }
  const row = catalogue[parameterOf(id)];
  if (row.effect === 'fixed') {
    return { ok: false, unknown: false, problem: `${id} comes from the station and cannot be set.` };
  }
  const { derived } = row;
  if (derived !== undefined) return { ok: false, unknown: false, problem: `${id} cannot be set. ${derived}` };
  const parsed = parseValue(parameterOf(id), text, 'local');
  return parsed.ok
    ? { ok: true, id, override: { value: parsed.value, from, where } }
    : { ok: false, unknown: false, problem: `${id}: ${parsed.reason}` };
}
