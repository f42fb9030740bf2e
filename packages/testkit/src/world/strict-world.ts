import assert from 'node:assert/strict';

import {
  createMemoryStore,
  createSeededRandom,
  createSimulator,
  createSystemTime,
  createWsTransport,
  Host,
  overridesOf,
  type StationHandle,
  type Time,
} from '@kerbside/station';

import { StrictBackend } from '../strict/strict-backend.ts';
import { BaseWorld, type WorldParts } from './base-world.ts';
import { HardwareTap } from './hardware-tap.ts';
import { WireTap } from './wire-tap.ts';
import type { WorldOptions } from './world.ts';

/** How much faster than real time the stories run; sockets are as fast as they are. */
const speed = 20;

/** A world on real sockets: the strict server of `ocpp-rpc`, `ws`, and a clock that runs faster. */
export class StrictWorld extends BaseWorld {
  override readonly kind = 'strict';
  override readonly time: Time;
  override readonly backend: StrictBackend;

  constructor(parts: WorldParts & { readonly backend: StrictBackend; readonly time: Time }) {
    super(parts);
    this.time = parts.time;
    this.backend = parts.backend;
  }

  override pass(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.time.after(ms, resolve);
    });
  }

  override async until(what: string, condition: () => boolean, limitMs = 120_000): Promise<void> {
    const endMs = this.time.monotonicMs() + limitMs;
    while (!condition()) {
      assert.ok(this.time.monotonicMs() < endMs, `waited ${limitMs} ms in vain for ${what}`);
      await this.pass(20);
    }
  }

  protected override close(): Promise<void> {
    return this.backend.close();
  }
}

/** Makes a world on real sockets and starts the station in it. */
export async function createStrictWorld(options: WorldOptions = {}): Promise<StrictWorld> {
  const { identity = 'CS-1', evses = 2, store = createMemoryStore() } = options;
  const time = createSystemTime({ speed });
  const { tls } = options;
  const backend = new StrictBackend({ time, pingIntervalMs: 0, ...(tls === undefined ? {} : { tls }) });
  backend.checker.expect({ toleranceMs: 1_000 * speed, answerWithinMs: 1_000 * speed });
  await backend.start();
  const url = new URL(backend.url);
  let handle: StationHandle | undefined;
  const simulator = createSimulator({
    time,
    random: createSeededRandom(`${identity} hardware`),
    evses,
    onPowerCycle: () => void handle?.powerCycle(),
  });
  const hardware = new HardwareTap(time, simulator);
  const wire = new WireTap(time, createWsTransport({ time }));
  const overrides = overridesOf({
    defaults: {
      'backend.communicationType': 'ocpp1.6',
      'backend.protocol': tls === undefined ? 'ws' : 'wss',
      'backend.host': url.hostname,
      'backend.port': Number(url.port),
      'backend.identity': identity,
      ...options.defaults,
    },
  });
  const host = new Host({
    store,
    time,
    random: createSeededRandom(identity),
    transport: wire.transport,
    stations: [{ name: identity, overrides, driver: hardware.driver }],
    version: 'test',
  });
  [handle] = host.stations();
  await host.start();
  return new StrictWorld({ identity, backend, host, wire, hardware, time });
}
