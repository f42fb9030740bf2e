import type { ReservablePlace } from '../../reservations/reservation-rules.ts';
import type { Person } from '../../reservations/reservation.ts';
import { isBusy, type Grant } from '../../evse/evse-state.ts';
import type { EvseController } from '../evse/evse-controller.ts';

/** What of an EVSE a reservation is judged by. */
export type SeenEvse = Pick<EvseController, 'id' | 'state' | 'status' | 'closingLeftOpen'>;

/** An EVSE as reservations see it. `promised`: somebody far away was told that it is for him, and has not been let in yet. */
export function reservablePlace(evse: SeenEvse, promised: boolean): ReservablePlace {
  return { evse: evse.id, state: promised ? 'occupied' : stateOf(evse), admitted: admittedAt(evse) };
}

function stateOf({ state, status, closingLeftOpen }: SeenEvse): ReservablePlace['state'] {
  if (status === 'Faulted') return 'faulted';
  if (status === 'Unavailable' || (state.leavingService && !isBusy(state))) return 'unavailable';
  return (status === 'Available' || status === 'Reserved') && !closingLeftOpen ? 'free' : 'occupied';
}

function admittedAt({ state: { phase } }: SeenEvse): Person | null {
  const grant = phase.kind === 'preparing' || phase.kind === 'starting' ? phase.grant : null;
  return grant === null ? null : personOf(grant);
}

/** Whoever was let in; where charging is free of charge it is told under another identifier, and the card that was shown counts. */
export function personOf({ idToken, parentIdToken, free }: Grant): Person {
  if (free === undefined) return { idToken, parentIdToken };
  return { idToken: free.card ?? idToken, parentIdToken: free.group ?? null };
}
