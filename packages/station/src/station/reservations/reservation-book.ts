import type { Reservation } from '../../reservations/reservation.ts';
import { reservationFromJson, reservationToJson } from '../../reservations/reservation.ts';
import type { Store, Write } from '../../store/store.ts';

/** What the book works with. */
export interface ReservationBookDeps {
  readonly station: string;
  readonly store: Store;
  readonly onProblem: (problem: string) => void;
}

const collection = 'reservations';

const none: readonly Reservation[] = [];

/** Reads the reservations of an earlier life; what cannot be read is told and left where it is. */
export async function readReservations({
  store,
  station,
  onProblem,
}: ReservationBookDeps): Promise<readonly Reservation[]> {
  const found: Reservation[] = [];
  for (const [key, value] of await store.readDocuments(station, collection)) {
    const reservation = reservationFromJson(value);
    if (reservation === undefined) onProblem(`the stored reservation ${key} cannot be read and does not count`);
    else found.push(reservation);
  }
  return found;
}

/**
 * The reservations of a station: on disk before they are promised, over restarts and power cuts (RS-06). Each is a document
 * under its id. What is asked for takes turns, a start that uses one too; what time or a fault ends ends at once.
 */
export class ReservationBook {
  readonly #deps: ReservationBookDeps;
  #kept: readonly Reservation[];
  /** What is being written: nobody else gets its place meanwhile, and what it replaces holds until it is on disk. */
  #coming: Reservation | null = null;
  #turn: Promise<unknown> | null = null;

  constructor(deps: ReservationBookDeps, kept: readonly Reservation[]) {
    this.#deps = deps;
    this.#kept = kept;
  }

  /** What is on disk, the oldest first. */
  get kept(): readonly Reservation[] {
    return this.#kept;
  }

  /** What decides who may start: also what is being written. */
  get binding(): readonly Reservation[] {
    return this.#coming === null ? this.#kept : [...this.#kept, this.#coming];
  }

  /** Whether nothing is in it, and nobody is changing it. */
  get idle(): boolean {
    return this.#kept === none && this.#turn === null;
  }

  /** Does something when those before are done: what is asked for later is judged by what it leaves. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = (this.#turn ?? Promise.resolve()).then(work);
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (this.#turn === settled) this.#turn = null;
      });
    this.#turn = settled;
    return mine;
  }

  /** Puts one in, in place of the one with its id; in turn only. Rejects when it cannot be written: then nothing has changed. */
  async put(reservation: Reservation): Promise<void> {
    const { store, station } = this.#deps;
    const key = String(reservation.id);
    this.#coming = reservation;
    try {
      await store.commit([{ op: 'putDocument', station, collection, key, value: reservationToJson(reservation) }]);
      this.#keep([...this.#kept.filter(({ id }) => id !== reservation.id), reservation]);
    } catch (error) {
      // What it was to replace may have ended meanwhile.
      if (!this.#kept.some(({ id }) => id === reservation.id)) store.commitLater([this.#gone(reservation.id)]);
      throw error;
    } finally {
      this.#coming = null;
    }
  }

  /** Takes one out in a commit that may write more; in turn only. Rejects as `put` does. */
  async take(
    { id }: Reservation,
    commit: (writes: readonly Write[]) => Promise<void> = (writes) => this.#deps.store.commit(writes),
  ): Promise<void> {
    await commit([this.#gone(id)]);
    this.#keep(this.#kept.filter((each) => each.id !== id));
  }

  /** They are over by themselves: a power cut before that is on disk comes to the same. */
  drop(over: readonly Reservation[]): void {
    if (over.length === 0) return;
    this.#keep(this.#kept.filter((each) => !over.includes(each)));
    // What replaces one of them is being written under its id.
    const gone = over.filter(({ id }) => id !== this.#coming?.id);
    this.#deps.store.commitLater(gone.map(({ id }) => this.#gone(id)));
  }

  #keep(kept: readonly Reservation[]): void {
    this.#kept = kept.length === 0 ? none : kept;
  }

  #gone(id: number): Write {
    return { op: 'deleteDocument', station: this.#deps.station, collection, key: String(id) };
  }
}
