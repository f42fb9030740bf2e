import type { Cancel } from '../../core/time.ts';
import type { ApiStation, ReadingNow } from '../host-port.ts';

/** A meter is asked once for all who look within this time (ms). */
const SHARED_MS = 900;

/** Reads meters for people who look, so that ten of them cost a meter no more than one. */
export class SharedReadings {
  readonly #after: (delayMs: number, callback: () => void) => Cancel;
  readonly #asked = new Map<ApiStation, Promise<readonly ReadingNow[]>>();

  constructor(deps: { readonly after: (delayMs: number, callback: () => void) => Cancel }) {
    this.#after = deps.after;
  }

  /** What the meters of a station show now; none when the station does not run. Never rejects. */
  of(station: ApiStation): Promise<readonly ReadingNow[]> {
    const asked = this.#asked.get(station);
    if (asked !== undefined) return asked;
    const answer = read(station);
    this.#asked.set(station, answer);
    this.#after(SHARED_MS, () => this.#asked.delete(station));
    return answer;
  }
}

async function read(station: ApiStation): Promise<readonly ReadingNow[]> {
  try {
    return await station.readings();
  } catch {
    // It is being made anew; its state says so.
    return [];
  }
}
