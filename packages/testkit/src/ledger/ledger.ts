import type { JsonObject } from '@kerbside/station';

import { TestkitError } from '../testkit-error.ts';
import type { BookedAction, LedgerEntry, LedgerJson, LedgerTransaction } from './ledger-entry.ts';
import { ledgerProblems, type LedgerProblem, type ProblemOptions } from './ledger-problems.ts';
import { transactionsOf } from './ledger-transactions.ts';
import { TransactionIds, type TransactionIdPlan } from './transaction-ids.ts';

/** How a ledger behaves. */
export interface LedgerOptions {
  /**
   * Whether a message that comes again under its own id with the same payload is recognized. Most real backends do not and
   * open a second transaction; default true.
   */
  readonly dedup?: boolean;
  readonly transactionIds?: TransactionIdPlan;
  /** Told before `book` returns, thus before the answer leaves; a durable ledger writes to disk here. */
  readonly onEntry?: (entry: LedgerEntry) => void;
}

/** One message to book. */
export interface Booking {
  readonly action: BookedAction;
  readonly identity: string;
  readonly messageId: string;
  readonly payload: JsonObject;
  readonly atMs: number;
  /** Overrides the id that the plan would give. */
  readonly transactionId?: number;
}

/** How often things happened that are no problem by themselves. */
export interface LedgerCounts {
  readonly transactions: number;
  readonly open: number;
  readonly meterValues: number;
  /** Same message id and payload again. */
  readonly retransmissions: number;
  /** The same business fact under another message id. */
  readonly doubles: number;
}

/** A backend's books of transactions: each must be started once and stopped once. */
export class Ledger {
  #dedup: boolean;
  readonly #onEntry: ((entry: LedgerEntry) => void) | undefined;
  readonly #ids: TransactionIds;
  readonly #entries: LedgerEntry[] = [];
  /** The first booking of each message, by identity and message id. */
  readonly #byMessage = new Map<string, LedgerEntry>();
  /** The first booking of each business fact. */
  readonly #byFact = new Map<string, LedgerEntry>();

  constructor(options: LedgerOptions = {}) {
    this.#dedup = options.dedup ?? true;
    this.#onEntry = options.onEntry;
    this.#ids = new TransactionIds(options.transactionIds);
  }

  /** Books a message; the entry that counts comes back: for a recognized retransmission of a Start, the one with its id. */
  book(booking: Booking): LedgerEntry {
    const first = this.#byMessage.get(messageKey(booking));
    const repeated = this.#repeats(booking);
    const entry: LedgerEntry = {
      sequence: this.#entries.length + 1,
      action: booking.action,
      identity: booking.identity,
      messageId: booking.messageId,
      payload: booking.payload,
      atMs: booking.atMs,
      ...this.#idFor(booking, repeated ? first : undefined),
      kind: this.#kindOf(booking, repeated),
    };
    this.#take(entry);
    this.#onEntry?.(entry);
    return entry;
  }

  /** Whether a message is in the books already and is recognized as the same one. */
  recognizes(message: Pick<Booking, 'identity' | 'messageId' | 'payload'>): boolean {
    return this.#dedup && this.#repeats(message);
  }

  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  /** The transactions in order of their first Start, of all stations or of one. */
  transactions(identity?: string): readonly LedgerTransaction[] {
    const all = transactionsOf(this.#entries, this.#dedup);
    return identity === undefined ? all : all.filter((transaction) => transaction.identity === identity);
  }

  /** Everything that is wrong with the books; empty when each transaction was started once and stopped once. */
  problems(options: ProblemOptions = {}): readonly LedgerProblem[] {
    return ledgerProblems(this.#entries, this.transactions(), options);
  }

  get counts(): LedgerCounts {
    const transactions = this.transactions();
    const count = (test: (entry: LedgerEntry) => boolean): number => this.#entries.filter(test).length;
    return {
      transactions: transactions.length,
      open: transactions.filter(({ stops }) => stops.length === 0).length,
      meterValues: count(({ action, kind }) => action === 'MeterValues' && kind === 'new'),
      retransmissions: count(({ kind }) => kind === 'retransmission'),
      doubles: count(({ kind }) => kind === 'double'),
    };
  }

  /** Chooses anew how ids are given and retransmissions are treated; the books stay. */
  configure(options: Pick<LedgerOptions, 'dedup' | 'transactionIds'>): void {
    if (options.dedup !== undefined) this.#dedup = options.dedup;
    if (options.transactionIds !== undefined) this.#ids.plan(options.transactionIds);
  }

  export(): LedgerJson {
    return { format: 'kerbside-ledger-1', entries: [...this.#entries] };
  }

  /** Adds bookings that another ledger made; ids go on after the highest. @throws TestkitError `ledger.damaged` */
  import(json: LedgerJson): void {
    if (json.format !== 'kerbside-ledger-1')
      throw new TestkitError('ledger.damaged', 'The format is not kerbside-ledger-1.');
    for (const entry of json.entries) this.#take({ ...entry, sequence: this.#entries.length + 1 });
  }

  clear(): void {
    this.#entries.length = 0;
    this.#byMessage.clear();
    this.#byFact.clear();
  }

  #repeats(message: Pick<Booking, 'identity' | 'messageId' | 'payload'>): boolean {
    const first = this.#byMessage.get(messageKey(message));
    return first !== undefined && sameJson(first.payload, message.payload);
  }

  #kindOf(booking: Booking, repeated: boolean): LedgerEntry['kind'] {
    if (repeated) return 'retransmission';
    return this.#byFact.has(factKey(booking)) ? 'double' : 'new';
  }

  #idFor(booking: Booking, first: LedgerEntry | undefined): Pick<LedgerEntry, 'transactionId'> {
    if (booking.action !== 'StartTransaction') return {};
    if (this.#dedup && first?.transactionId !== undefined) return { transactionId: first.transactionId };
    return { transactionId: booking.transactionId ?? this.#ids.next() };
  }

  #take(entry: LedgerEntry): void {
    this.#entries.push(entry);
    if (!this.#byMessage.has(messageKey(entry))) this.#byMessage.set(messageKey(entry), entry);
    if (!this.#byFact.has(factKey(entry))) this.#byFact.set(factKey(entry), entry);
    if (entry.transactionId !== undefined) this.#ids.taken(entry.transactionId);
  }
}

function messageKey({ identity, messageId }: Pick<Booking, 'identity' | 'messageId'>): string {
  return JSON.stringify([identity, messageId]);
}

/** What makes two messages the same business fact whatever their ids. */
function factKey({ action, identity, payload }: Pick<Booking, 'action' | 'identity' | 'payload'>): string {
  switch (action) {
    case 'StartTransaction':
      return JSON.stringify([action, identity, payload['connectorId'], payload['meterStart'], payload['timestamp']]);
    case 'StopTransaction':
      return JSON.stringify([action, identity, payload['transactionId'], payload['meterStop'], payload['timestamp']]);
    case 'MeterValues':
      return JSON.stringify([action, identity, payload]);
  }
}

function sameJson(one: JsonObject, other: JsonObject): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
