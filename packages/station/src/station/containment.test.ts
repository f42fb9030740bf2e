import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { VirtualTime } from '../core/virtual-time.ts';
import type { HardwareDriver } from '../evse/hardware.ts';
import type { Connection, ConnectionListener, ConnectRequest } from '../link/transport.ts';
import { containedWorld } from './containment.ts';

const silent: HardwareDriver = {
  start: () => new Promise(() => undefined),
  command: () => new Promise(() => undefined),
  stop: () => new Promise(() => undefined),
};
const request: ConnectRequest = { url: 'ws://x/A', subProtocols: [], compression: false, maxPayloadBytes: 1 };
const noSignal = new AbortController().signal;
const boom = (): never => {
  throw new TypeError('boom');
};

describe('the world of one station among others', () => {
  it('takes what a timer of the station throws', async () => {
    const time = new VirtualTime();
    const thrown: unknown[] = [];
    const world = containedWorld(
      { time, driver: silent, transport: { connect: () => Promise.reject(new TypeError('no')) } },
      (error) => thrown.push(error),
    );
    world.time.after(10, boom);
    const cancel = world.time.after(10, boom);
    cancel();
    await time.advance(20);
    assert.deepEqual(thrown.map(String), ['TypeError: boom']);
    assert.equal(world.time.monotonicMs(), 20);
    assert.equal(world.time.systemWallMs(), time.systemWallMs());
  });

  it('takes what the station throws at a message, and passes everything else on', async () => {
    const time = new VirtualTime();
    const [thrown, done]: [unknown[], string[]] = [[], []];
    let told: ConnectionListener | undefined;
    const connection: Connection = {
      subProtocol: 'ocpp1.6',
      tlsWarnings: ['old'],
      tlsValidity: { notBeforeMs: 1, notAfterMs: 2 },
      tlsAnchor: 'AA:BB',
      listen: (listener) => (told = listener),
      send: (text) => void done.push(text),
      ping: () => void done.push('ping'),
      close: (code, reason) => void done.push(`${code} ${reason}`),
      destroy: () => void done.push('destroy'),
    };
    const world = containedWorld(
      { time, driver: silent, transport: { connect: () => Promise.resolve(connection) } },
      (error) => thrown.push(error),
    );
    const given = await world.transport.connect(request, noSignal);
    given.listen({ text: boom, pong: boom, activity: boom, closed: boom });
    told?.activity();
    told?.text('x');
    told?.pong();
    told?.closed(1000, '');
    assert.equal(thrown.length, 4);
    given.send('hello');
    given.ping();
    given.close(1001, 'bye');
    given.destroy();
    assert.deepEqual(done, ['hello', 'ping', '1001 bye', 'destroy']);
    assert.deepEqual(
      [given.subProtocol, given.tlsWarnings, given.tlsValidity, given.tlsAnchor],
      ['ocpp1.6', ['old'], { notBeforeMs: 1, notAfterMs: 2 }, 'AA:BB'],
    );
  });

  it('does not wait for ever for hardware that never answers', async () => {
    const time = new VirtualTime();
    const transport = { connect: () => Promise.reject(new TypeError('no')) };
    const world = containedWorld({ time, driver: silent, transport }, () => undefined);
    const started = assert.rejects(
      world.driver.start(() => undefined, noSignal),
      { code: 'driver.timeout' },
    );
    const stopped = assert.rejects(world.driver.stop(), /not released within 10 s/);
    await time.advance(60_000);
    await Promise.all([started, stopped]);
  });
});
