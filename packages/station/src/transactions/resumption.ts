import { isRecord, type Json } from '../core/json.ts';
import type { Grant } from '../evse/evse-state.ts';
import type { Write } from '../store/store.ts';
import type { TransactionRecord } from './transaction-record.ts';

/** Who charged at an EVSE when the power failed, and may go on in a transaction of its own. */
export interface Resumption extends Pick<Grant, 'idToken' | 'parentIdToken' | 'via' | 'decided' | 'free' | 'untold'> {
  readonly evse: number;
}

/** One for each EVSE; the key is its number. */
export const resumptionCollection = 'resumptions';

/** Who goes on after a transaction that the power ended. */
export function resumptionOf(record: TransactionRecord): Resumption {
  const { evse, idToken, parentIdToken, via = 'card', decided, free, untold } = record;
  return {
    evse,
    idToken,
    parentIdToken,
    via,
    ...(decided === undefined ? {} : { decided }),
    ...(free === undefined ? {} : { free }),
    ...(untold === undefined ? {} : { untold }),
  };
}

/** The write that remembers it; belongs into the commit that ends the transaction. */
export function resumptionWrite(station: string, resumption: Resumption): Write {
  const { evse, free, ...rest } = resumption;
  const value = { ...rest, evse, ...(free === undefined ? {} : { free: { card: free.card } }) };
  return { op: 'putDocument', station, collection: resumptionCollection, key: String(evse), value };
}

/** The write that forgets it; belongs into the commit of the next start. */
export function resumptionGone(station: string, evse: number): Write {
  return { op: 'deleteDocument', station, collection: resumptionCollection, key: String(evse) };
}

/** Reads one; undefined when it cannot be one. */
export function resumptionFromJson(value: Json): Resumption | undefined {
  if (!isRecord(value)) return undefined;
  const { evse, idToken, via } = value;
  const complete =
    typeof evse === 'number' && typeof idToken === 'string' && (via === 'card' || via === 'remote' || via === 'plug');
  return complete ? (value as unknown as Resumption) : undefined;
}
