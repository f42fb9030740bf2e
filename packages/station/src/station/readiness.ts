import { tellsTransactions } from '../authorization/free-charging.ts';
import type { StationClock } from '../core/station-clock.ts';
import type { ParameterReader } from '../params/parameters.ts';
import type { Store } from '../store/store.ts';

/** What readiness is judged by. */
export interface ReadinessDeps {
  readonly station: string;
  readonly store: Store;
  readonly clock: StationClock;
  readonly params: ParameterReader;
  /** Told after each change. */
  readonly onChange: (reason: string | null) => void;
}

/** Whether transactions can be started at all: the store can record them and the clock can date them (B-08, INV-02). */
export class Readiness {
  readonly #deps: ReadinessDeps;
  #everAccepted = false;
  #resetting = false;
  #supplyFails = false;
  #reason: string | null = null;

  constructor(deps: ReadinessDeps) {
    this.#deps = deps;
  }

  /** Why nobody can start a transaction; null when one can. */
  get reason(): string | null {
    return this.#reason;
  }

  /** Reads whether a backend has ever accepted this station. */
  async load(): Promise<void> {
    const documents = await this.#deps.store.readDocuments(this.#deps.station, 'station');
    this.#everAccepted = documents.has('registered');
  }

  /** A backend accepted the station. */
  accepted(): void {
    if (!this.#everAccepted) {
      this.#everAccepted = true;
      const { store, station } = this.#deps;
      store.commitLater([{ op: 'putDocument', station, collection: 'station', key: 'registered', value: true }]);
    }
    this.update();
  }

  /** A reset is being prepared, or was given up. */
  resetting(resetting: boolean): void {
    this.#resetting = resetting;
    this.update();
  }

  /** Only backup power is left, or the supply is back. */
  supplyFailing(fails: boolean): void {
    this.#supplyFails = fails;
    this.update();
  }

  /** Judges anew. */
  update(): void {
    const reason = this.#judge();
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.#deps.onChange(reason);
  }

  #judge(): string | null {
    const { store, clock, params } = this.#deps;
    const { health } = store;
    if (health.kind !== 'ok') return `transactions cannot be recorded: ${health.problem}`;
    if (this.#supplyFails) return 'the supply fails';
    if (this.#resetting) return 'the station is restarting';
    if (clock.valid || this.#everAccepted || params.get('authorization.acceptBeforeBoot')) return null;
    // Nobody is billed for what no backend is told of.
    if (!tellsTransactions(params)) return null;
    return 'the clock has not been set and no backend has accepted the station yet';
  }
}
