import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

import type { Counts, FromBackend, ToBackend } from './from-backend.ts';

/** When the last station had its answer to BootNotification, and when the last status had arrived too. */
export interface Registered {
  readonly bootedNs: bigint;
  readonly completeNs: bigint;
}

/** The bare backend in its own process. */
export class CountingBackend {
  readonly #child: ChildProcess;
  #waiting: ((message: FromBackend) => void) | undefined;

  constructor() {
    this.#child = fork(new URL('./backend-process.ts', import.meta.url), [], {
      execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
    });
    this.#child.on('message', (message: FromBackend) => this.#waiting?.(message));
  }

  /** Where stations connect, without an identity. To be asked for at once. */
  async url(): Promise<string> {
    const message = await this.#next('listening', 30_000);
    return message?.kind === 'listening' ? message.url : '';
  }

  /** Begins to count; resolves when so many stations and statuses are here. Null: not within the time. */
  async expect(stations: number, statuses: number, limitMs: number): Promise<Registered | null> {
    this.#send({ kind: 'expect', stations, statuses });
    const message = await this.#next('registered', limitMs);
    if (message?.kind !== 'registered') return null;
    return { bootedNs: BigInt(message.bootedNs), completeNs: BigInt(message.completeNs) };
  }

  /** What arrived since `expect`. */
  async counts(): Promise<Counts> {
    this.#send({ kind: 'count' });
    const message = await this.#next('counted', 30_000);
    if (message?.kind !== 'counted') throw new RangeError('The backend of the bench does not answer.');
    return message.counts;
  }

  close(): void {
    this.#child.disconnect();
  }

  #send(message: ToBackend): void {
    this.#child.send(message);
  }

  #next(kind: FromBackend['kind'], limitMs: number): Promise<FromBackend | null> {
    return new Promise((resolve) => {
      const limit = setTimeout(() => resolve(null), limitMs);
      this.#waiting = (message) => {
        if (message.kind !== kind) return;
        clearTimeout(limit);
        resolve(message);
      };
    });
  }
}
