import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { isDeepStrictEqual } from 'node:util';

import type { Cancel, Time } from '../core/time.ts';
import type { Bearer } from './bearer.ts';
import { runIp } from './ip-command.ts';
import type { IpCommand } from './ip-command.ts';
import { systemNetwork } from './network.ts';
import type { Network, NetworkInterface, PolicyRouting } from './network.ts';
import { PolicyRoutes } from './policy-routing.ts';
import { interfacesOf } from './proc-net.ts';

/** How often the interfaces are looked at. Reading takes well below a millisecond. */
const LOOK_MS = 1000;
/** So often the routing by source address is verified although nothing changed. */
const LOOKS_PER_CHECK = 60;

type Listener = (interfaces: readonly NetworkInterface[] | null) => void;

/** What the network of a process needs. */
export interface NetworkDeps {
  readonly time: Time;
  readonly platform?: NodeJS.Platform;
  readonly ip?: IpCommand;
  /** Reads the interfaces; by default the real ones. */
  readonly look?: () => readonly NetworkInterface[];
}

/** The network of the machine: on Linux its interfaces, elsewhere one bearer with the system's routing. */
export function createNetwork(deps: NetworkDeps): Network {
  return (deps.platform ?? process.platform) === 'linux' ? new LinuxNetwork(deps) : systemNetwork;
}

/** Looks at the interfaces each second while somebody watches. */
class LinuxNetwork implements Network {
  readonly #time: Time;
  readonly #look: () => readonly NetworkInterface[];
  readonly #routes: PolicyRoutes;
  readonly #listeners = new Set<Listener>();
  #interfaces: readonly NetworkInterface[] = [];
  /** Bearers with rules of ours, by interface. */
  readonly #held = new Map<string, Bearer>();
  #looks = 0;
  #cancel: Cancel | undefined;
  #stopped = false;

  constructor({ time, ip = runIp, look = readInterfaces }: NetworkDeps) {
    this.#time = time;
    this.#look = look;
    this.#routes = new PolicyRoutes(ip);
  }

  watch(listener: Listener): () => void {
    // An own function each: the same listener may watch twice.
    const own: Listener = (interfaces) => listener(interfaces);
    if (this.#cancel === undefined && !this.#stopped) this.#tick();
    this.#listeners.add(own);
    own(this.#interfaces);
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.#rest();
    };
  }

  async route(bearer: Bearer): Promise<PolicyRouting> {
    const of = this.#interfaces.find(({ name }) => name === bearer.interface);
    if (of === undefined || this.#stopped) return systemNetwork.route(bearer);
    const routing = await this.#routes.install(bearer, of);
    if (routing.kind === 'installed') this.#held.set(of.name, bearer);
    else this.#held.delete(of.name);
    return routing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#listeners.clear();
    this.#rest();
    await this.#routes.remove();
  }

  #tick(): void {
    this.#cancel = this.#time.after(LOOK_MS, () => this.#tick());
    const now = this.#look();
    const changed = !isDeepStrictEqual(now, this.#interfaces);
    this.#interfaces = now;
    this.#looks += 1;
    if (changed) for (const listener of this.#listeners) listener(now);
    if (changed || this.#looks % LOOKS_PER_CHECK === 0) this.#keepRoutes();
  }

  /** The kernel forgets the routes of an interface that goes down, and other programs tidy rules away that are not theirs. */
  #keepRoutes(): void {
    for (const bearer of this.#held.values()) void this.route(bearer);
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

function readInterfaces(): readonly NetworkInterface[] {
  return interfacesOf({
    dev: read('/proc/net/dev'),
    route: read('/proc/net/route'),
    ipv6Route: read('/proc/net/ipv6_route'),
    ifInet6: read('/proc/net/if_inet6'),
    interfaces: networkInterfaces(),
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A kernel without IPv6, or a container that hides it.
    return '';
  }
}
