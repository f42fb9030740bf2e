import type { Bearer, Network, NetworkInterface, PolicyRouting } from '@kerbside/station';

/** Interfaces that go up and down at a word: each has an address and a default route, of a subnet of its own. */
export class FakeInterfaces implements Network {
  /** What was asked to leave by which interface. */
  readonly routed: (string | null)[] = [];
  readonly #listeners = new Set<(interfaces: readonly NetworkInterface[]) => void>();
  #interfaces: readonly NetworkInterface[] = [];

  constructor(...up: readonly string[]) {
    for (const name of up) this.set(name, true);
  }

  /** Gives an interface its carrier, or takes it. */
  set(name: string, running: boolean): void {
    const known = this.#interfaces.findIndex((each) => each.name === name);
    const place = known < 0 ? this.#interfaces.length : known;
    this.#interfaces = placed(this.#interfaces, place, made(name, place, running));
    for (const listener of this.#listeners) listener(this.#interfaces);
  }

  watch(listener: (interfaces: readonly NetworkInterface[]) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#interfaces);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  route(bearer: Bearer): Promise<PolicyRouting> {
    this.routed.push(bearer.interface);
    return Promise.resolve({ kind: 'installed' });
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

function placed(all: readonly NetworkInterface[], place: number, one: NetworkInterface): readonly NetworkInterface[] {
  return [...all.slice(0, place), one, ...all.slice(place + 1)];
}

function made(name: string, place: number, running: boolean): NetworkInterface {
  const subnet = `10.${place + 1}.0`;
  return {
    name,
    running,
    addresses: running ? [{ family: 4, address: `${subnet}.2` }] : [],
    routes: [
      { family: 4, network: `${subnet}.0`, prefix: 24, gateway: null },
      { family: 4, network: '0.0.0.0', prefix: 0, gateway: `${subnet}.1` },
    ],
  };
}
