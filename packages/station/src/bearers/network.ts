import type { Bearer } from './bearer.ts';

/** An address of an interface that can be a source. */
export interface InterfaceAddress {
  readonly family: 4 | 6;
  readonly address: string;
}

/** A route over an interface. */
export interface InterfaceRoute {
  readonly family: 4 | 6;
  /** The network; `0.0.0.0` or `::` with prefix 0 is the default route. */
  readonly network: string;
  readonly prefix: number;
  /** Null: the network is on the link itself. */
  readonly gateway: string | null;
}

/** One interface of the machine, loopback excepted. */
export interface NetworkInterface {
  readonly name: string;
  /** Switched on, with a carrier. */
  readonly running: boolean;
  /** Without link-local ones and those that must not be used as a source. */
  readonly addresses: readonly InterfaceAddress[];
  readonly routes: readonly InterfaceRoute[];
}

/** What became of the routing by source address. */
export type PolicyRouting =
  /** A rule and a table make sure that what is bound to the bearer leaves by it. */
  | { readonly kind: 'installed' }
  /** The system's routing decides; why that is so. */
  | { readonly kind: 'system'; readonly reason: string };

/** The machine's network, as a port shared by all stations of a process. */
export interface Network {
  /**
   * Tells the interfaces at once and whenever they change; null where they cannot be told apart (no Linux). Returns the way to
   * stop.
   */
  watch(listener: (interfaces: readonly NetworkInterface[] | null) => void): () => void;
  /** Sees to it that what is bound to the bearer's addresses leaves by its interface. Never rejects. */
  route(bearer: Bearer): Promise<PolicyRouting>;
  /** Ends the watch and removes what was installed. May be called twice. */
  stop(): Promise<void>;
}

const notNeeded: PolicyRouting = { kind: 'system', reason: 'the operating system routes' };

/** A network without interfaces to choose from: one bearer, the system's routing. */
export const systemNetwork: Network = {
  watch: (listener) => {
    listener(null);
    return () => {};
  },
  route: () => Promise.resolve(notNeeded),
  stop: () => Promise.resolve(),
};
