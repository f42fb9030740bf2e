import { isRecord } from '../core/json.ts';
import type { Archived, Store, Write } from '../store/store.ts';
import { checkArchive } from './archive-check.ts';
import { archiveNames } from './archive-names.ts';

/** What the legal logbook tells of (E-13, E-15). The words lie in the database and never change. */
export type LogbookKind =
  | 'timeSet'
  | 'meterCommissioned'
  | 'meterReplaced'
  | 'keyChanged'
  | 'componentChanged'
  | 'blocked'
  | 'released'
  | 'recordsMissing'
  | 'unbillable'
  | 'parameterChanged'
  | 'lateRecord'
  | 'archiveDamaged'
  | 'expired';

/** Who did it. */
export type LogbookActor = 'station' | 'operator' | 'manufacturer';

/** One entry of the logbook. */
export interface LogbookEntry {
  /** Counts from 1 without a gap, also over restarts. */
  readonly number: number;
  readonly atMs: number;
  /** The station's clock was not set: the time is a guess. */
  readonly estimated: boolean;
  /** A `LogbookKind`, or what a newer version wrote. */
  readonly kind: string;
  /** 0: the whole station. */
  readonly evse: number;
  readonly by: string;
  readonly text: string;
  readonly detail: string | null;
}

const entriesAtOnce = 500;

export interface LogbookDeps {
  readonly station: string;
  readonly store: Store;
  readonly clock: { readonly nowMs: () => number; readonly valid: boolean };
}

/**
 * The legal logbook of one station: entries are added and never changed or removed, and the store counts them, so that a missing
 * one is seen (E-13). Keeps nothing in memory.
 */
export class Logbook {
  readonly #deps: LogbookDeps;

  constructor(deps: LogbookDeps) {
    this.#deps = deps;
  }

  /** The write of an entry, for the commit of what it tells of. @param evse 0 for the whole station */
  entry(
    kind: LogbookKind,
    evse: number,
    text: string,
    by: LogbookActor,
    detail: string | null = null,
  ): readonly Write[] {
    const { station, clock } = this.#deps;
    const body = {
      kind,
      evse,
      by,
      text,
      ...(detail === null ? {} : { detail }),
      ...(clock.valid ? {} : { estimated: true }),
    };
    const row = { seq: 0, group: null, key: null, atMs: Math.round(clock.nowMs()), state: '' };
    return [{ op: 'archive', station, archive: archiveNames.logbook, row, body: JSON.stringify(body) }];
  }

  /** Writes an entry; resolves when it is on disk, rejects with `store.unavailable`. */
  async record(kind: LogbookKind, evse: number, text: string, by: LogbookActor, detail?: string): Promise<void> {
    await this.#deps.store.commit(this.entry(kind, evse, text, by, detail ?? null));
  }

  /** Entries, the newest first. @param before only those with a lower number */
  async read(page: { readonly before?: number; readonly limit: number }): Promise<readonly LogbookEntry[]> {
    const { station, store } = this.#deps;
    const found = await store.readArchive(station, archiveNames.logbook, { ...page, newestFirst: true });
    return found.map(entryOf);
  }

  /** Looks whether every entry is there and as it was written; what is not, in words. */
  async check(): Promise<readonly string[]> {
    const { station, store } = this.#deps;
    const { first, last, count } = await store.archiveEdges(station, archiveNames.logbook);
    const whole = first === Math.min(1, count) && last === count;
    const numbering = whole ? [] : [`${last - count} of its ${last} entries are missing.`];
    const place = { store, station, archive: archiveNames.logbook };
    const { problems } = await checkArchive({ ...place, expiredTo: 0, readable: ({ body }) => parsed(body) !== null });
    return [...numbering, ...problems].map((problem) => `Logbook: ${problem}`);
  }

  /** Every entry, oldest first, a page at a time. */
  async *pages(): AsyncGenerator<readonly LogbookEntry[], undefined> {
    const { station, store } = this.#deps;
    for (let after = 0; ;) {
      const found = await store.readArchive(station, archiveNames.logbook, { after, limit: entriesAtOnce });
      const last = found.at(-1);
      if (last === undefined) return undefined;
      yield found.map(entryOf);
      after = last.row.seq;
    }
  }
}

function entryOf({ row, body }: Archived): LogbookEntry {
  const value = parsed(body) ?? {};
  const text = (name: string, otherwise: string): string => {
    const found = value[name];
    return typeof found === 'string' ? found : otherwise;
  };
  return {
    number: row.seq,
    atMs: row.atMs,
    estimated: value['estimated'] === true,
    kind: text('kind', 'unreadable'),
    evse: typeof value['evse'] === 'number' ? value['evse'] : 0,
    by: text('by', 'station'),
    text: text('text', body),
    detail: typeof value['detail'] === 'string' ? value['detail'] : null,
  };
}

/** Null for an entry that cannot be read, which shows its text as it lies there. */
function parsed(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
