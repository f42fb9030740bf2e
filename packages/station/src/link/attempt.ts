import { messageOf } from '../core/errors.ts';
import type { ConnectFinding } from './connect-finding.ts';
import { ConnectFailure } from './transport.ts';
import type { ConnectRequest, ConnectStage } from './transport.ts';

/** Whatever an attempt has opened. */
export interface Destroyable {
  destroy(): unknown;
}

/** One attempt to connect: its stage, what it has opened so far, and the signal that destroys all of that. */
export class Attempt {
  readonly signal: AbortSignal;
  #stage: ConnectStage = 'dns';
  readonly #request: Pick<ConnectRequest, 'onStage' | 'onFinding'>;
  readonly #opened: Destroyable[] = [];

  constructor(signal: AbortSignal, request: Pick<ConnectRequest, 'onStage' | 'onFinding'>) {
    this.signal = signal;
    this.#request = request;
  }

  enter(stage: ConnectStage): void {
    if (this.signal.aborted) return;
    this.#stage = stage;
    this.#request.onStage?.(stage);
  }

  /** Whether somebody wants to know what is found. */
  get isWatched(): boolean {
    return this.#request.onFinding !== undefined;
  }

  /** Tells what was found, to whoever watches. */
  tell(finding: ConnectFinding): void {
    if (!this.signal.aborted) this.#request.onFinding?.(finding);
  }

  /** Remembers what is to be destroyed when the attempt does not succeed. */
  own<T extends Destroyable>(resource: T): T {
    this.#opened.push(resource);
    return resource;
  }

  /** A promise that settles as `start` says, or rejects at once with everything destroyed when the attempt is aborted. */
  wait<T>(start: (resolve: (value: T) => void, reject: (failure: ConnectFailure) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => {
        // First the reason: what is destroyed tells of it, too.
        reject(this.#aborted());
        this.destroy();
      };
      const done = (): void => this.signal.removeEventListener('abort', onAbort);
      if (this.signal.aborted) return onAbort();
      this.signal.addEventListener('abort', onAbort, { once: true });
      start(
        (value) => {
          done();
          resolve(value);
        },
        (failure) => {
          done();
          reject(failure);
        },
      );
    });
  }

  /**
   * Destroys everything half-open, the newest first; harmless when called twice. The order matters: Node 24 crashes (SIGSEGV)
   * when a TLS socket is destroyed right after the TCP socket below it.
   */
  destroy(): void {
    for (const resource of this.#opened.splice(0).toReversed()) resource.destroy();
  }

  /** The one kind of failure that a transport may reject with. */
  failureOf(thrown: unknown): ConnectFailure {
    if (thrown instanceof ConnectFailure) return thrown;
    const stage = this.#stage;
    const text = messageOf(thrown);
    if (stage === 'upgrade') return new ConnectFailure({ stage, status: 0 }, text, { cause: thrown });
    return new ConnectFailure({ stage, code: codeOf(thrown) }, text, { cause: thrown });
  }

  #aborted(): ConnectFailure {
    return new ConnectFailure(
      { stage: 'timeout', during: this.#stage },
      `the attempt was given up at the stage ${this.#stage}`,
    );
  }
}

/** The stable code that Node gives its errors, such as `ECONNREFUSED`. */
export function codeOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string')
    return thrown.code;
  return 'UNKNOWN';
}
