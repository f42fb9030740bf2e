import type { Socket } from 'node:net';

import { KerbsideError } from '../../core/errors.ts';
import { isRecord } from '../../core/json.ts';
import type { Time } from '../../core/time.ts';
import { lostAfterMs } from './driver-protocol.ts';
import { FloodGuard } from './flood-guard.ts';
import { LifeWatch } from './life-watch.ts';
import { LineReader } from './line-reader.ts';
import type { Line } from './line-reader.ts';
import { badLine, errorLine, parseRpcMessage, requestLine, resultLine, rpcErrorNumbers } from './rpc-message.ts';

/** What waits to be read by the far end at most, in bytes; then it does not read any more. */
const longestBacklogBytes = 4 * 1024 * 1024;
/** How many requests that were given up are remembered: their answers come late, which is no fault. */
const rememberedIds = 200;

/** Why a connection ended, and whether the far end misbehaved so that it should not be taken back at once. */
export interface PeerEnd {
  readonly problem: string;
  readonly flooded: boolean;
}

/** What one end of a connection needs. */
export interface RpcPeerOptions {
  readonly socket: Socket;
  readonly time: Time;
  /** Answers a request; `signal` is aborted when the far end cancels it or is lost. */
  readonly onRequest: (method: string, params: unknown, signal: AbortSignal) => Promise<unknown>;
  readonly onNotification: (method: string, params: unknown) => void;
  /** Called once, when the connection is over. */
  readonly onEnd: (end: PeerEnd) => void;
  /** Told of lines that the far end should not have sent; the connection goes on. */
  readonly onProblem?: (problem: string) => void;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: KerbsideError) => void;
}

/** One end of a connection that speaks JSON-RPC, with a heartbeat in both directions. Bad lines are answered, never fatal. */
export class RpcPeer {
  readonly #options: RpcPeerOptions;
  readonly #reader = new LineReader();
  readonly #guard: FloodGuard;
  readonly #life: LifeWatch;
  readonly #waiting = new Map<number, Waiting>();
  readonly #givenUp = new Set<number>();
  readonly #running = new Map<number | string, AbortController>();
  #nextId = 1;
  #ended = false;

  constructor(options: RpcPeerOptions) {
    const { time } = options;
    this.#options = options;
    this.#guard = new FloodGuard(time);
    this.#life = new LifeWatch({
      time,
      beat: () => this.notify('$/heartbeat', {}),
      onSilence: () => this.#end(`nothing was heard for ${lostAfterMs / 1_000} s`),
    });
  }

  /** When the far end was heard last, on the monotonic clock. */
  get heardMs(): number {
    return this.#life.heardMs;
  }

  /** Begins to listen and to show life. */
  start(): void {
    const { socket } = this.#options;
    this.#life.start();
    socket.on('data', (chunk) => {
      this.#life.heard();
      const lines = this.#reader.push(chunk);
      const flood = this.#guard.count(lines.length, chunk.length);
      if (flood !== null) this.#end(flood, true);
      for (const line of lines) this.#take(line);
    });
    socket.on('error', (error) => this.#end(error.message));
    socket.on('close', () => this.#end('the connection was closed'));
  }

  /** Asks the far end. Rejects with its error, with `driver.timeout` when the signal is aborted, with `driver.lost` at the end of the connection. */
  request(method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    if (this.#ended) return Promise.reject(new KerbsideError('driver.lost', 'the connection to the driver is over'));
    if (signal.aborted) return Promise.reject(new KerbsideError('driver.timeout', `${method} was given up`));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#giveUp(id);
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
      this.#refuseLine(rpcErrorNumbers.invalidRequest, 'the line is longer than 1 MiB');
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
        // Without an id it complains of a line that could not be read.
        if (message.id === null) this.#options.onProblem?.(message.error.message);
        else this.#settle(message.id)?.reject(message.error);
        return;
      case 'bad':
        this.#refuseLine(rpcErrorNumbers.parse, message.problem);
    }
  }

  #refuseLine(number: number, problem: string): void {
    this.#options.onProblem?.(`a line cannot be used: ${problem}`);
    this.#write(badLine(number, problem));
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

  #giveUp(id: number): void {
    this.#waiting.delete(id);
    this.#givenUp.add(id);
    for (const oldest of this.#givenUp) {
      if (this.#givenUp.size <= rememberedIds) break;
      this.#givenUp.delete(oldest);
    }
    this.notify('$/cancel', { id });
  }

  #settle(id: number | string): Waiting | undefined {
    const waiting = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    if (typeof id === 'number') {
      this.#waiting.delete(id);
      if (this.#givenUp.delete(id)) return undefined;
    }
    if (waiting === undefined) {
      this.#options.onProblem?.(
        `an answer to request ${JSON.stringify(id)}, which is answered already or was not asked`,
      );
    }
    return waiting;
  }

  #write(line: string): void {
    if (this.#ended) return;
    const { socket } = this.#options;
    socket.write(line);
    if (socket.writableLength > longestBacklogBytes) this.#end('it does not read what it is sent');
  }

  #end(problem: string, flooded = false): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#life.stop();
    if (!this.#options.socket.writableEnded) this.#options.socket.destroy();
    for (const controller of this.#running.values()) controller.abort();
    const lost = new KerbsideError('driver.lost', `the connection to the driver is over: ${problem}`);
    for (const waiting of this.#waiting.values()) waiting.reject(lost);
    this.#waiting.clear();
    this.#options.onEnd({ problem, flooded });
  }
}
