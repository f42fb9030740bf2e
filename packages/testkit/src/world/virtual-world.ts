import assert from 'node:assert/strict';

import { VirtualTime } from '@kerbside/station';

import { FakeBackend } from '../fake/fake-backend.ts';
import { BaseWorld, type WorldParts } from './base-world.ts';
import { worldStation } from './world-station.ts';
import type { WorldOptions } from './world.ts';

/** A world on the virtual clock: FakeBackend, in-memory store, simulator; nothing in it takes real time. */
export class VirtualWorld extends BaseWorld {
  override readonly kind = 'virtual';
  override readonly time: VirtualTime;
  override readonly backend: FakeBackend;

  constructor(parts: WorldParts & { readonly backend: FakeBackend; readonly time: VirtualTime }) {
    super(parts);
    this.time = parts.time;
    this.backend = parts.backend;
  }

  override pass(ms: number): Promise<void> {
    return this.time.advance(ms);
  }

  override async until(what: string, condition: () => boolean, limitMs = 120_000): Promise<void> {
    const held = await this.time.until(condition, limitMs);
    assert.ok(held, `waited ${limitMs} ms in vain for ${what}`);
  }

  protected override close(): Promise<void> {
    return Promise.resolve();
  }

  override async end(allowed: Parameters<BaseWorld['end']>[0] = {}): Promise<void> {
    // Stopping waits for timers, which only fire when time moves.
    const ended = super.end(allowed);
    ended.catch(() => undefined);
    await this.time.advance(60_000);
    await ended;
  }

  override async powerCycle(): Promise<void> {
    const cycled = super.powerCycle();
    await this.time.advance(0);
    await cycled;
  }
}

/** Makes a world and starts the station in it; it is not yet registered when this resolves. */
export async function createVirtualWorld(options: WorldOptions = {}): Promise<VirtualWorld> {
  const time = new VirtualTime(options.startWallMs);
  const backend = new FakeBackend({ time });
  const address = { 'backend.protocol': 'ws', 'backend.host': 'backend.test' } as const;
  const parts = worldStation(options, { backend, time, transport: backend.transport(), address });
  const starting = parts.host.start();
  await time.advance(0);
  await starting;
  return new VirtualWorld({ ...parts, time });
}
