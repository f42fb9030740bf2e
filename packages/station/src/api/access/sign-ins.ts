import { createHash, randomBytes } from 'node:crypto';

import type { ApiRole } from '../token-gate.ts';

/** Without a request for so long, and after so long in any case, a person signs in anew (ms). */
const IDLE_MS = 30 * 60_000;
const LONGEST_MS = 12 * 60 * 60_000;
/** So many people at once are enough for one daemon; the one who was idle longest has to sign in anew. */
const MOST = 200;

/** One browser in which a person has signed in. */
export interface SignIn {
  /** The name of the account, or what the token is called that was brought along. */
  readonly user: string;
  /** The role of the token; null: what the account has at each moment. */
  readonly role: ApiRole | null;
  /** What requests that change something must carry. */
  readonly csrf: string;
  readonly sinceMs: number;
}

interface Kept extends SignIn {
  lastMs: number;
}

/** Who has signed in where; in memory only, so that a restart signs everybody out. Times are monotonic. */
export class SignIns {
  readonly #monotonicMs: () => number;
  /** By the digest of the id: who reads the memory of a bundle learns no id. */
  readonly #kept = new Map<string, Kept>();

  constructor(deps: { readonly monotonicMs: () => number }) {
    this.#monotonicMs = deps.monotonicMs;
  }

  /** Begins a new one. The id is new with each, so that none that somebody else has put into a browser is ever used. */
  begin(user: string, role: ApiRole | null): { readonly id: string; readonly signIn: SignIn } {
    const id = randomBytes(24).toString('base64url');
    const nowMs = this.#monotonicMs();
    const signIn: Kept = { user, role, csrf: randomBytes(24).toString('base64url'), sinceMs: nowMs, lastMs: nowMs };
    this.#kept.set(digest(id), signIn);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
    return { id, signIn };
  }

  /** The one with this id, which lives on by being used; null when it is over or there never was one. */
  find(id: string): SignIn | null {
    const key = digest(id);
    const signIn = this.#kept.get(key);
    if (signIn === undefined) return null;
    if (this.#leftMs(signIn) <= 0) {
      this.#kept.delete(key);
      return null;
    }
    signIn.lastMs = this.#monotonicMs();
    this.#kept.delete(key);
    this.#kept.set(key, signIn);
    return signIn;
  }

  /** For how long one lasts if nothing more is asked, in ms. */
  leftMs(id: string): number {
    const signIn = this.#kept.get(digest(id));
    return signIn === undefined ? 0 : Math.max(0, this.#leftMs(signIn));
  }

  end(id: string): void {
    this.#kept.delete(digest(id));
  }

  /** Ends all of a person. */
  endAllOf(user: string): void {
    for (const [key, signIn] of this.#kept) if (signIn.user === user) this.#kept.delete(key);
  }

  #leftMs(signIn: Kept): number {
    const nowMs = this.#monotonicMs();
    return Math.min(signIn.lastMs + IDLE_MS, signIn.sinceMs + LONGEST_MS) - nowMs;
  }
}

function digest(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
