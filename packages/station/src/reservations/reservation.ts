import { sameIdToken } from '../authorization/decision.ts';
import { isRecord, type Json } from '../core/json.ts';
import type { Reserved } from '../evse/evse-state.ts';

/** A promise to keep a charging point free. */
export interface Reservation extends Reserved {
  /** Which EVSE; 0 = any one (OCPP 1.6 §5.13). */
  readonly evse: number;
  /** Wall time in ms since 1970; from then on it is over. */
  readonly expiryMs: number;
}

/** Somebody, and the group as far as it is known. */
export interface Person {
  readonly idToken: string;
  readonly parentIdToken: string | null;
}

/** The place of a reservation that any EVSE can serve, connector 0 of OCPP 1.6. */
export const anyPlace = 0;

/** Whether somebody may use a reservation: its own identifier, or one of its group; letter case does not count (RS-04, A-01). */
export function isFor(reservation: Reserved, { idToken, parentIdToken }: Person): boolean {
  return sameIdToken(reservation.idToken, idToken) || sameIdToken(reservation.parentIdToken, parentIdToken);
}

/** Whether that may turn out to be so once the group is known. */
export function mayBeFor(reservation: Reserved, { parentIdToken }: Person): boolean {
  return reservation.parentIdToken !== null && parentIdToken === null;
}

/** A reservation as JSON for the store. */
export function reservationToJson(reservation: Reservation): Json {
  return { ...reservation };
}

/** Reads a stored reservation; undefined when it cannot be one. */
export function reservationFromJson(value: Json): Reservation | undefined {
  if (!isRecord(value)) return undefined;
  const { id, evse, idToken, parentIdToken, expiryMs } = value;
  if (typeof id !== 'number' || typeof evse !== 'number' || typeof expiryMs !== 'number') return undefined;
  if (typeof idToken !== 'string' || (parentIdToken !== null && typeof parentIdToken !== 'string')) return undefined;
  return { id, evse, idToken, parentIdToken, expiryMs };
}
