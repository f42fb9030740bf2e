import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

import type { FromBackend } from './from-backend.ts';

/** The bare backend in its own process. */
export class Backend {
  readonly #child: ChildProcess;
  readonly #booted: bigint[] = [];
  #wake: () => void = () => {};
  #url = '';
  #calls: number | undefined;

  constructor() {
    this.#child = fork(new URL('./backend-process.ts', import.meta.url), [], {
      execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
    });
    this.#child.on('message', (message: FromBackend) => this.#take(message));
  }

  /** Where stations connect, without an identity. */
  async url(): Promise<string> {
    await this.#until(() => this.#url !== '');
    return this.#url;
  }

  /** When the next BootNotification arrived, in nanoseconds of the monotonic clock. Throws after 30 s. */
  async nextBoot(): Promise<bigint> {
    await this.#until(() => this.#booted.length > 0);
    return this.#booted.shift() ?? 0n;
  }

  /** How many calls came since the last time. */
  async takeCalls(): Promise<number> {
    this.#calls = undefined;
    this.#child.send('count');
    await this.#until(() => this.#calls !== undefined);
    return this.#calls ?? 0;
  }

  close(): void {
    this.#child.disconnect();
  }

  #take(message: FromBackend): void {
    switch (message.kind) {
      case 'listening':
        this.#url = message.url;
        break;
      case 'booted':
        this.#booted.push(BigInt(message.atNs));
        break;
      case 'counted':
        this.#calls = message.calls;
    }
    this.#wake();
  }

  async #until(condition: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + 30_000;
    while (!condition()) {
      const restMs = deadlineMs - performance.now();
      if (restMs <= 0) throw new RangeError('The backend heard nothing for 30 s; what the daemon printed says why.');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
