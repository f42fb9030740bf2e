import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import { Heartbeat } from './heartbeat.ts';

const hour = 3_600_000;

class Bench {
  readonly time = new VirtualTime();
  readonly beats: number[] = [];
  intervalMs = 60_000;
  sending: Promise<void> = Promise.resolve();
  readonly heartbeat = new Heartbeat({
    time: this.time,
    intervalMs: () => this.intervalMs,
    send: () => {
      this.beats.push(this.time.monotonicMs());
      return this.sending;
    },
  });
}

test('beats after so much silence, and not before the registration (H-01)', async () => {
  const bench = new Bench();
  await bench.time.advance(200_000);
  assert.deepEqual(bench.beats, []);
  bench.heartbeat.start(true);
  await bench.time.advance(180_000);
  assert.deepEqual(bench.beats, [260_000, 320_000, 380_000]);
});

test('any answered CALL counts as a sign of life', async () => {
  const bench = new Bench();
  bench.heartbeat.start(true);
  await bench.time.advance(50_000);
  bench.heartbeat.sign();
  await bench.time.advance(59_999);
  assert.deepEqual(bench.beats, []);
  await bench.time.advance(1);
  assert.deepEqual(bench.beats, [110_000]);
});

test('at least one beat a day, whatever else is answered (H-02)', async () => {
  const bench = new Bench();
  bench.heartbeat.start(true);
  for (let turn = 0; turn < 49 * 120; turn++) {
    await bench.time.advance(30_000);
    bench.heartbeat.sign();
  }
  assert.deepEqual(bench.beats, [24 * hour, 48 * hour]);
});

test('interval 0 means none but the daily one (H-02), and a new interval is in effect at once', async () => {
  const bench = new Bench();
  bench.intervalMs = 0;
  bench.heartbeat.start(true);
  await bench.time.advance(hour);
  assert.deepEqual(bench.beats, []);
  bench.heartbeat.sign();
  bench.intervalMs = 10_000;
  bench.heartbeat.intervalChanged();
  await bench.time.advance(10_000);
  assert.equal(bench.beats.length, 1);
  bench.intervalMs = 600_000;
  bench.heartbeat.intervalChanged();
  await bench.time.advance(599_999);
  assert.equal(bench.beats.length, 1);
});

test('a beat that waits for its answer does not pile up others', async () => {
  const bench = new Bench();
  const gate = Promise.withResolvers<void>();
  bench.sending = gate.promise;
  bench.heartbeat.start(true);
  await bench.time.advance(600_000);
  assert.equal(bench.beats.length, 1);
  gate.resolve();
  await bench.time.advance(0);
  await bench.time.advance(60_000);
  assert.ok(bench.beats.length >= 2);
});

test('stopped or never started, it is still, also when a beat is under way or the interval changes', async () => {
  const bench = new Bench();
  bench.heartbeat.intervalChanged();
  bench.heartbeat.start(true);
  bench.heartbeat.start(true);
  const gate = Promise.withResolvers<void>();
  bench.sending = gate.promise;
  await bench.time.advance(60_000);
  bench.heartbeat.stop();
  bench.heartbeat.stop();
  gate.resolve();
  await bench.time.advance(0);
  bench.heartbeat.intervalChanged();
  await bench.time.advance(600_000);
  assert.deepEqual([bench.beats, bench.time.pendingTimers], [[60_000], 0]);
});

test('a day goes on over reconnects, which bring no time (H-02)', async () => {
  const bench = new Bench();
  bench.intervalMs = 0;
  bench.heartbeat.start(true);
  for (let turn = 0; turn < 3; turn++) {
    await bench.time.advance(11 * hour);
    bench.heartbeat.stop();
    bench.heartbeat.start(false);
  }
  assert.deepEqual(bench.beats, [24 * hour]);
});
