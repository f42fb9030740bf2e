import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { KerbsideError } from '../../core/errors.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import type { HardwareAnswer, HardwareCommand, HardwareDriver, HardwareEvent } from '../../evse/hardware.ts';
import { HardwareLine } from './hardware-line.ts';

const end = { type: 'endMeter', evse: 1, transaction: 'T', wallMs: 0 } as const;
const read = { type: 'readMeter', evse: 1 } as const;

class Bench {
  readonly time = new VirtualTime();
  readonly asked: string[] = [];
  readonly heard: string[] = [];
  tell: (event: HardwareEvent) => void = () => undefined;
  answer: () => Promise<unknown> = () => Promise.resolve({ energyImportWh: 1 });
  readonly line: HardwareLine;

  constructor() {
    const driver: HardwareDriver = {
      start: (listener) => {
        this.tell = listener;
        return Promise.resolve({ simulated: true, vendor: '', model: '', evses: [] });
      },
      command: <C extends HardwareCommand>({ type }: C) => {
        this.asked.push(type);
        return this.answer() as Promise<HardwareAnswer<C['type']>>;
      },
      stop: () => Promise.resolve(),
    };
    this.line = new HardwareLine(driver, this.time);
  }

  static async started(): Promise<Bench> {
    const bench = new Bench();
    await bench.line.start((event) => bench.heard.push(event.type), new AbortController().signal);
    return bench;
  }
}

/** How a command stands: its end, or that it has none yet. */
async function standing(bench: Bench, work: Promise<unknown>): Promise<string> {
  let state = 'pending';
  work.then(
    () => (state = 'done'),
    (error: { readonly code: string }) => (state = error.code),
  );
  await bench.time.advance(0);
  return state;
}

test('commands pass with their time limits, events are heard', async () => {
  const bench = await Bench.started();
  assert.deepEqual(await bench.line.command(read), { energyImportWh: 1 });
  bench.tell({ type: 'bearer', up: true });
  bench.answer = () => new Promise(() => undefined);
  const silent = assert.rejects(bench.line.command(read), { code: 'driver.timeout' });
  await bench.time.advance(5_000);
  await silent;
  assert.deepEqual([bench.heard, bench.asked], [['bearer'], ['readMeter', 'readMeter']]);
});

describe('a lost driver', () => {
  test('refuses at once what cannot wait', async () => {
    const bench = await Bench.started();
    bench.tell({ type: 'lost', problem: 'gone' });
    assert.equal(bench.line.lost, true);
    await assert.rejects(bench.line.command(read), { code: 'driver.lost' });
    assert.deepEqual([bench.asked, bench.heard], [[], ['lost']]);
  });

  test('is waited for at the end of a transaction, for its signature (E-08)', async () => {
    const bench = await Bench.started();
    bench.tell({ type: 'lost', problem: 'gone' });
    const ending = bench.line.command(end);
    await bench.time.advance(29_000);
    assert.equal(await standing(bench, ending), 'pending');
    bench.tell({ type: 'back' });
    assert.equal(await standing(bench, ending), 'done');
    assert.deepEqual([bench.asked, bench.line.lost, bench.time.pendingTimers], [['endMeter'], false, 0]);
  });

  test('that stays away ends the patience after 30 s', async () => {
    const bench = await Bench.started();
    bench.tell({ type: 'lost', problem: 'gone' });
    const ending = assert.rejects(bench.line.command(end), { code: 'driver.lost' });
    await bench.time.advance(30_000);
    await ending;
    assert.deepEqual(bench.asked, []);
  });
});

describe('a driver that comes back', () => {
  const limit = { type: 'setLimit', evse: 1, milliamps: 10_000 } as const;

  async function lostWhileCharging(): Promise<Bench> {
    const bench = await Bench.started();
    bench.answer = () => Promise.resolve({});
    for (const type of ['lock', 'closeContactor'] as const) await bench.line.command({ type, evse: 1 });
    await bench.line.command(limit);
    bench.tell({ type: 'lost', problem: 'gone' });
    bench.asked.length = 0;
    return bench;
  }

  test('is told to open, and then the last limit and lock again, before anybody hears of it', async () => {
    const bench = await lostWhileCharging();
    let heardBefore: readonly string[] = [];
    bench.answer = () => {
      heardBefore = [...bench.heard];
      return Promise.resolve({});
    };
    bench.tell({ type: 'back' });
    await bench.time.advance(0);
    assert.deepEqual(bench.asked, ['openContactor', 'setLimit', 'lock']);
    assert.deepEqual([heardBefore, bench.heard, bench.line.lost], [['lost'], ['lost', 'back'], false]);
  });

  test('moves its lock to where it was wanted while it was away', async () => {
    const bench = await lostWhileCharging();
    await assert.rejects(bench.line.command({ type: 'unlock', evse: 1 }), { code: 'driver.lost' });
    bench.tell({ type: 'back' });
    await bench.time.advance(0);
    assert.deepEqual(bench.asked, ['openContactor', 'setLimit', 'unlock']);
  });

  test('ends the meter transaction only when its contactor is open', async () => {
    const bench = await lostWhileCharging();
    const ending = bench.line.command(end);
    bench.tell({ type: 'back' });
    await bench.time.advance(0);
    await ending;
    assert.deepEqual(bench.asked, ['openContactor', 'setLimit', 'lock', 'endMeter']);
  });

  test('and is lost again at once is not back', async () => {
    const bench = await lostWhileCharging();
    let answer = (): void => undefined;
    bench.answer = () => new Promise((resolve) => (answer = () => resolve({})));
    bench.tell({ type: 'back' });
    bench.tell({ type: 'lost', problem: 'again' });
    bench.answer = () => Promise.resolve({});
    answer();
    await bench.time.advance(0);
    assert.deepEqual([bench.heard, bench.line.lost], [['lost', 'lost'], true]);
  });

  test('is back although it refuses: those who want something ask again', async () => {
    const bench = await lostWhileCharging();
    bench.answer = () => Promise.reject(new KerbsideError('driver.refused', 'welded'));
    bench.tell({ type: 'back' });
    await bench.time.advance(0);
    assert.equal(bench.line.lost, false);
  });
});

test('after a power cut nothing is heard, nothing is sent, and no new command ends', async () => {
  const bench = await Bench.started();
  bench.line.cut();
  bench.tell({ type: 'bearer', up: true });
  const command = bench.line.command(read);
  await bench.time.advance(600_000);
  assert.deepEqual([await standing(bench, command), bench.asked, bench.heard], ['pending', [], []]);
});
