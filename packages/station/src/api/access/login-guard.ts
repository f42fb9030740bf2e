import { sourceOf } from './source-of.ts';

/** So many wrong passwords pass at the pace of the hash; each further one doubles the wait. */
const FREE = 5;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** A row of failures is forgotten after so long without another. */
const FORGET_MS = 60 * 60_000;
/** Names and addresses that are remembered; of more, those who failed least and longest ago are forgotten. */
const MOST_KEYS = 2_000;
/** So many people with their addresses are known. */
const MOST_KNOWN = 200;

interface Failures {
  readonly count: number;
  readonly atMs: number;
}

/**
 * Slows down whoever guesses: by name, so that many addresses do not help, and by address, so that many names do not. What a
 * name does not have is counted like what it has, so that nobody learns which names there are.
 */
export class LoginGuard {
  readonly #monotonicMs: () => number;
  readonly #failures = new Map<string, Failures>();
  /** Who has signed in from where: nobody who guesses elsewhere locks them out. */
  readonly #known = new Set<string>();

  constructor(deps: { readonly monotonicMs: () => number }) {
    this.#monotonicMs = deps.monotonicMs;
  }

  /** How long nobody may try with this name, or from this address, in ms; 0: now. */
  waitMs(name: string, address: string): number {
    const byAddress = this.#waitOf(addressKey(address));
    return this.#known.has(knownKey(name, address)) ? byAddress : Math.max(this.#waitOf(nameKey(name)), byAddress);
  }

  failed(name: string, address: string): void {
    for (const key of [nameKey(name), addressKey(address)]) {
      const count = this.#countOf(key) + 1;
      this.#failures.delete(key);
      this.#failures.set(key, { count, atMs: this.#monotonicMs() });
    }
    if (this.#failures.size > MOST_KEYS) this.#forgetSome();
  }

  /** Makes room by a quarter, so that this work is rare. */
  #forgetSome(): void {
    const byCount = [...this.#failures].toSorted(
      ([, one], [, other]) => one.count - other.count || one.atMs - other.atMs,
    );
    for (const [key] of byCount.slice(0, MOST_KEYS / 4)) this.#failures.delete(key);
  }

  succeeded(name: string, address: string): void {
    this.#failures.delete(nameKey(name));
    this.#failures.delete(addressKey(address));
    const key = knownKey(name, address);
    this.#known.delete(key);
    this.#known.add(key);
    const [oldest] = this.#known;
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
  }

  #waitOf(key: string): number {
    const failures = this.#failures.get(key);
    const count = this.#countOf(key);
    if (failures === undefined || count < FREE) return 0;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - FREE));
    return Math.max(0, failures.atMs + wait - this.#monotonicMs());
  }

  #countOf(key: string): number {
    const failures = this.#failures.get(key);
    return failures === undefined || this.#monotonicMs() - failures.atMs > FORGET_MS ? 0 : failures.count;
  }
}

function nameKey(name: string): string {
  return `name ${name.toLowerCase()}`;
}

function addressKey(address: string): string {
  return `address ${sourceOf(address)}`;
}

function knownKey(name: string, address: string): string {
  return `${nameKey(name)} at ${sourceOf(address)}`;
}
