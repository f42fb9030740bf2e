import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { KerbsideError } from '../core/errors.ts';
import { createSeededRandom } from '../core/random.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import type { HardwareAnswer, HardwareCommand } from '../evse/hardware.ts';
import type { LegalMeter } from './legal-port.ts';
import { MeterSide, type MeterEnd } from './meter-side.ts';
import { TestSessionKeeping, TestSignedKeeping } from './test-keeping.ts';
import type { TransactionRecord } from './transaction-record.ts';

const meter = { serial: 'M1', test: true };
const record: TransactionRecord = {
  key: 'T',
  evse: 1,
  connector: 1,
  idToken: 'CARD',
  parentIdToken: null,
  stage: 'stopping',
  startedMs: 0,
  meterStartWh: 0,
  lastMs: 0,
  lastWh: 0,
  nextIndex: 1,
  samples: 0,
  stop: { reason: 'local', idToken: null, timeMs: 0 },
  legal: { meter, publicKey: null },
};

/** A meter that answers when it is told to. */
class Bench {
  readonly time = new VirtualTime();
  readonly asked: HardwareCommand[] = [];
  readonly left: number[] = [];
  answers = false;
  readonly ends: MeterEnd[] = [];
  readonly #kept = new TestSignedKeeping();
  readonly #sessions = new TestSessionKeeping();
  readonly side = new MeterSide(1, {
    station: 's',
    random: createSeededRandom('meter'),
    journal: { append: () => Promise.resolve(), record: () => Promise.resolve() },
    nowMs: () => 0,
    monotonicMs: () => this.time.monotonicMs(),
    command: (command) => this.#command(command),
    online: () => true,
    rules: () => assert.fail('nothing is decided by parameters here'),
    sampleOf: () => null,
    meter,
    legal: () => this.#legal(),
    signed: () => this.#kept,
    sessions: () => this.#sessions,
    pause: (ms) => new Promise((resolve) => this.time.after(ms, () => resolve())),
    onProblem: () => undefined,
  });

  finish(): this {
    void this.side.end(record, 0, 'local').then((end) => this.ends.push(end));
    return this;
  }

  async #command<C extends HardwareCommand>(command: C): Promise<HardwareAnswer<C['type']>> {
    this.asked.push(command);
    if (!this.answers) throw new KerbsideError('driver.timeout', 'no answer');
    return { reading: { energyImportWh: 5 }, signed: [] } as unknown as HardwareAnswer<C['type']>;
  }

  #legal(): LegalMeter {
    const legal: Partial<LegalMeter> = {
      signedEndMs: 120_000,
      note: () => [],
      leftInMeter: (count) => this.left.push(count),
    };
    return legal as LegalMeter;
  }
}

describe('the signed end of a session (E-08)', () => {
  test('is asked for until the meter answers', async () => {
    const bench = new Bench().finish();
    await bench.time.advance(60_000);
    assert.equal(bench.ends.length, 0);
    bench.answers = true;
    await bench.time.advance(5_000);
    assert.deepEqual(
      bench.ends.map(({ kind }) => kind),
      ['ended'],
    );
    assert.ok(bench.asked.every((command) => command.type === 'endMeter' && command.reason === 'local'));
  });

  test('is given up after its time; the transaction may be open in the meter then (E-07)', async () => {
    const bench = new Bench().finish();
    await bench.time.advance(114_000);
    assert.equal(bench.ends.length, 0);
    await bench.time.advance(6_000);
    assert.deepEqual(
      bench.ends.map((end) => end.kind === 'silent' && end.open),
      [true],
    );
    bench.side.leave(record).accept();
    assert.deepEqual([bench.side.knows('T'), bench.left], [true, [1]]);
    bench.answers = true;
    await bench.side.closeLeft();
    assert.deepEqual([bench.side.knows('T'), bench.left], [false, [1, 0]]);
  });

  test('is not given up because the station goes down: its next life asks again (E-09)', async () => {
    const bench = new Bench().finish();
    await bench.time.advance(10_000);
    bench.side.stop();
    await bench.time.advance(600_000);
    assert.equal(bench.ends.length, 0);
  });
});
