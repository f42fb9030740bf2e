import type { ApiReservations } from '../../api/host-port.ts';
import { messageOf } from '../../core/errors.ts';
import { toTimestamp, type StationClock } from '../../core/station-clock.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { ReservationCommands, ReserveAnswer } from '../../dialects/station-commands.ts';
import type { Grant, Reserved, StartCommit, StartCompanion } from '../../evse/evse-state.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import { anyPlace, type Person, type Reservation } from '../../reservations/reservation.ts';
import {
  endedByPlaces,
  placeAnswer,
  shownReservations,
  standing,
  usedBy,
  type ReservablePlace,
  type Standing,
} from '../../reservations/reservation-rules.ts';
import type { Store, Write } from '../../store/store.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { personOf, reservablePlace } from './reservable-place.ts';
import { ReservationBook } from './reservation-book.ts';

/** What the desk works with. */
export interface ReservationDeskDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly clock: Pick<StationClock, 'nowMs' | 'valid' | 'onSet'>;
  readonly params: ParameterReader;
  readonly evses: () => readonly EvseController[];
  /** The most characters that a backend can be told (T-18). */
  readonly longestIdToken: () => number;
  /** Whether nobody shows a card here: then nobody can be told from others. */
  readonly cardless: () => boolean;
  readonly onProblem: (problem: string) => void;
}

/** What is different from what the EVSEs show. */
export interface Supposed {
  /** EVSEs that somebody far away was told to be his. */
  readonly promised?: (evse: number) => boolean;
  /** Who was let in there is about to go elsewhere. */
  readonly leaves?: number;
}

/** Keeps charging points free for those who reserved them: takes reservations, says who may start, and ends them (RS-01…RS-07). */
export class ReservationDesk implements ReservationCommands, ApiReservations {
  readonly #deps: ReservationDeskDeps;
  readonly #book: ReservationBook;
  /** EVSEs that are just starting with a reservation of their own: whoever starts there claims no other one besides. */
  readonly #serving = new Set<number>();
  #cancelExpiry: Cancel | null = null;
  #unlisten: Cancel | null = null;
  /** Answers that have to leave before anything shows of them. */
  #unanswered = 0;
  #refreshing = false;
  /** The EVSEs show what the hardware is: before, nothing that they show ends a reservation. */
  #settled = false;
  #stopped = false;

  /** @param kept what holds from an earlier life */
  constructor(deps: ReservationDeskDeps, kept: readonly Reservation[] = []) {
    this.#deps = deps;
    this.#book = new ReservationBook(deps, kept);
    this.#sweep();
    this.#watchTime();
  }

  /** What holds, the oldest first. */
  get list(): readonly Reservation[] {
    return this.#book.kept;
  }

