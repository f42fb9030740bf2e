import type { LinkLoss, SilencePattern } from './silence-pattern.ts';
import { findSilencePattern, LOSSES_KEPT } from './silence-pattern.ts';

/** A reset that follows a frame so soon is the answer to it: whoever sent it had forgotten the connection. */
const PROMPT_MS = 2000;

/** What is known of the silences of one connection; times are monotonic. */
interface Quiet {
  /** When the last byte came in; the opening counts. */
  readonly receivedMs: number;
  /** When something last went out. */
  readonly sentMs: number;
  /** When the first question (CALL or ping) after that byte went out; null = none is open. */
  readonly askedMs: number | null;
  readonly survivedMs: number;
}

/** Keeps how quiet the last connections were before they were lost, for the pattern that an idle proxy leaves. */
export class SilenceWatch {
  readonly #losses: LinkLoss[] = [];
  #now: Quiet | null = null;
  /** As it was before the last bytes came. */
  #before: Quiet | null = null;

  /** The pattern of the last losses; null = none. */
  get pattern(): SilencePattern | null {
    return findSilencePattern(this.#losses, this.#now?.survivedMs ?? 0);
  }

  opened(nowMs: number): void {
    this.#now = { receivedMs: nowMs, sentMs: nowMs, askedMs: null, survivedMs: 0 };
    this.#before = this.#now;
  }

  /** Bytes came in. */
  received(nowMs: number): void {
    const quiet = this.#now;
    // The frame and its bytes are told separately.
    if (quiet === null || quiet.receivedMs === nowMs) return;
    const endedMs = quiet.askedMs ?? nowMs;
    const beganMs = quiet.askedMs === null ? lastOf(quiet) : quiet.receivedMs;
    this.#before = quiet;
    const survivedMs = Math.max(quiet.survivedMs, endedMs - beganMs);
    this.#now = { receivedMs: nowMs, sentMs: quiet.sentMs, askedMs: null, survivedMs };
  }

  /** A frame went out; `asks`: it wants an answer. */
  sent(nowMs: number, asks: boolean): void {
    const quiet = this.#now;
    if (quiet === null) return;
    this.#now = { ...quiet, sentMs: nowMs, askedMs: asks ? (quiet.askedMs ?? nowMs) : quiet.askedMs };
  }

  /**
   * The connection ended. `how`: closed by the other side, with a close frame (whose bytes came in just now) or without; given up
   * by our own detectors; or ended on purpose, which says nothing.
   */
  ended(nowMs: number, how: 'closeFrame' | 'gone' | 'givenUp' | 'onPurpose'): void {
    const now = this.#now;
    // The bytes of the close frame came in just now; they ended no silence.
    const byFrame = how === 'closeFrame' && now !== null && nowMs - now.receivedMs < PROMPT_MS;
    const quiet = byFrame ? this.#before : now;
    const endedMs = byFrame ? now.receivedMs : nowMs;
    const loss = quiet === null ? null : lossOf(quiet, endedMs, how);
    this.#now = null;
    if (loss === null) return;
    this.#losses.push(loss);
    if (this.#losses.length > LOSSES_KEPT) this.#losses.shift();
  }
}

function lossOf(quiet: Quiet, nowMs: number, how: Parameters<SilenceWatch['ended']>[1]): LinkLoss | null {
  const { receivedMs, askedMs, survivedMs } = quiet;
  const isForgotten = how === 'givenUp' || (how === 'gone' && askedMs !== null && nowMs - askedMs < PROMPT_MS);
  if (how === 'onPurpose' || (how === 'givenUp' && askedMs === null)) return null;
  if (isForgotten && askedMs !== null) return { silenceMs: askedMs - receivedMs, survivedMs, noticed: 'unanswered' };
  return { silenceMs: nowMs - lastOf(quiet), survivedMs, noticed: 'closed' };
}

function lastOf({ receivedMs, sentMs }: Quiet): number {
  return Math.max(receivedMs, sentMs);
}
