/** Time spent online, on a clock that stands still while offline; G-02 counts on it. */
export class OnlineWatch {
  #totalMs = 0;
  #sinceMs: number | null = null;

  get online(): boolean {
    return this.#sinceMs !== null;
  }

  set(online: boolean, nowMs: number): void {
    if (online === this.online) return;
    if (this.#sinceMs !== null) this.#totalMs += nowMs - this.#sinceMs;
    this.#sinceMs = online ? nowMs : null;
  }

  /** Milliseconds online until now. */
  at(nowMs: number): number {
    return this.#totalMs + (this.#sinceMs === null ? 0 : nowMs - this.#sinceMs);
  }
}
