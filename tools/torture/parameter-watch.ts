import { setTimeout as sleep } from 'node:timers/promises';

import { isRecord } from '@kerbside/station';

import type { Control } from '../../test/e2e/parts/control.ts';

/** What is known of a key: the values that it may have. One that was accepted leaves no other. */
type Allowed = ReadonlySet<string>;

const retryMs = 100;

/** Changes parameters as the backend does, and knows what they must still be after any number of kills. */
export class ParameterWatch {
  readonly #control: Control;
  readonly #identity: string;
  readonly #allowed = new Map<string, Allowed>();
  #restarts = 0;

  constructor(control: Control, identity: string) {
    this.#control = control;
    this.#identity = identity;
  }

  /** The daemon was started anew. */
  restarted(): void {
    this.#restarts += 1;
  }

  /** Tries until the change is accepted; the daemon may die in between. Rejects when it never is. */
  async change(key: string, value: string, limitMs: number): Promise<void> {
    const endMs = performance.now() + limitMs;
    // An attempt without answer may have been carried out.
    const before = this.#allowed.get(key);
    if (before !== undefined) this.#allowed.set(key, new Set([...before, value]));
    for (let reason: unknown = ''; performance.now() < endMs;) {
      try {
        const { status } = await this.#control.call(this.#identity, 'ChangeConfiguration', { key, value });
        if (status !== 'Accepted')
          throw new Error(`ChangeConfiguration of ${key} was answered with ${JSON.stringify(status)}`);
        this.#allowed.set(key, new Set([value]));
        return;
      } catch (error) {
        reason = error;
      }
      await sleep(retryMs);
      if (performance.now() >= endMs) throw new Error(`${key} could not be changed: ${String(reason)}`);
    }
  }

  /** What is not as it was accepted, in words; to be asked while the station is online. */
  async problems(): Promise<readonly string[]> {
    const key = [...this.#allowed.keys()];
    if (key.length === 0) return [];
    const { configurationKey } = await this.#control.call(this.#identity, 'GetConfiguration', { key });
    const values = new Map(
      (Array.isArray(configurationKey) ? configurationKey.filter(isRecord) : []).map((one) => [
        one['key'],
        one['value'],
      ]),
    );
    return key.flatMap((name) => {
      const allowed = [...(this.#allowed.get(name) ?? [])];
      const value = values.get(name);
      if (allowed.some((one) => one === value)) return [];
      return [
        `${name} was accepted as ${allowed.join(' or ')} and is ${String(value)} after ${this.#restarts} restarts`,
      ];
    });
  }
}
