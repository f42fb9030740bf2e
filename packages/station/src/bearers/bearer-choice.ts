import { bearerKinds } from '../params/bearer-texts.ts';
import type { BearerKind, WordsByBearer } from '../params/bearer-texts.ts';
import { loopbackBearer, systemBearer } from './bearer.ts';
import type { Bearer } from './bearer.ts';
import { leadsTo } from './bearer-target.ts';
import type { BearerTarget } from './bearer-target.ts';
import type { NetworkInterface } from './network.ts';

/** What the choice goes by (parameters.md rows 1 and 1a). */
export interface BearerRules {
  readonly connectionType: 'auto' | BearerKind | 'none';
  /** Whether failed attempts make the next bearer be tried. */
  readonly fallback: boolean;
  /** Name patterns by kind; `*` stands for any characters. */
  readonly patterns: WordsByBearer;
  /** How long a better bearer must be up. */
  readonly holdMs: number;
  readonly target: BearerTarget;
}

/** The kinds, best first; a named one is preferred, except that Ethernet beats GSM (parameters.md row 1). */
const order: Readonly<Record<'auto' | BearerKind, readonly BearerKind[]>> = {
  auto: ['ethernet', 'wlan', 'gsm'],
  ethernet: ['ethernet', 'wlan', 'gsm'],
  wlan: ['wlan', 'ethernet', 'gsm'],
  gsm: ['ethernet', 'gsm', 'wlan'],
};

/**
 * The bearers that are up, best first: carrier, address, and a route to the backend. Null `interfaces`: the system's routing
 * decides. `used` keeps its addresses where an interface has several.
 */
export function usableBearers(
  interfaces: readonly NetworkInterface[] | null,
  rules: BearerRules,
  used: Bearer | null = null,
): readonly Bearer[] {
  if (rules.connectionType === 'none') return [];
  if (rules.target.kind === 'loopback') return [loopbackBearer];
  if (interfaces === null) return [systemBearer];
  const { target } = rules;
  const named = interfaces.map((each) => ({ each, kind: kindOf(each.name, rules.patterns) }));
  const up = named.flatMap(({ each, kind }) => {
    const bearer = bearerOf(each, kind, target, used);
    return bearer === null ? [] : [bearer];
  });
  // A board with interfaces of unknown names is not to be locked out.
  if (named.every(({ kind }) => kind === null)) return up;
  const kinds = order[rules.connectionType];
  return kinds.flatMap((kind) => up.filter(({ name }) => name === kind));
}

function bearerOf(
  each: NetworkInterface,
  kind: BearerKind | null,
  target: BearerTarget,
  used: Bearer | null,
): Bearer | null {
  if (!each.running) return null;
  const led = (family: 4 | 6): boolean =>
    each.routes.some((route) => route.family === family && leadsTo(route, target));
  const source = (family: 4 | 6, before: string | null): string | null => {
    const own = each.addresses.filter((one) => one.family === family).map(({ address }) => address);
    return led(family) ? (own.find((address) => address === before) ?? own[0] ?? null) : null;
  };
  const before = used?.interface === each.name ? used : null;
  const [ipv4, ipv6] = [source(4, before?.ipv4 ?? null), source(6, before?.ipv6 ?? null)];
  return ipv4 === null && ipv6 === null ? null : { name: kind ?? 'other', interface: each.name, ipv4, ipv6 };
}

function kindOf(name: string, patterns: WordsByBearer): BearerKind | null {
  return bearerKinds.find((kind) => patterns[kind]?.some((pattern) => matches(name, pattern))) ?? null;
}

function matches(name: string, pattern: string): boolean {
  // A pattern holds no other characters that mean something here (formats.ts).
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 'u').test(name);
}

/** Why an interface is not used, in words; for people who wait for a bearer. */
export function whyNoneIsUp(interfaces: readonly NetworkInterface[] | null, rules: BearerRules): string {
  const known = (interfaces ?? []).filter(({ name }) => kindOf(name, rules.patterns) !== null);
  const told = known.map(({ name, running, addresses }) => {
    if (!running) return `${name} has no carrier`;
    return addresses.length === 0 ? `${name} has no address` : `${name} has no route to the backend`;
  });
  return told.length === 0 ? 'no bearer is up' : `no bearer is up: ${told.join(', ')}`;
}
