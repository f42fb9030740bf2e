import { createHash, timingSafeEqual } from 'node:crypto';

import { sourceOf } from './access/source-of.ts';

/** Who asks over HTTP; each role may do what those before it may. */
export type ApiRole = 'viewer' | 'operator' | 'manufacturer';

/** The two bearer tokens. */
export interface ApiTokens {
  readonly operator: string;
  readonly manufacturer: string;
}

/** What became of a token. */
export type Admission =
  | { readonly kind: 'admitted'; readonly role: ApiRole }
  | { readonly kind: 'refused' }
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number };

/** So many wrong tokens in a row an address may send; then one more in each interval. */
const BURST = 10;
const INTERVAL_MS = 6_000;
/** Addresses that are remembered; the oldest is forgotten. */
const MOST_ADDRESSES = 1_000;

/** Failures of one address: `level` sinks by one in each interval. */
interface Failures {
  readonly level: number;
  readonly atMs: number;
}

/** Compares tokens in constant time and slows down whoever guesses. */
export class TokenGate {
  readonly #digests: readonly (readonly [ApiRole, Uint8Array])[];
  readonly #monotonicMs: () => number;
  readonly #failures = new Map<string, Failures>();

  constructor(deps: { readonly tokens: ApiTokens; readonly monotonicMs: () => number }) {
    // The operator stands first: should both tokens be the same, the smaller role is given.
    this.#digests = [
      ['operator', digest(deps.tokens.operator)],
      ['manufacturer', digest(deps.tokens.manufacturer)],
    ];
    this.#monotonicMs = deps.monotonicMs;
  }

  /** Judges the token that came from an address; while the address is limited, no token is even looked at. */
  admit(token: string, from: string): Admission {
    const address = sourceOf(from);
    const level = this.#levelOf(address);
    if (level > BURST - 1) {
      return { kind: 'limited', retryAfterSeconds: Math.ceil(((level - BURST + 1) * INTERVAL_MS) / 1000) };
    }
    const role = this.#roleOf(token);
    if (role !== undefined) {
      this.#failures.delete(address);
      return { kind: 'admitted', role };
    }
    this.#remember(address, level + 1);
    return { kind: 'refused' };
  }

  #roleOf(token: string): ApiRole | undefined {
    const given = digest(token);
    // Both are always compared, so that the time tells nothing.
    const matches = this.#digests.map(([role, known]) => ({ role, same: timingSafeEqual(known, given) }));
    return matches.find(({ same }) => same)?.role;
  }

  #levelOf(address: string): number {
    const failures = this.#failures.get(address);
    if (failures === undefined) return 0;
    return Math.max(0, failures.level - (this.#monotonicMs() - failures.atMs) / INTERVAL_MS);
  }

  #remember(address: string, level: number): void {
    this.#failures.delete(address);
    this.#failures.set(address, { level, atMs: this.#monotonicMs() });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest);
  }
}

function digest(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}
