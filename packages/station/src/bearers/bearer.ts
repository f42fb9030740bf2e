import type { BearerKind } from '../params/bearer-texts.ts';

/**
 * What a connection is called: a kind that a pattern knows, an interface that no pattern knows, the loopback of the station
 * itself, or a system whose routing decides alone.
 */
export type BearerName = BearerKind | 'other' | 'loopback' | 'system';

/** One way to the backend. */
export interface Bearer {
  readonly name: BearerName;
  /** Null: nothing is bound, the system's routing decides. */
  readonly interface: string | null;
  /** The source addresses to bind to. */
  readonly ipv4: string | null;
  readonly ipv6: string | null;
}

/** The way to a backend on the station itself. */
export const loopbackBearer: Bearer = { name: 'loopback', interface: null, ipv4: null, ipv6: null };

/** The one way where the interfaces cannot be told apart. */
export const systemBearer: Bearer = { name: 'system', interface: null, ipv4: null, ipv6: null };

/** The bearer as people call it, such as `ethernet (eth0)`. */
export function bearerText(bearer: Bearer): string {
  return bearer.interface === null ? bearer.name : `${bearer.name} (${bearer.interface})`;
}

/** Whether a socket bound to `used` is still well bound: same interface, and no address of then is gone. */
export function stillStands(used: Bearer, now: Bearer): boolean {
  const kept = (one: string | null, other: string | null): boolean => one === null || one === other;
  return used.interface === now.interface && kept(used.ipv4, now.ipv4) && kept(used.ipv6, now.ipv6);
}
