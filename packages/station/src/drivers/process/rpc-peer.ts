import type { Socket } from 'node:net';

import { KerbsideError } from '../../core/errors.ts';
import { isRecord } from '../../core/json.ts';
import type { Cancel, Time } from '../../core/time.ts';
import { LineReader } from './line-reader.ts';
import type { Line } from './line-reader.ts';
import { badLine, errorLine, parseRpcMessage, requestLine, resultLine, rpcErrorNumbers } from './rpc-message.ts';

/** How often each end shows that it lives, and after which silence it is lost. */
const HEARTBEAT_MS = 1_000;
const LOST_AFTER_MS = 3_000;

/** What one end of a connection needs. */
export interface RpcPeerOptions {
  readonly socket: Socket;
  readonly time: Time;
  /** Answers a request; `signal` is aborted when the far end cancels it or is lost. */
  readonly onRequest: (method: string, params: unknown, signal: AbortSignal) => Promise<unknown>;
  readonly onNotification: (method: string, params: unknown) => void;
  /** Called once, when the connection is over. */
  readonly onEnd: (problem: string) => void;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: KerbsideError) => void;
}

/** One end of a connection that speaks JSON-RPC, with a heartbeat in both directions. Bad lines are answered, never fatal. */
export class RpcPeer {
  readonly #options: RpcPeerOptions;
  readonly #reader = new LineReader();
  readonly #waiting = new Map<number, Waiting>();
  readonly #running = new Map<number | string, AbortController>();
  #nextId = 1;
  #ended = false;
  #heardMs = 0;
  #tickMs = 0;
  #tick: Cancel | undefined;

  constructor(options: RpcPeerOptions) {
    this.#options = options;
  }

  /** When the far end was heard last, on the monotonic clock. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** Begins to listen and to show life. */
  start(): void {
    const { socket, time } = this.#options;
    this.#heardMs = time.monotonicMs();
    this.#tickMs = this.#heardMs;
    socket.on('data', (chunk) => {
      this.#heardMs = time.monotonicMs();
      for (const line of this.#reader.push(chunk)) this.#take(line);
    });
    socket.on('error', (error) => this.#end(error.message));
    socket.on('close', () => this.#end('the connection was closed'));
    this.#armTick();
  }

  /** Asks the far end. Rejects with its error, with `driver.timeout` when the signal is aborted, with `driver.lost` at the end of the connection. */
  request(method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    if (this.#ended) return Promise.reject(new KerbsideError('driver.lost', 'the connection to the driver is over'));
    if (signal.aborted) return Promise.reject(new KerbsideError('driver.timeout', `${method} was given up`));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.delete(id);
        this.notify('$/cancel', { id });
        reject(new KerbsideError('driver.timeout', `the driver did not answer ${method} in time`));
      };
      const settled = (): void => signal.removeEventListener('abort', giveUp);
      this.#waiting.set(id, {
        resolve: (result) => (settled(), resolve(result)),
        reject: (error) => (settled(), reject(error)),
      });
      signal.addEventListener('abort', giveUp);
      this.#write(requestLine(method, params, id));
    });
  }

  /** Tells the far end. */
  notify(method: string, params: unknown): void {
    this.#write(requestLine(method, params));
  }

  /** Ends the connection after what was written. May be called twice. */
  close(): void {
    this.#options.socket.end();
    this.#end('the connection was closed here');
  }

  #take(line: Line): void {
    if (this.#ended) return;
    if (line.kind === 'tooLong') {
      this.#write(badLine(rpcErrorNumbers.invalidRequest, 'the line is longer than 1 MiB'));
      return;
    }
    const message = parseRpcMessage(line.text);
    switch (message.kind) {
      case 'request':
        void this.#answer(message.id, message.method, message.params);
        return;
      case 'notification':
        this.#notified(message.method, message.params);
        return;
      case 'result':
        this.#settle(message.id)?.resolve(message.result);
        return;
      case 'error':
        this.#settle(message.id)?.reject(message.error);
        return;
      case 'bad':
        this.#write(badLine(rpcErrorNumbers.parse, message.problem));
    }
  }

  #notified(method: string, params: unknown): void {
    if (method === '$/heartbeat') return;
    if (method !== '$/cancel') this.#options.onNotification(method, params);
    else if (isRecord(params) && (typeof params['id'] === 'number' || typeof params['id'] === 'string')) {
      this.#running.get(params['id'])?.abort();
    }
  }

  async #answer(id: number | string, method: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    let line: string;
    try {
      line = resultLine(id, await this.#options.onRequest(method, params, controller.signal));
    } catch (error) {
      line = errorLine(id, error);
    }
    this.#running.delete(id);
    this.#write(line);
  }

  #settle(id: number | string | null): Waiting | undefined {
    if (typeof id !== 'number') return undefined;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #write(line: string): void {
    if (!this.#ended) this.#options.socket.write(line);
  }

  #armTick(): void {
    this.#tick = this.#options.time.after(HEARTBEAT_MS, () => {
      const nowMs = this.#options.time.monotonicMs();
      // Who slept himself could not hear: the far end gets another chance.
      if (nowMs - this.#tickMs > 2 * HEARTBEAT_MS) this.#heardMs = nowMs;
      this.#tickMs = nowMs;
      if (nowMs - this.#heardMs > LOST_AFTER_MS) {
        this.#end(`nothing was heard for ${LOST_AFTER_MS / 1000} s`);
        return;
      }
      this.notify('$/heartbeat', {});
      this.#armTick();
    });
  }

  #end(problem: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tick?.();
    if (!this.#options.socket.writableEnded) this.#options.socket.destroy();
    for (const controller of this.#running.values()) controller.abort();
    const lost = new KerbsideError('driver.lost', `the connection to the driver is over: ${problem}`);
    for (const waiting of this.#waiting.values()) waiting.reject(lost);
    this.#waiting.clear();
    this.#options.onEnd(problem);
  }
}
