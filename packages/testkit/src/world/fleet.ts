import {
  createMemoryStore,
  createSeededRandom,
  createSimulator,
  Host,
  overridesOf,
  VirtualTime,
} from '@kerbside/station';

import { FakeBackend } from '../fake/fake-backend.ts';

/** Many stations of one process with one backend, on the virtual clock. */
export interface Fleet {
  readonly time: VirtualTime;
  readonly backend: FakeBackend;
  readonly host: Host;
  readonly identities: readonly string[];
  /** Stops all stations. */
  end(): Promise<void>;
}

/** Makes and starts stations `FLEET-1` … `FLEET-n` with the factory's settings, each with one connector. */
export async function createFleet(count: number): Promise<Fleet> {
  const time = new VirtualTime();
  const backend = new FakeBackend({ time });
  const identities = Array.from({ length: count }, (_, index) => `FLEET-${index + 1}`);
  const shared = {
    'backend.communicationType': 'ocpp1.6',
    'backend.protocol': 'ws',
    'backend.host': 'backend.test',
  } as const;
  const host = new Host({
    store: createMemoryStore(),
    time,
    random: createSeededRandom('fleet'),
    transport: backend.transport(),
    version: 'test',
    stations: identities.map((name) => ({
      name,
      overrides: overridesOf({ defaults: { ...shared, 'backend.identity': name } }),
      driver: createSimulator({ time, random: createSeededRandom(`${name} hardware`), evses: 1 }),
    })),
  });
  const starting = host.start();
  await time.advance(0);
  await starting;
  return {
    time,
    backend,
    host,
    identities,
    end: async () => {
      const ended = host.stop();
      await time.advance(60_000);
      await ended;
    },
  };
}
