import type { Time } from '@kerbside/station';

/** One direction of a connection in memory: things arrive in order, after the latency, unless the wire is cut or held. */
export class FakeWire {
  readonly #time: Time;
  readonly #latencyMs: () => number;
  #lastDueMs = 0;
  #cut = false;
  #held: (() => void)[] | undefined;

  constructor(time: Time, latencyMs: () => number) {
    this.#time = time;
    this.#latencyMs = latencyMs;
  }

  /** Whether what is sent now can never arrive. */
  get cut(): boolean {
    return this.#cut;
  }

  /** Has `deliver` called when what is sent now arrives, if ever. */
  send(deliver: () => void): void {
    if (this.#cut) return;
    const nowMs = this.#time.monotonicMs();
    const dueMs = Math.max(nowMs + this.#latencyMs(), this.#lastDueMs);
    this.#lastDueMs = dueMs;
    const arrive = (): void => this.#arrive(deliver);
    // Without latency things arrive as soon as the sender has finished its turn, as on a local socket.
    if (dueMs === nowMs) queueMicrotask(arrive);
    else this.#time.after(dueMs - nowMs, arrive);
  }

  /** From now on nothing arrives any more, neither what is on the way. */
  cutOff(): void {
    this.#cut = true;
    this.#held = undefined;
  }

  /** What arrives waits until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const deliver of held) this.#arrive(deliver);
  }

  #arrive(deliver: () => void): void {
    if (this.#cut) return;
    if (this.#held === undefined) deliver();
    else this.#held.push(deliver);
  }
}
