import { messageOf } from '../../core/errors.ts';
import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { EndpointEvent, EndpointInput, Parameters } from '../../params/parameters.ts';

/** What the keeper works with. */
export interface EndpointKeeperDeps {
  readonly time: Time;
  readonly params: Parameters;
  /** No transaction runs and nothing waits for the backend. */
  readonly idle: () => boolean;
  readonly onEvent: (event: EndpointEvent['kind'], detail: string) => void;
  readonly onProblem: (problem: string) => void;
}

/** Feeds the trial of a new endpoint or new credentials with what happens, and keeps its timer (parameters.md section 3). */
export class EndpointKeeper {
  readonly #deps: EndpointKeeperDeps;
  #cancelTick: Cancel = noTimer;
  #idle: boolean | null = null;
  #stopped = false;
  #undo: readonly (() => void)[] = [];
  /** Inputs are handled one after another: each is on disk before the next. */
  #tail: Promise<void> = Promise.resolve();

  constructor(deps: EndpointKeeperDeps) {
    this.#deps = deps;
  }

  /** Begins to watch. */
  start(): void {
    const { params } = this.#deps;
    this.#undo = [params.onChange(() => this.#arm()), params.onEndpoint(() => this.#arm())];
    this.idleChanged();
    this.#arm();
  }

  /** Stops watching; what is staged stays. */
  stop(): void {
    this.#stopped = true;
    for (const undo of this.#undo) undo();
    this.#cancelTick();
  }

  /** Tells one thing that happened. */
  feed(input: EndpointInput): void {
    if (this.#stopped) return;
    this.#tail = this.#tail.then(() => this.#handle(input));
  }

  /** Transactions or the outbox changed. */
  idleChanged(): void {
    const idle = this.#deps.idle();
    if (idle === this.#idle) return;
    this.#idle = idle;
    this.feed({ type: 'idle', idle });
  }

  /** Applies what is staged; resolves when it is on disk. */
  async apply(confirmed: boolean): Promise<void> {
    this.feed({ type: 'apply', confirmed });
    await this.#tail;
  }

  async #handle(input: EndpointInput): Promise<void> {
    try {
      for (const event of await this.#deps.params.endpoint(input)) this.#deps.onEvent(event.kind, describe(event));
    } catch (error) {
      this.#deps.onProblem(`the backend settings could not be stored: ${messageOf(error)}`);
    }
    this.#arm();
  }

  #arm(): void {
    this.#cancelTick();
    if (this.#stopped) return;
    const dueMs = this.#deps.params.endpointDueMs;
    if (dueMs === null) return;
    this.#cancelTick = this.#deps.time.after(dueMs - this.#deps.time.monotonicMs(), () => this.feed({ type: 'tick' }));
  }
}

function describe(event: EndpointEvent): string {
  switch (event.kind) {
    case 'applied':
    case 'proven':
      return event.trial;
    case 'rolledBack':
    case 'waiting':
    case 'failed':
      return event.reason;
  }
}
