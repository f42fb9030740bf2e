import { isRecord, type Json } from '../core/json.ts';
import type { Write } from '../store/store.ts';
import type { MeterLabel } from './legal-port.ts';
import type { TransactionRecord } from './transaction-record.ts';

/** A transaction that the meter may have open though it is over: it is closed as soon as the meter answers (E-09). */
export interface LeftInMeter {
  readonly transaction: string;
  readonly evse: number;
  readonly idToken: string;
  readonly meter: MeterLabel;
  readonly wallMs: number;
  /** *start*: it never came about, and its record in `transactions` remembers it; *session*: it ended without a signed end. */
  readonly kind: 'start' | 'session';
}

/** Sessions that ended and are open in the meter; the key is that of the transaction. */
export const leftCollection = 'openInMeter';

/** What has to be remembered of a transaction. */
export function leftOfRecord(record: TransactionRecord, meter: MeterLabel): Omit<LeftInMeter, 'kind'> {
  const { key: transaction, evse, idToken, startedMs, stop } = record;
  return { transaction, evse, idToken, meter, wallMs: stop?.timeMs ?? startedMs };
}

/** The write that remembers or forgets one. */
export function leftWrite(station: string, left: LeftInMeter, what: 'put' | 'delete'): Write {
  const place = { station, collection: leftCollection, key: left.transaction } as const;
  if (what === 'delete') return { op: 'deleteDocument', ...place };
  return { op: 'putDocument', ...place, value: { ...left, meter: { ...left.meter } } };
}

/** Reads one; undefined when it cannot be one. */
export function leftFromJson(value: Json): LeftInMeter | undefined {
  const complete =
    isRecord(value) &&
    typeof value['transaction'] === 'string' &&
    typeof value['evse'] === 'number' &&
    typeof value['idToken'] === 'string' &&
    isRecord(value['meter']);
  return complete ? (value as unknown as LeftInMeter) : undefined;
}
