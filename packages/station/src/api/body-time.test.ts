import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, it } from 'node:test';

import { VirtualTime } from '../core/virtual-time.ts';
import { limitBodyTime } from './body-time.ts';

class Socket extends EventEmitter {
  destroyed = false;
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

/** A request over a connection; `complete` is whether its body has come. */
function requested(
  socket: Socket,
  headers: Readonly<Record<string, string>>,
  time: VirtualTime,
): {
  readonly incoming: { complete: boolean };
  readonly outgoing: EventEmitter;
} {
  const incoming = Object.assign(new EventEmitter(), { socket, headers, complete: false });
  const outgoing = new EventEmitter();
  limitBodyTime(incoming as unknown as IncomingMessage, outgoing as ServerResponse, time);
  return { incoming, outgoing };
}

const json = { 'content-length': '9', 'content-type': 'application/json' };
const file = { 'content-length': '9', 'content-type': 'application/octet-stream' };

describe('the time of a body', () => {
  it('is half a minute, and two hours for a file', async () => {
    const time = new VirtualTime();
    const [short, long, none] = [new Socket(), new Socket(), new Socket()];
    requested(short, json, time);
    requested(long, file, time);
    requested(none, {}, time);
    await time.advance(30_000);
    assert.deepEqual([short.destroyed, long.destroyed, none.destroyed], [true, false, false]);
    await time.advance(7_200_000);
    assert.deepEqual([long.destroyed, none.destroyed], [true, false], 'what has no body may stay, such as live events');
  });

  it('is over for who was answered before it came', async () => {
    const time = new VirtualTime();
    const socket = new Socket();
    requested(socket, file, time).outgoing.emit('finish');
    await time.advance(2_000);
    assert.equal(socket.destroyed, true);
  });

  it('leaves nothing behind on a connection that is used again and again', async () => {
    const time = new VirtualTime();
    const socket = new Socket();
    for (let turn = 0; turn < 20; turn += 1) {
      const { incoming, outgoing } = requested(socket, json, time);
      incoming.complete = true;
      outgoing.emit('finish');
    }
    assert.equal(socket.listenerCount('close'), 0);
    await time.advance(60_000);
    assert.equal(socket.destroyed, false);
  });
});