  /** Takes a reservation, or replaces the one with its id; on disk when it resolves with *accepted*. Never rejects (RS-01…RS-03). */
  async reserve(wanted: Reservation): Promise<ReserveAnswer> {
    try {
      const answer = await this.#book.inTurn(async () => {
        const verdict = this.#judge(wanted);
        if (verdict === 'accepted') await this.#book.put(wanted);
        return verdict;
      });
      if (answer === 'accepted') this.#showAfterAnswer();
      return answer;
    } catch (error) {
      return this.#reject(wanted, `it cannot be stored: ${messageOf(error)}`);
    }
  }

  /** Ends a reservation; on disk when it resolves with *accepted*. Never rejects (RS-07). */
  async cancel(id: number): ReturnType<ReservationCommands['cancel']> {
    try {
      const found = await this.#book.inTurn(async () => {
        this.#sweep();
        const reservation = this.#book.kept.find((each) => each.id === id);
        if (reservation !== undefined) await this.#book.take(reservation);
        return reservation !== undefined;
      });
      if (!found) return 'unknown';
      this.#showAfterAnswer();
      return 'accepted';
    } catch (error) {
      this.#deps.onProblem(`reservation ${id} could not be cancelled: ${messageOf(error)}`);
      return 'failed';
    }
  }

  /** Whether somebody may start at an EVSE now (RS-04). */
  standing(evse: number, { idToken, parentIdToken }: Person, supposed: Supposed = {}): Standing {
    const book = this.#book.binding;
    if (book.length === 0) return 'open';
    return standing(book, this.#places(supposed), { evse, person: { idToken, parentIdToken } });
  }

  admits(evse: number, grant: Grant): boolean {
    const here = this.standing(evse, personOf(grant));
    return here === 'own' || here === 'open';
  }

  /** A start uses a reservation up in its own commit, beside whatever else belongs to it (RS-05). */
  companionOf(evse: number, grant: Grant): StartCompanion | undefined {
    if (this.#book.idle) return grant.companion;
    return { start: (transaction, commit) => this.#book.inTurn(() => this.#start(evse, grant, transaction, commit)) };
  }

  /** An EVSE shows something else, or all begin to. */
  changed(): void {
    if (this.#refreshing || this.#stopped) return;
    if (this.#settled) this.#book.drop(endedByPlaces(this.#book.kept, this.#places()));
    this.#refresh();
  }

  /** From now on what the EVSEs show is true. */
  settled(): void {
    this.#settled = true;
    this.changed();
  }

  /** Ends nothing more. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#cancelExpiry?.();
    this.#unlisten?.();
  }

  #judge(wanted: Reservation): ReserveAnswer {
    const { clock, cardless, params, longestIdToken } = this.#deps;
    const { evse, idToken, expiryMs } = wanted;
    this.#sweep();
    if (cardless()) return this.#reject(wanted, 'whoever comes may charge here without a card');
    if (!clock.valid) return this.#reject(wanted, 'the clock has not been set, and nobody could tell when it ends');
    if (evse === anyPlace && !params.get('reservation.connectorZeroSupported'))
      return this.#reject(wanted, 'it names no connector (reservation.connectorZeroSupported is off)');
    if (idToken.length < 1 || idToken.length > longestIdToken())
      return this.#reject(wanted, `its identifier has ${idToken.length} characters`);
    const answer = placeAnswer(this.#book.kept, this.#places(), wanted);
    if (answer === 'unknown') return this.#reject(wanted, `there is no EVSE ${evse}`);
    if (answer === 'accepted' && !(expiryMs > clock.nowMs())) return this.#reject(wanted, 'its expiry is in the past');
    return answer;
  }

  #reject({ id }: Reservation, why: string): 'rejected' {
    this.#deps.onProblem(`reservation ${id} was rejected: ${why}`);
    return 'rejected';
  }

  async #start(
    evse: number,
    grant: Grant,
    transaction: Parameters<StartCompanion['start']>[0],
    commit: StartCommit,
  ): Promise<void> {
    this.#sweep();
    const used = usedBy(this.#book.kept, evse, personOf(grant));
    const { companion } = grant;
    const durable = (along: readonly Write[], id?: number): Promise<void> =>
      companion === undefined
        ? commit(along, id)
        : companion.start(transaction, (writes) => commit([...writes, ...along], id));
    if (used === null) return durable([]);
    await this.#book.take(used, (writes) => durable(writes, used.id));
    this.#serving.add(evse);
    this.changed();
    this.#watchTime();
  }

  #places({ promised, leaves }: Supposed = {}): readonly ReservablePlace[] {
    return this.#deps.evses().map((evse) => {
      if (evse.id === leaves) return { evse: evse.id, state: 'free', admitted: null };
      if (evse.state.phase.kind !== 'starting') this.#serving.delete(evse.id);
      const place = reservablePlace(evse, promised?.(evse.id) ?? false);
      return this.#serving.has(evse.id) ? { ...place, admitted: null } : place;
    });
  }

  /** The confirmation goes first. */
  #showAfterAnswer(): void {
    this.#unanswered += 1;
    this.#deps.time.after(0, () => {
      this.#unanswered -= 1;
      this.changed();
      this.#watchTime();
    });
  }

  /** Tells every EVSE for whom it is kept. */
  #refresh(): void {
    if (this.#unanswered > 0 || this.#stopped) return;
    const shown = shownReservations(this.#book.kept, this.#places());
    this.#refreshing = true;
    for (const evse of this.#deps.evses()) {
      const reservation = shown.get(evse.id) ?? null;
      if (!isSame(evse.state.reserved, reservation)) evse.dispatch({ kind: 'reserved', reservation });
    }
    this.#refreshing = false;
  }

  /** What is over by the clock ends, whatever made the time pass or jump (RS-06). */
  #sweep(): void {
    const nowMs = this.#deps.clock.nowMs();
    this.#book.drop(this.#book.kept.filter(({ expiryMs }) => expiryMs <= nowMs));
  }

  #watchTime(): void {
    this.#cancelExpiry?.();
    this.#cancelExpiry = null;
    const { clock, time } = this.#deps;
    const { list } = this;
    if (list.length === 0 || this.#stopped) {
      this.#unlisten?.();
      this.#unlisten = null;
      return;
    }
    this.#unlisten ??= clock.onSet(() => this.#timePassed());
    const leftMs = Math.min(...list.map(({ expiryMs }) => expiryMs)) - clock.nowMs();
    this.#cancelExpiry = time.after(Math.max(0, leftMs), () => this.#timePassed());
  }

  #timePassed(): void {
    this.#sweep();
    this.changed();
    this.#watchTime();
  }

  /** What people on site see. */
  views(): ReturnType<ApiReservations['views']> {
    return this.list.map(({ id, evse, idToken, parentIdToken, expiryMs }) => {
      return { id, evse, idTag: idToken, parentIdTag: parentIdToken, expiry: toTimestamp(expiryMs) };
    });
  }
}

function isSame(left: Reserved | null, right: Reserved | null): boolean {
  return left?.id === right?.id && left?.idToken === right?.idToken && left?.parentIdToken === right?.parentIdToken;
}
