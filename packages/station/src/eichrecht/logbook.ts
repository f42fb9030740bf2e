import { isRecord } from '../core/json.ts';
import type { Archived, Store, Write } from '../store/store.ts';
import { archiveNames } from './archive-names.ts';

/** What the legal logbook tells of (E-13, E-15). */
export const logbookKinds = [
  'timeSet',
  'meterCommissioned',
  'meterReplaced',
  'keyChanged',
  'componentChanged',
  'blocked',
  'released',
  'recordsMissing',
  'unbillable',
  'parameterChanged',
  'lateRecord',
  'archiveDamaged',
  'expired',
  'exported',
] as const;

export type LogbookKind = (typeof logbookKinds)[number];

/** Who did it. */
export type LogbookActor = 'station' | 'operator' | 'manufacturer';

/** One entry of the logbook. */
export interface LogbookEntry {
  /** Counts from 1 without a gap, also over restarts. */
  readonly number: number;
  readonly atMs: number;
  /** The station's clock was not set: the time is a guess. */
  readonly estimated: boolean;
  /** One of `logbookKinds`, or what a newer version wrote. */
  readonly kind: string;
  /** 0: the whole station. */
  readonly evse: number;
  readonly by: string;
  readonly text: string;
  readonly detail: string | null;
}

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
}

function entryOf({ row, body }: Archived): LogbookEntry {
  const value = parsed(body);
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

/** An entry that cannot be read shows its text as it lies there. */
function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
