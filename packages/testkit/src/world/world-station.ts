import {
  createMemorySlots,
  createMemoryStore,
  createSeededRandom,
  createSimulator,
  Host,
  overridesOf,
  type HostedStation,
  type StationHandle,
  type Time,
  type Transport,
} from '@kerbside/station';

import type { Backend } from '../backend.ts';
import type { WorldParts } from './base-world.ts';
import { FakeFileServer } from '../fake/fake-file-server.ts';
import { HardwareTap } from './hardware-tap.ts';
import { WireTap } from './wire-tap.ts';
import type { WorldOptions } from './world.ts';

/** What the station of a world is put into. */
export interface WorldStationDeps<B extends Backend> {
  readonly backend: B;
  readonly time: Time;
  readonly transport: Transport;
  /** The address of the backend, as parameters. */
  readonly address: WorldOptions['defaults'];
}

/** Composes the station of a world, with taps on its wire and its hardware; it is not started. */
export function worldStation<B extends Backend>(
  options: WorldOptions,
  deps: WorldStationDeps<B>,
): WorldParts & { readonly backend: B } {
  const { identity = 'CS-1', evses = 2, mechanics = {}, vendors = [], store = createMemoryStore() } = options;
  const { backend, time, transport } = deps;
  let handle: StationHandle | undefined;
  const simulator = createSimulator({
    time,
    random: createSeededRandom(`${identity} hardware`),
    evses,
    mechanics,
    mainMeter: options.mainMeter === true,
    onPowerCycle: () => void handle?.powerCycle(),
  });
  const hardware = new HardwareTap(time, simulator);
  const wire = new WireTap(time, transport);
  const host = new Host({
    store,
    time,
    random: createSeededRandom(identity),
    transport: wire.transport,
    files: options.files ?? new FakeFileServer(),
    ...(options.network === undefined ? {} : { network: options.network }),
    stations: [hostedStation(identity, options, deps.address, hardware)],
    vendors,
    version: 'test',
  });
  [handle] = host.stations();
  return { identity, backend, host, wire, hardware };
}

function hostedStation(
  name: string,
  { defaults, pinned = {}, installer = createMemorySlots() }: WorldOptions,
  address: WorldOptions['defaults'],
  { driver }: HardwareTap,
): HostedStation {
  const ours = { 'backend.communicationType': 'ocpp1.6', 'backend.identity': name } as const;
  return {
    name,
    overrides: overridesOf({ defaults: { ...ours, ...address, ...defaults }, pinned }),
    driver,
    installer,
  };
}
