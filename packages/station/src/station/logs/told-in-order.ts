import { messageOf } from '../../core/errors.ts';
import type { Outcome } from '../../delivery/session.ts';

/** What telling works with. */
export interface ToldInOrderDeps<R> {
  /** Sends one report when its turn comes. */
  readonly send: (report: R) => Promise<Outcome<Record<never, never>>>;
  /** It needs no telling any more: it was told, refused, or cannot be sent. The next one waits for what this returns. */
  readonly onTold: (report: R) => Promise<void> | void;
  readonly onProblem: (problem: string) => void;
}

/** Tells a backend how something goes: in order, one at a time, each once; what the link cut waits for the next registration. */
export class ToldInOrder<R> {
  readonly #deps: ToldInOrderDeps<R>;
  #reports: readonly R[] = [];
  #telling = false;
  /** Asked for while one was on its way: the link may have come back since that was lost. */
  #again = false;

  constructor(deps: ToldInOrderDeps<R>) {
    this.#deps = deps;
  }

  /** What waits. */
  get waiting(): readonly R[] {
    return this.#reports;
  }

  /** One more is to be told. */
  add(report: R): void {
    this.#reports = [...this.#reports, report];
    this.tell();
  }

  /** Nobody waits for these any more. */
  drop(over: (report: R) => boolean): void {
    this.#reports = this.#reports.filter((report) => !over(report));
  }

  /** The backend can be told again. */
  tell(): void {
    this.#tell().catch((error: unknown) => this.#deps.onProblem(messageOf(error)));
  }

  async #tell(): Promise<void> {
    this.#again = true;
    if (this.#telling) return;
    this.#telling = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#tellWaiting();
      }
    } finally {
      this.#telling = false;
    }
  }

  async #tellWaiting(): Promise<void> {
    for (let report = this.#reports[0]; report !== undefined; report = this.#reports[0]) {
      const outcome = await this.#deps.send(report);
      if (outcome.kind === 'linkLost') return;
      // What was told is forgotten on disk before the next is told: after a power cut none comes behind a later one.
      await this.#deps.onTold(report);
      if (this.#reports[0] === report) this.#reports = this.#reports.slice(1);
    }
  }
}
