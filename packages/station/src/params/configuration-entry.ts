import type { ParameterId } from './catalogue.ts';
import { catalogue } from './catalogue.ts';
import { allNames, didYouMean, findParameter } from './names.ts';
import type { Override } from './overrides.ts';
import { parseValue } from './validation.ts';

/** Something in environment or file that cannot be used; the rest counts. With any, the daemon starts in safe mode. */
export interface ConfigurationProblem {
  /** Such as `KERBSIDE_BACKEND_PORT` or `kerbside.yaml line 12`. */
  readonly where: string;
  readonly problem: string;
}

/** Values that one source gives; what cannot be used is a problem, and no value. */
export interface SourceValues {
  readonly pinned: ReadonlyMap<ParameterId, Override>;
  readonly defaults: ReadonlyMap<ParameterId, Override>;
}

/** The value of one entry, or why it cannot be used. */
export type EntryResult =
  | { readonly ok: true; readonly id: ParameterId; readonly override: Override }
  | { readonly ok: false; readonly unknown: boolean; readonly problem: string };

/** Reads one entry of environment or file. */
export function readEntry(name: string, text: string, from: Override['from'], where: string): EntryResult {
  const named = findParameter(name);
  if (named?.kind !== 'parameter') {
    const near = didYouMean(name, allNames());
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    return { ok: false, unknown: true, problem: `There is no parameter "${name}".${hint}` };
  }
  const { id } = named;
  if (catalogue[id].effect === 'fixed') {
    return { ok: false, unknown: false, problem: `${id} comes from the station and cannot be set.` };
  }
  const { derived } = catalogue[id];
  if (derived !== undefined) return { ok: false, unknown: false, problem: `${id} cannot be set. ${derived}` };
  const parsed = parseValue(id, text, 'local');
  return parsed.ok
    ? { ok: true, id, override: { value: parsed.value, from, where } }
    : { ok: false, unknown: false, problem: `${id}: ${parsed.reason}` };
}
