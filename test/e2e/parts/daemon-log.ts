import { isRecord } from '@kerbside/station';

/** A fact that the daemon said was on disk. */
export interface RecordedFact {
  readonly seq: number;
  readonly transaction: string;
  readonly fact: string;
}

/** How far a daemon that was started has come. */
export type LifeStage = 'loading' | 'recovering' | 'running';

/**
 * What the daemons of a run said, one after the other, line by line on standard output. What stands here was printed before
 * the kill; what it says must be true for ever.
 */
export class DaemonLog {
  /** All lines, with the lives between them. */
  readonly lines: string[] = [];
  /** Facts that are on disk, in order of their seqs. */
  readonly recorded: RecordedFact[] = [];
  /** Transactions that were told as started, with their charging point. */
  readonly started: Map<string, number> = new Map();
  readonly #ended = new Set<string>();
  readonly #waiting = new Set<number>();
  readonly #statuses = new Map<number, string>();
  /** Warnings and errors of the daemon. */
  readonly complaints: string[] = [];
  #stage: LifeStage = 'loading';
  #linkOpen = false;
  #registered = false;

  /** A new daemon is being started. */
  beginLife(what: string): void {
    this.lines.push(`--- ${what}`);
    this.#stage = 'loading';
    this.#linkOpen = false;
    this.#registered = false;
    this.#statuses.clear();
    // What was under way when the power went is closed by the recovery, which tells no end of a transaction.
    for (const transaction of this.started.keys()) this.#ended.add(transaction);
  }

  take(line: string): void {
    this.lines.push(line);
    const said = parse(line);
    if (said === undefined) return;
    const { area, text, level } = said;
    if (level === 'error' || level === 'warn') this.complaints.push(`${String(area)}: ${String(text)}`);
    if (area === 'lifecycle' && text === 'starting') this.#stage = 'recovering';
    if (area === 'lifecycle' && text === 'started') this.#stage = 'running';
    if (area === 'link') this.#linkOpen = said['kind'] === 'open';
    if (area === 'registration') this.#registered = said['state'] === 'accepted';
    if (area === 'status') this.#statuses.set(Number(said['evse']), String(said['status']));
    if (area === 'transaction') this.#takeTransaction(said);
    if (area === 'delivery') this.#takeDelivery(said);
  }

  get stage(): LifeStage {
    return this.#stage;
  }

  get online(): boolean {
    return this.#linkOpen && this.#registered;
  }

  /** Whether facts wait for the backend. */
  get hasBacklog(): boolean {
    return this.#waiting.size > 0;
  }

  /** The status of a charging point that this life told last. */
  status(evse: number): string | undefined {
    return this.#statuses.get(evse);
  }

  /** The transaction that this life told as started and not as ended. */
  running(evse: number): string | undefined {
    for (const [transaction, at] of this.started) if (at === evse && !this.#ended.has(transaction)) return transaction;
    return undefined;
  }

  #takeTransaction({ evse, transaction, event }: Readonly<Record<string, unknown>>): void {
    if (event === 'started') this.started.set(String(transaction), Number(evse));
    else this.#ended.add(String(transaction));
  }

  #takeDelivery({ kind, seq, transaction, fact }: Readonly<Record<string, unknown>>): void {
    if (kind === 'delivered') this.#waiting.delete(Number(seq));
    if (kind !== 'enqueued') return;
    this.#waiting.add(Number(seq));
    this.recorded.push({ seq: Number(seq), transaction: String(transaction), fact: String(fact) });
  }
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const said: unknown = JSON.parse(line);
    return isRecord(said) ? said : undefined;
  } catch {
    // A kill in the middle of a line.
    return undefined;
  }
}
