import { isRecord } from '../core/json.ts';
import type { Json } from '../core/json.ts';
import type { Store, Write } from '../store/store.ts';
import { catalogue } from './catalogue.ts';
import type { ParameterValue } from './row.ts';
import { parameterOf, readValueId, type ValueId } from './value-id.ts';
import { toShownText } from './value-text.ts';

/** How many changes are remembered. */
const historyLength = 200;

const collection = 'parameterHistory';

/** One change of the past; secrets are masked before they get here. */
export interface HistoryEntry {
  /** Counts up over the station's life. */
  readonly number: number;
  /** Wall ms. */
  readonly atMs: number;
  readonly id: ValueId;
  readonly who: string;
  /** `backend`, `operator`, `manufacturer`, or `rollback` for settings that did not work. */
  readonly source: string;
  readonly old: string;
  readonly new: string;
}

/** One change to remember. */
export interface HistoryFact {
  readonly id: ValueId;
  readonly old: ParameterValue;
  readonly new: ParameterValue;
}

/** The writes that remember changes from `number` on; the oldest entries are overwritten. */
export function historyWrites(
  station: string,
  number: number,
  facts: readonly HistoryFact[],
  by: { readonly source: string; readonly who: string; readonly atMs: number },
): readonly Write[] {
  return facts.map((fact, index): Write => {
    const secret = catalogue[parameterOf(fact.id)].secret === true;
    const value = {
      number: number + index,
      atMs: by.atMs,
      id: fact.id,
      who: by.who,
      source: by.source,
      old: toShownText(fact.old, secret),
      new: toShownText(fact.new, secret),
    } satisfies HistoryEntry;
    return { op: 'putDocument', station, collection, key: String((number + index) % historyLength), value };
  });
}

/** The remembered changes, newest first. */
export async function readHistory(store: Store, station: string): Promise<readonly HistoryEntry[]> {
  const documents = await store.readDocuments(station, collection);
  const entries = [...documents.values()].map(toEntry).filter((entry) => entry !== undefined);
  return entries.toSorted((a, b) => b.number - a.number);
}

function toEntry(document: Json): HistoryEntry | undefined {
  if (!isRecord(document)) return undefined;
  const { number, atMs, id, who, source, old, new: next } = document;
  if (typeof number !== 'number' || typeof atMs !== 'number' || typeof id !== 'string') return undefined;
  const known = readValueId(id);
  if (known === undefined) return undefined;
  return { number, atMs, id: known, who: textOf(who), source: textOf(source), old: textOf(old), new: textOf(next) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
