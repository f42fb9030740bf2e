import { encodeFrame } from '@kerbside/ocpp';
import type { JsonObject, Time } from '@kerbside/station';

import { ProtocolChecker } from '../checker/protocol-checker.ts';
import { FrameLog, type FrameRecord } from '../frame-log.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { RuleBook } from '../script/rule-book.ts';
import { TestkitError } from '../testkit-error.ts';
import type { BackendLine, Reply } from './backend-line.ts';
import { defaultBackendSettings, type BackendSettings } from './backend-settings.ts';
import { defaultAnswer } from './default-answers.ts';
import { playOnOpen, scriptedReply, usualReply } from './scripted-reply.ts';

/** What a backend's core is made from. */
export interface CsmsOptions {
  readonly time: Time;
  readonly settings?: Partial<BackendSettings>;
  /** Told of each booking before the answer leaves. */
  readonly onLedgerEntry?: (entry: LedgerEntry) => void;
}

/** One attempt of a station to connect. */
export interface ConnectAttempt {
  readonly identity: string;
  readonly url: string;
  readonly subProtocols: readonly string[];
  /** Whether it came with an Authorization header. */
  readonly authorized: boolean;
  /** The backend's wall clock and the monotonic one. */
  readonly atMs: number;
  readonly monotonicMs: number;
}

/** The behaviour of a backend without any transport: what FakeBackend and StrictBackend have in common. */
export class Csms {
  readonly ledger: Ledger;
  readonly checker: ProtocolChecker = new ProtocolChecker();
  readonly frames: FrameLog = new FrameLog();
  readonly rules: RuleBook = new RuleBook();
  /** Every attempt to connect, in order. */
  readonly attempts: ConnectAttempt[] = [];
  readonly time: Time;
  #settings: BackendSettings;
  readonly #lines = new Map<string, BackendLine>();
  readonly #seen = new Set<string>();
  readonly #watchers = new Set<() => void>();
  #connections = 0;

  constructor({ time, settings = {}, onLedgerEntry }: CsmsOptions) {
    this.time = time;
    this.#settings = { ...defaultBackendSettings, ...settings };
    const { dedup, transactionIds } = this.#settings;
    this.ledger = new Ledger({
      dedup,
      transactionIds,
      ...(onLedgerEntry === undefined ? {} : { onEntry: onLedgerEntry }),
    });
  }

  get settings(): BackendSettings {
    return this.#settings;
  }

  configure(settings: Partial<BackendSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
    this.ledger.configure(settings);
  }

  /** The backend's wall clock. */
  nowMs(): number {
    return this.time.systemWallMs() + this.#settings.clockOffsetMs;
  }

  /** Goes on with the books of an earlier run; their stations are taken as registered. */
  recall(entries: readonly LedgerEntry[]): void {
    this.ledger.import({ format: 'kerbside-ledger-1', entries });
    this.checker.recall(entries.flatMap(framesOf));
    if (entries.length > 0) this.checker.expect({ registeredAtStart: true });
  }

  /** Every identity that ever connected. */
  get identities(): readonly string[] {
    return [...this.#seen];
  }

  /** Notes one attempt to connect. */
  attempted(attempt: Pick<ConnectAttempt, 'identity' | 'url' | 'subProtocols' | 'authorized'>): void {
    this.attempts.push({ ...attempt, atMs: this.nowMs(), monotonicMs: this.time.monotonicMs() });
    this.changed();
  }

  /** The number of a new connection. */
  nextConnection(): number {
    this.#connections += 1;
    return this.#connections;
  }

  /**
   * A connection is open; it takes the place of an older one of the same identity, which is closed.
   * @param second whether the station has not closed its older one (T-24), as far as the transport knows
   */
  opened(line: BackendLine, second = false): void {
    const { identity, connection } = line;
    const older = this.#lines.get(identity);
    this.#lines.set(identity, line);
    this.#seen.add(identity);
    older?.close(1001, 'replaced by a newer connection');
    this.checker.connected(identity, connection, this.nowMs(), second);
    const behaviour = this.rules.take({ action: '@open', identity });
    if (behaviour !== undefined) playOnOpen(line, behaviour);
    this.changed();
  }

  closed(line: BackendLine): void {
    const { identity, connection } = line;
    if (this.#lines.get(identity) === line) this.#lines.delete(identity);
    this.checker.closed(identity, connection, this.nowMs());
    this.changed();
  }

  /** Notes a frame; every one of every connection passes here and thereby the protocol checker. */
  frame(
    line: Pick<BackendLine, 'identity' | 'connection'>,
    direction: 'in' | 'out',
    text: string,
    lost = false,
  ): FrameRecord {
    const { identity, connection } = line;
    const frame = { identity, connection, direction, text, atMs: this.nowMs() };
    const record = this.frames.add(lost ? { ...frame, lost } : frame);
    this.checker.frame(record);
    this.changed();
    return record;
  }

  /** Decides how a CALL of a station is answered, booking it and playing the rules. */
  async serve(line: BackendLine, messageId: string, action: string, payload: JsonObject): Promise<Reply> {
    const { identity } = line;
    const nowMs = this.nowMs();
    const usual = (transactionId?: number): Reply => {
      const context = { identity, messageId, action, payload, nowMs, settings: this.#settings, ledger: this.ledger };
      const answer = defaultAnswer(transactionId === undefined ? context : { ...context, transactionId });
      this.changed();
      return usualReply(answer, action);
    };
    const booked = this.ledger.recognizes({ identity, messageId, payload });
    const behaviour = this.rules.take({ action, identity, payload, booked });
    if (behaviour === undefined) return usual();
    return await scriptedReply({ line, messageId, behaviour, time: this.time, nowMs, usual });
  }

  /** The open connection of a station. @throws TestkitError `call.offline` */
  line(identity: string): BackendLine {
    const line = this.#lines.get(identity);
    if (line === undefined) throw new TestkitError('call.offline', `${identity} has no open connection.`);
    return line;
  }

  get lines(): readonly BackendLine[] {
    return [...this.#lines.values()];
  }

  online(identity: string): boolean {
    return this.#lines.has(identity);
  }

  /** Has `watcher` called after every happening, until the returned function is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

/** The CALL of a booking and its answer, as they must have stood on the wire. */
function framesOf(entry: LedgerEntry): readonly FrameRecord[] {
  const { identity, messageId: id, action, payload, transactionId, atMs } = entry;
  const frame = { identity, connection: 0, sequence: 0, atMs };
  const result = action === 'StartTransaction' ? { idTagInfo: { status: 'Accepted' }, transactionId } : {};
  return [
    { ...frame, direction: 'in', text: encodeFrame({ kind: 'call', id, action, payload }) },
    { ...frame, direction: 'out', text: encodeFrame({ kind: 'callResult', id, payload: result }) },
  ];
}
