import { isRecord } from '../core/json.ts';
import type { Archived, Store, Write } from '../store/store.ts';
import type { SessionKeeping, SessionRecord } from '../transactions/session-keeping.ts';
import { archiveNames } from './archive-names.ts';

/**
 * *waiting*: the backend has not confirmed its end; *givenUp*: it never will, its facts left the outbox; *kept*: it is told to
 * no backend.
 */
export type SessionState = 'waiting' | 'delivered' | 'givenUp' | 'kept';

/** A session as it is kept. */
export interface ArchivedSession extends SessionRecord {
  readonly number: number;
  readonly state: SessionState;
  /** The id that the backend gave it; null while unknown. */
  readonly backendTransaction: string | null;
}

/** Sessions beyond so many leave, the oldest first; those that wait for the backend stay. */
const sessionsKept = 5_000;
/** A session in one of these states waits for nothing. */
const statesOver: readonly SessionState[] = ['delivered', 'givenUp', 'kept'];
/** Looks so often, counted in sessions, whether there are too many. */
const trimEvery = 50;

export interface SessionArchiveDeps {
  readonly station: string;
  readonly store: Store;
  readonly onProblem: (problem: string) => void;
}

/** The sessions of one station. Keeps nothing of them in memory. */
export class SessionArchive implements SessionKeeping {
  readonly #deps: SessionArchiveDeps;
  #ended = 0;

  constructor(deps: SessionArchiveDeps) {
    this.#deps = deps;
  }

  end(session: SessionRecord): readonly Write[] {
    if (this.#ended++ % trimEvery === 0) void this.#trim();
    const { transaction, endedMs, untold } = session;
    const state: SessionState = untold === true ? 'kept' : 'waiting';
    const row = { seq: 0, group: transaction, key: null, atMs: Math.round(endedMs), state };
    return [{ op: 'archive', ...this.#place, row, body: JSON.stringify(session) }];
  }

  /** Sessions, the newest first. @param before only those with a lower number */
  async read(page: { readonly before?: number; readonly limit: number }): Promise<readonly ArchivedSession[]> {
    return (await this.page(page)).sessions;
  }

  /** The same, with the number to go on before; null at the end. */
  async page(page: {
    readonly before?: number;
    readonly limit: number;
  }): Promise<{ readonly sessions: readonly ArchivedSession[]; readonly next: number | null }> {
    const { station, archive } = this.#place;
    const found = await this.#deps.store.readArchive(station, archive, { ...page, newestFirst: true });
    const last = found.at(-1)?.row.seq ?? 1;
    const sessions = found.flatMap((each) => this.#readable(each));
    return { sessions, next: found.length === page.limit && last > 1 ? last : null };
  }

  /** One session by the key of its transaction; null when there is none. */
  async of(transaction: string): Promise<ArchivedSession | null> {
    const { station, archive } = this.#place;
    const found = await this.#deps.store.readArchive(station, archive, { group: transaction, limit: 1 });
    return found.flatMap((each) => this.#readable(each))[0] ?? null;
  }

  get #place(): { readonly station: string; readonly archive: string } {
    return { station: this.#deps.station, archive: archiveNames.sessions };
  }

  #readable(record: Archived): readonly ArchivedSession[] {
    const session = sessionOf(record);
    if (session !== null) return [session];
    this.#deps.onProblem(`Session ${record.row.seq} of the archive cannot be read; it stays in the database.`);
    return [];
  }

  /** What is over and told leaves when there is too much of it. */
  async #trim(): Promise<void> {
    const { station, archive } = this.#place;
    const { store, onProblem } = this.#deps;
    try {
      const { count, last } = await store.archiveEdges(station, archive);
      const excess = count - sessionsKept;
      if (excess <= 0) return;
      const over = await Promise.all(
        statesOver.map((state) => store.readArchive(station, archive, { state, limit: excess })),
      );
      const oldest = over.flatMap((rows) => rows.map(({ row }) => row.seq)).toSorted((a, b) => a - b);
      const gone = oldest.filter((seq) => seq !== last).slice(0, excess);
      store.commitLater(gone.map((seq): Write => ({ op: 'expireArchived', station, archive, seq })));
    } catch {
      onProblem('Old sessions could not be removed from the archive; it is tried again later.');
    }
  }
}

function sessionOf({ row, body }: Archived): ArchivedSession | null {
  try {
    const value: unknown = JSON.parse(body);
    const readable =
      isRecord(value) &&
      typeof value['transaction'] === 'string' &&
      typeof value['evse'] === 'number' &&
      typeof value['startedMs'] === 'number' &&
      typeof value['endedMs'] === 'number';
    if (!readable) return null;
    const session = value as unknown as SessionRecord;
    return { ...session, number: row.seq, state: stateOf(row.state), backendTransaction: row.note };
  } catch {
    return null;
  }
}

function stateOf(word: string): SessionState {
  switch (word) {
    case 'delivered':
    case 'givenUp':
    case 'kept':
      return word;
    default:
      return 'waiting';
  }
}
