import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import { EnergySwitch } from './energy-switch.ts';

class Bench {
  readonly story: string[] = [];
  readonly failures: unknown[] = [];
  readonly stuck: unknown[] = [];
  readonly time = new VirtualTime();
  closing: Promise<void> = Promise.resolve();
  opening: Promise<void> = Promise.resolve();
  readonly energy: EnergySwitch;

  constructor() {
    this.energy = new EnergySwitch({
      time: this.time,
      close: () => {
        this.story.push('close');
        return this.closing;
      },
      open: () => {
        this.story.push('open');
        return this.opening;
      },
      onFailure: (error) => this.failures.push(error),
      onStuck: (error) => this.stuck.push(error),
    });
  }
}

test('closes and opens once each, and does nothing that is done already', async () => {
  const bench = new Bench();
  await bench.energy.set(false);
  await bench.energy.set(true);
  await bench.energy.set(true);
  assert.equal(bench.energy.closed, true);
  await bench.energy.set(false);
  assert.deepEqual([bench.story, bench.energy.closed], [['close', 'open'], false]);
});

test('held open, it does what is wanted when it is released', async () => {
  const bench = new Bench();
  await bench.energy.set(true);
  await bench.energy.hold();
  await bench.energy.set(true);
  assert.equal(bench.energy.closed, false);
  await bench.energy.release();
  assert.equal(bench.energy.closed, true);
  await bench.energy.hold();
  await bench.energy.set(false);
  await bench.energy.release();
  assert.deepEqual(bench.story, ['close', 'open', 'close', 'open']);
});

test('a wish to open that comes while it closes is carried out after it, and awaited', async () => {
  const bench = new Bench();
  const gate = Promise.withResolvers<void>();
  bench.closing = gate.promise;
  void bench.energy.set(true);
  let opened = false;
  const off = bench.energy.set(false).then(() => (opened = true));
  await Promise.resolve();
  assert.deepEqual([bench.story, opened], [['close'], false]);
  gate.resolve();
  await off;
  assert.deepEqual([bench.story, bench.energy.closed], [['close', 'open'], false]);
});

test('a wish that comes at any moment while the work ends is never forgotten', async () => {
  for (let turns = 0; turns < 12; turns++) {
    const bench = new Bench();
    void bench.energy.set(true);
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    await bench.energy.set(false);
    assert.equal(bench.energy.closed, false, `after ${turns} turns the contactor stayed closed`);
    assert.equal(bench.story.at(-1), 'open');
  }
});

test('only the last of many wishes counts', async () => {
  const bench = new Bench();
  const gate = Promise.withResolvers<void>();
  bench.closing = gate.promise;
  const wishes = [true, false, true, false, true].map((on) => bench.energy.set(on));
  gate.resolve();
  await Promise.all(wishes);
  assert.deepEqual([bench.story, bench.energy.closed], [['close'], true]);
});

test('a contactor that does not close is opened, for it may have closed all the same, and that is told', async () => {
  const bench = new Bench();
  const broken = new Error('no feedback');
  bench.closing = Promise.reject(broken);
  await bench.energy.set(true);
  assert.deepEqual([bench.story, bench.energy.closed, bench.failures], [['close', 'open'], false, [broken]]);
  bench.closing = Promise.resolve();
  await bench.energy.set(true);
  assert.equal(bench.energy.closed, true);
});

test('after a restart it is opened whatever is believed of it', async () => {
  const bench = new Bench();
  await bench.energy.forceOpen();
  await bench.energy.forceOpen();
  assert.deepEqual([bench.story, bench.energy.closed], [['open', 'open'], false]);
});

describe('a contactor that does not open', () => {
  const welded = new Error('welded');

  async function stuck(): Promise<Bench> {
    const bench = new Bench();
    await bench.energy.set(true);
    bench.opening = Promise.reject(welded);
    await bench.energy.set(false);
    return bench;
  }

  test('is told, counts as closed, and is not closed again', async () => {
    const bench = await stuck();
    await bench.energy.set(false);
    await bench.energy.set(true);
    assert.deepEqual([bench.stuck, bench.energy.closed, bench.story], [[welded], true, ['close', 'open']]);
    bench.energy.stop();
  });

  test('is asked again every 10 s until it opens', async () => {
    const bench = await stuck();
    await bench.time.advance(20_000);
    assert.deepEqual(bench.story, ['close', 'open', 'open', 'open']);
    bench.opening = Promise.resolve();
    await bench.time.advance(10_000);
    assert.deepEqual([bench.stuck, bench.energy.closed], [[welded, null], false]);
    await bench.time.advance(60_000);
    assert.equal(bench.story.length, 5);
    await bench.energy.set(true);
    assert.equal(bench.energy.closed, true);
  });

  test('is well as soon as the hardware says that it is open', async () => {
    const bench = await stuck();
    bench.energy.reportedOpen();
    bench.energy.reportedOpen();
    assert.deepEqual([bench.stuck, bench.energy.closed], [[welded, null], false]);
    await bench.time.advance(60_000);
    assert.deepEqual(bench.story, ['close', 'open']);
  });

  test('is left alone when the station goes down', async () => {
    const bench = await stuck();
    bench.energy.stop();
    await bench.time.advance(60_000);
    assert.deepEqual(bench.story, ['close', 'open']);
  });
});
