import type { ChargePlace, MeterBoundary, SignedRecord, UserAssignment } from '../../evse/hardware.ts';

/** What a transaction is begun with. */
export interface TransactionOrder {
  readonly transaction: string;
  readonly idToken: string;
  readonly assignment?: UserAssignment;
  readonly tariffText?: string;
  readonly place?: ChargePlace;
}

/** A transaction in the meter; without `end` it is open, also over a power cut. */
export interface MeterTransaction extends TransactionOrder {
  readonly begin: MeterBoundary;
  readonly end: MeterBoundary | null;
  /** The reading of the begin, for the record that will hold both. */
  readonly held?: HeldReading;
}

/** A reading that will be signed later. */
export interface HeldReading {
  /** OCMF: TM, RV, EF. */
  readonly time: string;
  readonly register: string;
  readonly errors: string;
}

/** A record that the meter remembers. */
export interface MeterRecord extends SignedRecord {
  readonly number: number;
}

/** What a meter that signs, or a component beside one, keeps of its transactions and records; grows only. */
export interface TransactionLedger {
  /** Counts the records given; in signed data it shows that none is missing. */
  readonly pagination: number;
  /** Oldest first; at most one is open. */
  readonly transactions: readonly MeterTransaction[];
  /** What was signed, oldest first. */
  readonly records?: readonly MeterRecord[];
}

/** How many finished transactions the meter can still answer for. */
const KEPT_TRANSACTIONS = 100;
/** How many records it remembers. */
const KEPT_RECORDS = 1_000;

/** What is to be read, and signed. */
export interface BoundaryRequest {
  readonly kind: 'begin' | 'reading' | 'end';
  /** What happened (OCMF: TX). */
  readonly event: string;
  /** The number of the record, should there be one. */
  readonly number: number;
  /** Null: the meter knows no such transaction. */
  readonly order: TransactionOrder | null;
  readonly held: HeldReading | undefined;
}

/** What came of it; `held` is what a later record needs. */
export interface MadeBoundary extends MeterBoundary {
  readonly held?: HeldReading;
}

/** Makes the reading and the signed data of a boundary. */
export type MakeBoundary = (request: BoundaryRequest) => MadeBoundary;

/** What keeps the ledger after a boundary, with the boundary. */
export interface Metered<L extends TransactionLedger> {
  readonly meter: L;
  readonly boundary: MeterBoundary;
}

/** Opens a transaction, or gives the begin it already has. One that is still open is aborted first: a meter holds one at a time. */
export function beginTransaction<L extends TransactionLedger>(
  meter: L,
  order: TransactionOrder,
  make: MakeBoundary,
): Metered<L> {
  const known = transactionOf(meter, order.transaction);
  if (known !== undefined) return { meter, boundary: known.begin };
  const open = openTransaction(meter);
  const free = open === null ? meter : endTransaction(meter, open, 'A', make).meter;
  const request = { kind: 'begin', event: 'B', number: free.pagination + 1, order, held: undefined } as const;
  const { held, ...begin } = make(request);
  const begun: MeterTransaction = { ...order, begin, end: null, ...(held === undefined ? {} : { held }) };
  const transactions = [...free.transactions, begun].slice(-KEPT_TRANSACTIONS);
  return { meter: withRecord({ ...free, transactions }, order.transaction, 'begin', begin), boundary: begin };
}

/** Signs a reading of the transaction that is open; null when it is not. */
export function signReading<L extends TransactionLedger>(
  meter: L,
  transaction: string,
  make: MakeBoundary,
): Metered<L> | null {
  const order = transactionOf(meter, transaction);
  if (order === undefined || order.end !== null) return null;
  const boundary = make({ kind: 'reading', event: 'C', number: meter.pagination + 1, order, held: undefined });
  return { meter: withRecord(meter, transaction, 'reading', boundary), boundary };
}

/** Ends a transaction, or gives the end it already has; of an unknown one, the register as it stands and nothing signed. */
export function endTransaction<L extends TransactionLedger>(
  meter: L,
  transaction: string,
  event: string,
  make: MakeBoundary,
): Metered<L> {
  const known = transactionOf(meter, transaction);
  if (known !== undefined && known.end !== null) return { meter, boundary: known.end };
  const request = {
    kind: 'end',
    event,
    number: meter.pagination + 1,
    order: known ?? null,
    held: known?.held,
  } as const;
  const { reading, signed } = make(request);
  if (known === undefined) return { meter, boundary: { reading, signed: [] } };
  const end = { reading, signed };
  const transactions = meter.transactions.map((each) => (each === known ? withoutHeld({ ...known, end }) : each));
  return { meter: withRecord({ ...meter, transactions }, transaction, 'end', end), boundary: end };
}

/** The records that came after the one of this number, oldest first. */
export function recordsAfter(meter: TransactionLedger, after: number, most: number): readonly SignedRecord[] {
  const later = (meter.records ?? []).filter(({ number }) => number > after).slice(0, most);
  return later.map(({ transaction, kind, signed }) => ({ transaction, kind, signed }));
}

/** The id of the transaction that is open in the meter. */
export function openTransaction(meter: TransactionLedger): string | null {
  return meter.transactions.find((candidate) => candidate.end === null)?.transaction ?? null;
}

function transactionOf(meter: TransactionLedger, transaction: string): MeterTransaction | undefined {
  return meter.transactions.find((candidate) => candidate.transaction === transaction);
}

/** Numbers and remembers what was signed. */
function withRecord<L extends TransactionLedger>(
  meter: L,
  transaction: string,
  kind: MeterRecord['kind'],
  { signed }: MeterBoundary,
): L {
  const [blob] = signed;
  if (blob === undefined) return meter;
  const number = meter.pagination + 1;
  const records = [...(meter.records ?? []), { number, transaction, kind, signed: blob }].slice(-KEPT_RECORDS);
  return { ...meter, pagination: number, records };
}

function withoutHeld(transaction: MeterTransaction): MeterTransaction {
  const { held: _, ...rest } = transaction;
  return rest;
}
