import type { Reserved } from '../evse/evse-state.ts';
import { anyPlace, isFor, mayBeFor, type Person, type Reservation } from './reservation.ts';

/** What of an EVSE counts for reservations. */
export interface ReservablePlace {
  readonly evse: number;
  /** *free*: nobody is here; *occupied*: a plug, a card that waits for one, or a transaction. */
  readonly state: 'free' | 'occupied' | 'faulted' | 'unavailable';
  /** Who was let in here and has not begun yet. */
  readonly admitted: Person | null;
}

/** What a request for a reservation is answered, when nothing but the places speaks against it (§5.13). */
export type PlaceAnswer = 'accepted' | 'faulted' | 'occupied' | 'unavailable' | 'unknown';

/**
 * Whether somebody may start at an EVSE. *own*: it is reserved for this person; *open*: no reservation is in the way; *ask*:
 * only who belongs to a certain group may, and this one's group is not known; *closed*: somebody else's reservation is in the way.
 */
export type Standing = 'own' | 'open' | 'ask' | 'closed';

/** Decides on a request; one with the id of a reservation that is there replaces it (RS-01…RS-03). */
export function placeAnswer(
  book: readonly Reservation[],
  places: readonly ReservablePlace[],
  wanted: Pick<Reservation, 'id' | 'evse'>,
): PlaceAnswer {
  const others = book.filter(({ id }) => id !== wanted.id);
  const before = book.find(({ id }) => id === wanted.id);
  // What it holds already it goes on holding, whoever has plugged in there meanwhile.
  const stays = before?.evse === wanted.evse;
  if (wanted.evse === anyPlace) {
    if (stays || spareOf(others, places, null) > 0) return 'accepted';
    return whyNoneIsFree(places);
  }
  const place = places.find(({ evse }) => evse === wanted.evse);
  if (place === undefined) return 'unknown';
  if (place.state === 'faulted' || place.state === 'unavailable') return place.state;
  if (stays) return 'accepted';
  const taken = place.state !== 'free' || others.some(({ evse }) => evse === wanted.evse);
  // Those who were promised any one need one that is left.
  return taken || spareOf(others, places, wanted.evse) < 0 ? 'occupied' : 'accepted';
}

/** RS-03: Occupied, Faulted, Unavailable only when all are; of several kinds of trouble the one that a car may end first. */
function whyNoneIsFree(places: readonly ReservablePlace[]): PlaceAnswer {
  for (const state of ['faulted', 'unavailable'] as const)
    if (places.length > 0 && places.every((place) => place.state === state)) return state;
  return places.some(({ state }) => state === 'free' || state === 'occupied') ? 'occupied' : 'unavailable';
}

/** Whether somebody may start at an EVSE (RS-03, RS-04, X-13). */
export function standing(
  book: readonly Reservation[],
  places: readonly ReservablePlace[],
  at: { readonly evse: number; readonly person: Person },
): Standing {
  const { evse, person } = at;
  const named = book.filter((each) => each.evse === evse);
  if (named.length > 0) {
    if (named.every((each) => isFor(each, person))) return 'own';
    return named.every((each) => isFor(each, person) || mayBeFor(each, person)) ? 'ask' : 'closed';
  }
  const waiting = unclaimed(book, places);
  if (waiting.some((each) => isFor(each, person)) || spareOf(book, places, evse) >= 0) return 'open';
  return waiting.some((each) => mayBeFor(each, person)) ? 'ask' : 'closed';
}

/** The reservation that a start uses: the most specific one, then the one that ends first; null when there is none (RS-05). */
export function usedBy(book: readonly Reservation[], evse: number, person: Person): Reservation | null {
  const ranked = (['idToken', 'group'] as const).flatMap((by) =>
    [evse, anyPlace].flatMap((place) => {
      const there = book.filter((each) => each.evse === place && isFor(each, person));
      const own = { ...person, parentIdToken: null };
      return there
        .filter((each) => isFor(each, own) === (by === 'idToken'))
        .toSorted((a, b) => a.expiryMs - b.expiryMs);
    }),
  );
  return ranked.find((each) => each.evse === evse) ?? ranked[0] ?? null;
}

/** For whom each EVSE shows to be kept; EVSEs that are not in it are kept for nobody (RS-01, RS-03). */
export function shownReservations(
  book: readonly Reservation[],
  places: readonly ReservablePlace[],
): ReadonlyMap<number, Reserved> {
  const shown = new Map<number, Reserved>();
  for (const { id, evse, idToken, parentIdToken } of book)
    if (evse !== anyPlace) shown.set(evse, { id, idToken, parentIdToken });
  const waiting = unclaimed(book, places);
  const left = freePlaces(book, places);
  if (left.length > waiting.length) return shown;
  for (const [index, { evse }] of left.entries()) {
    const kept = waiting[index];
    if (kept !== undefined) shown.set(evse, { id: kept.id, idToken: kept.idToken, parentIdToken: kept.parentIdToken });
  }
  return shown;
}

/** The reservations that the places end: nobody can charge any more where they were promised to (RS-06). */
export function endedByPlaces(
  book: readonly Reservation[],
  places: readonly ReservablePlace[],
): readonly Reservation[] {
  const serving = places.filter(({ state }) => state === 'free' || state === 'occupied');
  return book.filter(({ evse }) =>
    evse === anyPlace ? serving.length === 0 : !serving.some((place) => place.evse === evse),
  );
}

/** How many free EVSEs are left over when all who were promised any one have theirs, without `except`; below 0: too few. */
function spareOf(book: readonly Reservation[], places: readonly ReservablePlace[], except: number | null): number {
  const waiting = unclaimed(book, places).length;
  if (waiting === 0 && except !== null) return 0;
  return freePlaces(book, places).filter(({ evse }) => evse !== except).length - waiting;
}

/** What nobody is at, and nobody has reserved by name. */
function freePlaces(book: readonly Reservation[], places: readonly ReservablePlace[]): readonly ReservablePlace[] {
  return places.filter(({ evse, state }) => state === 'free' && !book.some((each) => each.evse === evse));
}

/** Reservations of any EVSE whose users have not found theirs yet: who was let in somewhere needs no other one kept free. */
function unclaimed(book: readonly Reservation[], places: readonly ReservablePlace[]): readonly Reservation[] {
  let left = book;
  for (const { evse, admitted } of places) {
    const used = admitted === null ? null : usedBy(left, evse, admitted);
    if (used !== null) left = left.filter((each) => each !== used);
  }
  return left.filter(({ evse }) => evse === anyPlace);
}
