import type { Time } from '../../core/time.ts';

/** So many problems are told in a minute; of the others only how many there were. */
const toldPerMinute = 10;
const minuteMs = 60_000;

/** Tells what is wrong with a driver, but not the same thing a thousand times. */
export class DriverProblems {
  readonly #time: Time;
  readonly #tell: (text: string) => void;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #told = 0;
  #left = 0;

  constructor(time: Time, tell: (text: string) => void) {
    this.#time = time;
    this.#tell = tell;
  }

  tell(problem: string): void {
    const nowMs = this.#time.monotonicMs();
    if (nowMs - this.#sinceMs >= minuteMs) this.#beginMinute(nowMs);
    if (this.#told >= toldPerMinute) this.#left += 1;
    else {
      this.#told += 1;
      this.#tell(problem);
    }
  }

  #beginMinute(nowMs: number): void {
    const left = this.#left;
    this.#sinceMs = nowMs;
    this.#told = 0;
    this.#left = 0;
    if (left > 0) this.#tell(`${left} more problems of the driver were not told`);
  }
}
