import type { Socket } from 'node:net';

import type { Cancel, Time } from '@kerbside/station';

/** How a pipe treats bytes, read anew for each chunk. */
export interface PipeRules {
  readonly time: Time;
  readonly latencyMs: () => number;
  /** 0 for no limit. */
  readonly bytesPerSecond: () => number;
}

/** Chunks are cut to what passes in this time, so that a throttled stream trickles. */
const sliceMs = 50;

/** One direction of a proxied connection: bytes go through late, slowly, or not at all. */
export class ProxyPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #rules: PipeRules;
  readonly #queue: { readonly chunk: Buffer; readonly dueMs: number }[] = [];
  #cancel: Cancel | undefined;
  #freeMs = 0;
  #ended = false;
  #state: 'open' | 'held' | 'cut' | 'over' = 'open';

  constructor(from: Socket, to: Socket, rules: PipeRules) {
    this.#from = from;
    this.#to = to;
    this.#rules = rules;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    from.on('end', () => this.#end());
  }

  get isCut(): boolean {
    return this.#state === 'cut';
  }

  /** Bytes vanish from now on. */
  cut(): void {
    this.#state = 'cut';
    this.#queue.length = 0;
  }

  hold(): void {
    if (this.#state === 'open') this.#state = 'held';
  }

  release(): void {
    if (this.#state !== 'held') return;
    this.#state = 'open';
    this.#pump();
  }

  stop(): void {
    this.#state = 'over';
    this.#cancel?.();
    this.#queue.length = 0;
  }

  #take(chunk: Buffer): void {
    if (this.#state === 'cut' || this.#state === 'over') return;
    const dueMs = this.#rules.time.monotonicMs() + this.#rules.latencyMs();
    const rate = this.#rules.bytesPerSecond();
    const size = rate === 0 ? chunk.length : Math.max(1, Math.floor((rate * sliceMs) / 1000));
    for (let offset = 0; offset < chunk.length; offset += size) {
      this.#queue.push({ chunk: chunk.subarray(offset, offset + size), dueMs });
    }
    this.#pump();
  }

  #end(): void {
    this.#ended = true;
    this.#pump();
  }

  #pump(): void {
    if (this.#state !== 'open' || this.#cancel !== undefined) return;
    const [next] = this.#queue;
    if (next === undefined) {
      if (this.#ended) this.#to.end();
      return;
    }
    const { time } = this.#rules;
    const waitMs = Math.max(next.dueMs, this.#freeMs) - time.monotonicMs();
    if (waitMs > 0) {
      this.#cancel = time.after(waitMs, () => {
        this.#cancel = undefined;
        this.#pump();
      });
      return;
    }
    this.#queue.shift();
    this.#write(next.chunk);
    this.#pump();
  }

  #write(chunk: Buffer): void {
    const rate = this.#rules.bytesPerSecond();
    if (rate > 0) this.#freeMs = this.#rules.time.monotonicMs() + (chunk.length * 1000) / rate;
    if (this.#to.writable) this.#to.write(chunk);
    // A proxy that reads without limit would hide a slow peer.
    if (this.#to.writableNeedDrain && !this.#from.isPaused()) {
      this.#from.pause();
      this.#to.once('drain', () => this.#from.resume());
    }
  }
}
