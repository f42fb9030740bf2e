import { messageOf } from '../core/errors.ts';
import { LazyMap } from '../core/lazy-map.ts';
import { classOrder, type CallClass } from './call-priority.ts';
import type { BackendSession, Outcome } from './session.ts';

export interface RequestOptions {
  /** A request that waits under the same key is joined instead of made anew. */
  readonly coalesceKey?: string;
  /** Ends the waiting: the promise resolves with `unanswered`, and a request not yet sent is never sent. */
  readonly signal?: AbortSignal;
}

interface Request {
  readonly coalesceKey: string | null;
  readonly promise: Promise<Outcome<unknown>>;
  /** Sends, ends the promise, and tells how it ended. */
  readonly run: (session: BackendSession) => Promise<Outcome<unknown>['kind']>;
  readonly end: (outcome: Outcome<never>) => void;
}

/** The requests that wait, by class and in order. */
export class RequestQueue {
  /** A class in which nothing waits has no line. */
  readonly #waiting = new LazyMap<CallClass, Request[]>();

  /** The classes in which something waits. */
  get classes(): ReadonlySet<CallClass> {
    return new Set(classOrder.filter((callClass) => this.#waiting.has(callClass)));
  }

  add<T>(
    callClass: CallClass,
    send: (session: BackendSession) => Promise<Outcome<T>>,
    { coalesceKey, signal }: RequestOptions,
  ): Promise<Outcome<T>> {
    const line = this.#line(callClass);
    const twin = coalesceKey === undefined ? undefined : line.find((each) => each.coalesceKey === coalesceKey);
    // The key stands for the kind of request, so the answers are of one type.
    if (twin !== undefined) return twin.promise as Promise<Outcome<T>>;
    if (signal?.aborted === true) return Promise.resolve({ kind: 'unanswered' });
    const { promise, resolve } = Promise.withResolvers<Outcome<T>>();
    const aborted = (): void => {
      this.#remove(callClass, request);
      resolve({ kind: 'unanswered' });
    };
    const end = (outcome: Outcome<T>): void => {
      signal?.removeEventListener('abort', aborted);
      resolve(outcome);
    };
    const run = async (session: BackendSession): Promise<Outcome<T>['kind']> => {
      const outcome = await sendSafely(send, session);
      end(outcome);
      return outcome.kind;
    };
    const request: Request = { coalesceKey: coalesceKey ?? null, promise, run, end };
    signal?.addEventListener('abort', aborted, { once: true });
    line.push(request);
    this.#waiting.set(callClass, line);
    return promise;
  }

  /** Sends the first of a class; resolves with how it ended. */
  async run(callClass: CallClass, session: BackendSession): Promise<Outcome<unknown>['kind'] | null> {
    const line = this.#line(callClass);
    const request = line.shift();
    if (line.length === 0) this.#waiting.delete(callClass);
    return request === undefined ? null : request.run(session);
  }

  /** Ends what waits in the classes that are not let through. */
  dropUnless(allowed: (callClass: CallClass) => boolean): void {
    for (const callClass of classOrder.filter((each) => !allowed(each))) {
      const line = this.#line(callClass);
      this.#waiting.delete(callClass);
      for (const request of line) request.end({ kind: 'linkLost' });
    }
  }

  #line(callClass: CallClass): Request[] {
    return this.#waiting.get(callClass) ?? [];
  }

  #remove(callClass: CallClass, request: Request): void {
    const line = this.#line(callClass);
    const position = line.indexOf(request);
    if (position >= 0) line.splice(position, 1);
    if (line.length === 0) this.#waiting.delete(callClass);
  }
}

async function sendSafely<T>(
  send: (session: BackendSession) => Promise<Outcome<T>>,
  session: BackendSession,
): Promise<Outcome<T>> {
  try {
    return await send(session);
  } catch (cause) {
    return { kind: 'notSendable', problem: messageOf(cause) };
  }
}
