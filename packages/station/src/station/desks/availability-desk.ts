import { messageOf } from '../../core/errors.ts';
import type { Time } from '../../core/time.ts';
import { isBusy } from '../../evse/evse-state.ts';
import type { Store, Write } from '../../store/store.ts';
import type { EvseController } from '../evse/evse-controller.ts';

/** What the desk works with. */
export interface AvailabilityDeskDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly evses: () => readonly EvseController[];
  /** What connector 0 shows may have changed. */
  readonly onStation: () => void;
  readonly onProblem: (problem: string) => void;
}

const collection = 'availability';

/** What is out of service at most stations. */
const nothing: ReadonlySet<number> = new Set();

/** The station itself, connector 0 of OCPP 1.6. */
const stationPlace = 0;

/**
 * Remembers what a backend took out of service (C-01…C-03): on disk before it is answered, over restarts and power cuts.
 *
 * A request for the station writes its own place and that of every EVSE, so the last request for an EVSE counts, whichever way
 * it was asked: an EVSE that is put into service while the station is out of service does serve, and connector 0 goes on
 * showing Unavailable until it is named itself (N-02). The station put into service brings back every EVSE.
 */
export class AvailabilityDesk {
  readonly #deps: AvailabilityDeskDeps;
  #inoperative: ReadonlySet<number> = nothing;
  /** Nobody shall begin for the time being, whatever the backend says. */
  #withheld = false;

  constructor(deps: AvailabilityDeskDeps) {
    this.#deps = deps;
  }

  /** Whether the station itself is in service. */
  get stationOperative(): boolean {
    return !this.#inoperative.has(stationPlace);
  }

  /**
   * Takes every EVSE out of service as soon as its transaction has ended, or gives back what the backend has not taken out (S-20).
   * Is not remembered: whoever withholds does it again in the next life.
   */
  withhold(withheld: boolean): void {
    if (this.#withheld === withheld) return;
    this.#withheld = withheld;
    this.apply();
  }

  /** Reads what was out of service in an earlier life. */
  async load(): Promise<void> {
    const { store, station } = this.#deps;
    const documents = await store.readDocuments(station, collection);
    this.#inoperative = documents.size === 0 ? nothing : new Set([...documents.keys()].map(Number));
  }

  /** Tells one EVSE whether it is in service, or all. */
  apply(evses: readonly EvseController[] = this.#deps.evses()): void {
    for (const evse of evses) {
      const operative = !this.#withheld && !this.#inoperative.has(evse.id);
      if (evse.state.operative !== operative || evse.state.leavingService)
        evse.dispatch({ kind: 'availability', operative });
    }
  }

  /**
   * Takes an EVSE, or with null the station and all of them, into or out of service. *scheduled* when a transaction has to end
   * first; what is idle changes at once. *rejected* for an unknown EVSE, and when it cannot be stored.
   */
  async change(request: {
    readonly evse: number | null;
    readonly operative: boolean;
  }): Promise<'accepted' | 'rejected' | 'scheduled'> {
    const { store, time, evses, onStation, onProblem } = this.#deps;
    const { evse, operative } = request;
    const everyone = evse === null || evse === stationPlace;
    const targets = evses().filter((each) => everyone || each.id === evse);
    if (targets.length === 0) return 'rejected';
    const places = [...(everyone ? [stationPlace] : []), ...targets.map((each) => each.id)];
    try {
      await store.commit(places.map((place) => this.#write(place, operative)));
    } catch (error) {
      onProblem(`the availability could not be changed: ${messageOf(error)}`);
      return 'rejected';
    }
    const changed = new Set(places);
    const others = [...this.#inoperative].filter((place) => !changed.has(place));
    this.#inoperative = new Set(operative ? others : [...others, ...places]);
    const busy = targets.some((each) => isBusy(each.state) || each.closingLeftOpen);
    // The confirmation goes first; what it says is settled now, so nothing may begin in between.
    if (!operative) for (const target of targets) target.dispatch({ kind: 'leavesService' });
    time.after(0, () => {
      // What a power cut left open ends first; recovery then applies it.
      this.apply(targets.filter((each) => !each.closingLeftOpen));
      onStation();
    });
    return !operative && busy ? 'scheduled' : 'accepted';
  }

  #write(place: number, operative: boolean): Write {
    const { station } = this.#deps;
    const key = String(place);
    return operative
      ? { op: 'deleteDocument', station, collection, key }
      : { op: 'putDocument', station, collection, key, value: { operative } };
  }
}
