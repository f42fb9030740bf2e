import { KerbsideError, messageOf } from '../../core/errors.ts';
import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';

export interface SessionWatchDeps {
  readonly time: Time;
  /** Asks the meter how it is; resolves with why the session must end, or null. Rejects when the meter does not answer. */
  readonly look: () => Promise<string | null>;
  /** The session must end. */
  readonly onFailed: (why: string) => void;
}

/** Between two looks, and how long an answer may take: a lost meter ends the session within six seconds (E-07). */
const lookMs = 2_000;
/** So many looks without an answer in a row are no chance. */
const failuresOfMeter = 2;

/** Watches the meter while a session runs by it. Without a session it costs nothing. */
export class SessionWatch {
  readonly #deps: SessionWatchDeps;
  #cancel: Cancel = noTimer;
  /** Counts the sessions: an answer belongs to the one in which it was asked. */
  #turn = 0;

  constructor(deps: SessionWatchDeps) {
    this.#deps = deps;
  }

  /** A session began. */
  start(): void {
    this.stop();
    this.#arm(this.#turn, 0, lookMs);
  }

  /** The session ends; harmless without one. */
  stop(): void {
    this.#turn++;
    this.#cancel();
  }

  #arm(turn: number, failures: number, delayMs: number): void {
    this.#cancel = this.#deps.time.after(delayMs, () => void this.#look(turn, failures));
  }

  async #look(turn: number, failures: number): Promise<void> {
    const { look, onFailed } = this.#deps;
    let why: string | null = null;
    let failed = 0;
    const askedMs = this.#deps.time.monotonicMs();
    try {
      why = await this.#inTime(look());
    } catch (error) {
      failed = failures + 1;
      if (failed >= failuresOfMeter) why = messageOf(error);
    }
    if (turn !== this.#turn) return;
    const passedMs = this.#deps.time.monotonicMs() - askedMs;
    if (why !== null) onFailed(why);
    else this.#arm(turn, failed, failed === 0 ? lookMs : Math.max(0, lookMs - passedMs));
  }

  async #inTime(answer: Promise<string | null>): Promise<string | null> {
    const late = Promise.withResolvers<never>();
    const cancel = this.#deps.time.after(lookMs, () =>
      late.reject(new KerbsideError('driver.timeout', 'the meter does not answer')),
    );
    try {
      return await Promise.race([answer, late.promise]);
    } finally {
      cancel();
    }
  }
}
