import assert from 'node:assert/strict';

import { createSystemTime, createWsTransport, type Time } from '@kerbside/station';

import { StrictBackend } from '../strict/strict-backend.ts';
import { BaseWorld, type WorldParts } from './base-world.ts';
import { worldStation } from './world-station.ts';
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
  const time = createSystemTime({ speed });
  const { tls } = options;
  const backend = new StrictBackend({ time, pingIntervalMs: 0, ...(tls === undefined ? {} : { tls }) });
  backend.checker.expect({ toleranceMs: 1_000 * speed, answerWithinMs: 1_000 * speed });
  await backend.start();
  const { hostname, port } = new URL(backend.url);
  const address = {
    'backend.protocol': tls === undefined ? 'ws' : 'wss',
    'backend.host': hostname,
    'backend.port': Number(port),
  } as const;
  const parts = worldStation(options, { backend, time, transport: createWsTransport({ time }), address });
  await parts.host.start();
  return new StrictWorld({ ...parts, time });
}
