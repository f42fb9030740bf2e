/** Adds up the times during which it runs. */
export class Stopwatch {
  #totalMs = 0;
  #sinceMs: number | null = null;

  set(running: boolean, nowMs: number): void {
    this.#totalMs = this.at(nowMs);
    this.#sinceMs = running ? nowMs : null;
  }

  /** The sum until now, in milliseconds. */
  at(nowMs: number): number {
    return this.#totalMs + (this.#sinceMs === null ? 0 : nowMs - this.#sinceMs);
  }
}
