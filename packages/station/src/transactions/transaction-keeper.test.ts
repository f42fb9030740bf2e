import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { KerbsideError } from '../core/errors.ts';
import { createSeededRandom } from '../core/random.ts';
import type { Grant, StopCause } from '../evse/evse-state.ts';
import type { HardwareAnswer, HardwareCommand, MeterReading, SignedBlob } from '../evse/hardware.ts';
import type { TrustedReading } from '../metering/register-guard.ts';
import type { Sample } from '../metering/sample.ts';
import { StoreImage } from '../store/store-image.ts';
import type { Write } from '../store/store.ts';
import type { Fact, TransactionFact } from './facts.ts';
import { TestSessionKeeping, TestSignedKeeping } from './test-keeping.ts';
import { TransactionKeeper } from './transaction-keeper.ts';
import type { TransactionRules } from './transaction-keeper-deps.ts';
import {
  recordFromJson,
  sampleCollection,
  transactionCollection,
  type TransactionRecord,
} from './transaction-record.ts';

const grant: Grant = { idToken: 'CARD', parentIdToken: 'FLEET', via: 'card', movable: false };
const byCard: StopCause = { reason: 'local', idToken: 'CARD' };
const full = new KerbsideError('store.unavailable', 'disk full');
const broken = new KerbsideError('driver.refused', 'meter failed');
const blob: SignedBlob = { encoding: 'OCMF', method: '', data: 'OCMF|{"x":"ü"}|', publicKey: 'k' };
const day = 86_400_000;

/** A keeper between a journal and a meter that note what happens, in order. */
class Bench {
  readonly story: string[] = [];
  readonly facts: Fact[] = [];
  readonly problems: string[] = [];
  readonly disk: StoreImage;
  readonly keeper: TransactionKeeper;
  nowMs = 1_000_000;
  monotonicMs = 5_000;
  registerWh = 1_000;
  signed: readonly SignedBlob[] = [];
  online = true;
  stopData = true;
  startData = false;
  rules: TransactionRules = {
    retransmit: true,
    maxStopSamples: 100,
    signs: () => false,
    signsStart: false,
    carry: { signed: true, data: 'oca', key: 'oca', keyWhen: 'OncePerTransaction' },
  };
  readonly archive = new TestSignedKeeping();
  readonly sessions = new TestSessionKeeping();
  /** What fails next, by its name in the story; taken off when it did. */
  readonly failing: string[] = [];
  /** How the meter fails. */
  meterError: Error = broken;
  /** What waits until it is let go, by its name in the story. */
  readonly held = new Map<string, Promise<void>>();

  /** Time passes, on both clocks. */
  pass(ms: number): void {
    this.nowMs += ms;
    this.monotonicMs += ms;
  }

  constructor(disk: StoreImage = new StoreImage()) {
    this.disk = disk;
    this.keeper = new TransactionKeeper(1, {
      station: 's',
      random: createSeededRandom('keeper'),
      journal: {
        append: (facts, writes) => this.#commit(facts, writes),
        record: (writes) => this.#commit([], writes),
      },
      nowMs: () => this.nowMs,
      monotonicMs: () => this.monotonicMs,
      command: (command) => this.#command(command),
      online: () => this.online,
      rules: () => this.rules,
      sampleOf: (kind, reading, context, timeMs) =>
        (kind === 'stopData' && !this.stopData) || (kind === 'started' && !this.startData)
          ? null
          : sampleOf(reading, context, timeMs),
      meter: { serial: 'M', test: false },
      legal: () => null,
      signed: () => this.archive,
      sessions: () => this.sessions,
      pause: () => Promise.resolve(),
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  reading(): MeterReading {
    return { energyImportWh: this.registerWh };
  }

  /** Time and register go on, and a periodic sample is taken. */
  async samples(count: number, contextIs: Sample['context'] = 'Sample.Periodic'): Promise<void> {
    for (let turn = 0; turn < count; turn++) {
      this.pass(1_000);
      this.registerWh += 10;
      await this.keeper.sample(this.reading(), contextIs, true);
    }
  }

  records(): readonly TransactionRecord[] {
    return [...this.disk.documents('s', transactionCollection).values()].map((value) => {
      const record = recordFromJson(value);
      assert.ok(record !== undefined);
      return record;
    });
  }

  storedSamples(): ReadonlyMap<number, Sample> {
    const stored = [...this.disk.documents('s', sampleCollection)];
    return new Map(stored.map(([key, value]) => [Number(key.split(':')[1]), value as unknown as Sample]));
  }

  /** What a power cut leaves: another keeper on the same disk, which takes up what is open. */
  async afterPowerCut(): Promise<Bench> {
    const next = new Bench(this.disk.copy());
    next.nowMs = this.nowMs + 500_000;
    next.registerWh = this.registerWh;
    for (const record of next.records()) await next.keeper.recover(record, next.storedSamples());
    return next;
  }

  ended(): Extract<TransactionFact, { kind: 'transactionEnded' }> {
    const fact = this.facts.at(-1);
    assert.ok(fact?.kind === 'transactionEnded');
    return fact;
  }

  async #commit(facts: readonly Fact[], writes: readonly Write[]): Promise<void> {
    const stages = writes.map((write) => nameOfWrite(write)).filter((name) => name !== '');
    const name = [...facts.map((fact) => fact.kind), ...stages].join('+');
    await this.#step(name, full);
    this.disk.apply(writes);
    this.facts.push(...facts);
  }

  async #command<C extends HardwareCommand>(command: C): Promise<HardwareAnswer<C['type']>> {
    await this.#step(command.type, this.meterError);
    return { reading: this.reading(), signed: this.signed } as unknown as HardwareAnswer<C['type']>;
  }

  async #step(name: string, error: Error): Promise<void> {
    this.story.push(name);
    await this.held.get(name);
    const fails = this.failing.indexOf(name);
    if (fails < 0) return;
    this.failing.splice(fails, 1);
    this.story.push('failed');
    throw error;
  }
}

function sampleOf(reading: TrustedReading, context: Sample['context'], timeMs: number): Sample {
  return {
    timeMs,
    context,
    values: [{ measurand: 'Energy.Active.Import.Register', value: reading.energyImportWh ?? -1 }],
  };
}

function nameOfWrite(write: Write): string {
  if (write.op === 'putDocument' && write.collection === transactionCollection) {
    return recordFromJson(write.value)?.stage ?? 'unreadable';
  }
  return write.op === 'deleteDocument' && write.collection === transactionCollection ? 'gone' : '';
}

async function running(): Promise<Bench> {
  const bench = new Bench();
  await bench.keeper.start(grant);
  bench.story.length = 0;
  return bench;
}

describe('a start', () => {
  test('is on disk before the meter opens, and the started fact before it resolves (INV-01, INV-02)', async () => {
    const bench = new Bench();
    const gate = Promise.withResolvers<void>();
    bench.held.set('transactionStarted+running', gate.promise);
    let resolved = false;
    const starting = bench.keeper.start(grant).then(() => (resolved = true));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    assert.deepEqual(bench.story, ['starting', 'beginMeter', 'transactionStarted+running']);
    assert.deepEqual([resolved, bench.keeper.record], [false, null]);
    gate.resolve();
    await starting;
    assert.deepEqual(bench.records(), [bench.keeper.record]);
  });

  test('tells the whole register in watt-hours, rounded down, the time from before the meter, and what was signed', async () => {
    const bench = new Bench();
    bench.registerWh = 1234.9;
    bench.signed = [blob];
    bench.online = false;
    const record = await bench.keeper.start(grant);
    assert.deepEqual(bench.facts, [
      {
        kind: 'transactionStarted',
        transaction: record.key,
        evse: 1,
        connector: 1,
        idToken: 'CARD',
        timeMs: 1_000_000,
        meterWh: 1234,
        offline: true,
        index: 0,
        signed: [{ ...blob, number: 1 }],
      },
    ]);
    assert.deepEqual([record.stage, record.meterStartWh, record.lastWh, record.nextIndex], ['running', 1234, 1234, 1]);
  });

  test('has on disk in one commit what belongs to the transaction from its first moment on (R-04)', async () => {
    const bench = new Bench();
    const along: Write = { op: 'putDocument', station: 's', collection: 'along', key: '1', value: true };
    const commits: string[] = [];
    const companion: Grant['companion'] = {
      start: async ({ key }, commit) => {
        await commit([along]);
        commits.push(key);
      },
    };
    bench.failing.push('transactionStarted+running');
    await assert.rejects(bench.keeper.start({ ...grant, companion }), full);
    assert.deepEqual([commits, bench.disk.documents('s', 'along').size, bench.records()], [[], 0, []]);
    const record = await bench.keeper.start({ ...grant, companion });
    assert.deepEqual([commits, bench.disk.documents('s', 'along').size], [[record.key], 1]);
    assert.deepEqual(
      bench.facts.map((fact) => fact.kind),
      ['transactionStarted'],
    );
  });

  test('that uses a reservation names it in its fact and its record (RS-05)', async () => {
    const bench = new Bench();
    const record = await bench.keeper.start({
      ...grant,
      companion: { start: (_transaction, commit) => commit([], 7) },
    });
    const [fact] = bench.facts;
    assert.ok(fact?.kind === 'transactionStarted');
    assert.deepEqual([fact.reservation, record.reservation, bench.records()[0]?.reservation], [7, 7, 7]);
    assert.equal(bench.keeper.record, record);
  });

  test('that the store refuses at first touches no meter', async () => {
    const bench = new Bench();
    bench.failing.push('starting');
    await assert.rejects(bench.keeper.start(grant), full);
    assert.deepEqual([bench.story, bench.records(), bench.keeper.record], [['starting', 'failed'], [], null]);
  });

  test('that the meter refuses leaves nothing open', async () => {
    const bench = new Bench();
    bench.failing.push('beginMeter');
    await assert.rejects(bench.keeper.start(grant), broken);
    assert.deepEqual(bench.story, ['starting', 'beginMeter', 'failed', 'endMeter', 'gone']);
    assert.deepEqual([bench.records(), bench.facts, bench.keeper.record], [[], [], null]);
  });

  test('that cannot be journalled closes the meter, and the backend never hears of it', async () => {
    const bench = new Bench();
    bench.signed = [blob];
    bench.failing.push('transactionStarted+running');
    await assert.rejects(bench.keeper.start(grant), full);
    assert.deepEqual(bench.story.slice(2), ['transactionStarted+running', 'failed', 'endMeter', 'gone']);
    assert.deepEqual([bench.records(), bench.facts, bench.storedSamples().size], [[], [], 0]);
    await bench.keeper.start(grant);
    await bench.keeper.finish();
    assert.equal(bench.ended().samples.length, 2);
  });

  test('whose undoing fails too is undone at the next start of the station', async () => {
    const bench = new Bench();
    bench.failing.push('transactionStarted+running', 'gone');
    await assert.rejects(bench.keeper.start(grant), full);
    assert.deepEqual(bench.problems, ['disk full']);
    const next = await bench.afterPowerCut();
    assert.deepEqual([next.story, next.records(), next.facts], [['endMeter', 'gone'], [], []]);
  });

  test('whose meter does not say that it closed is closed before the next one, which waits for that', async () => {
    const bench = new Bench();
    bench.meterError = new KerbsideError('driver.timeout', 'no answer');
    bench.failing.push('beginMeter', 'endMeter');
    await assert.rejects(bench.keeper.start(grant), { code: 'driver.timeout' });
    assert.deepEqual(
      bench.records().map(({ stage }) => stage),
      ['starting'],
    );
    bench.story.length = 0;
    bench.failing.push('endMeter');
    await assert.rejects(bench.keeper.start(grant), /does not close an earlier transaction/);
    await bench.keeper.start(grant);
    assert.deepEqual(bench.story, [
      'endMeter',
      'failed',
      'endMeter',
      'gone',
      'starting',
      'beginMeter',
      'transactionStarted+running',
    ]);
    assert.deepEqual(
      bench.records().map(({ stage }) => stage),
      ['running'],
    );
  });

  test('whose meter does not say that it closed is closed after a restart', async () => {
    const bench = new Bench();
    bench.meterError = new KerbsideError('driver.lost', 'gone');
    bench.failing.push('beginMeter', 'endMeter');
    await assert.rejects(bench.keeper.start(grant), { code: 'driver.lost' });
    const next = await bench.afterPowerCut();
    assert.deepEqual([next.story, next.records()], [['endMeter', 'gone'], []]);
  });

  test('with a register that is no number is refused rather than told as one', async () => {
    for (const wrong of [Number.NaN, Infinity, -1]) {
      const bench = new Bench();
      bench.registerWh = wrong;
      await assert.rejects(bench.keeper.start(grant), { code: 'driver.refused' }, String(wrong));
      assert.deepEqual([bench.facts, bench.records(), bench.story.at(-1)], [[], [], 'gone']);
    }
  });
});

test('the values of the start follow it in the same commit, and count as a fact (E-20)', async () => {
  const bench = new Bench();
  bench.startData = true;
  await bench.keeper.start(grant);
  assert.deepEqual(
    bench.facts.map((fact) => [fact.kind, 'index' in fact ? fact.index : null]),
    [
      ['transactionStarted', 0],
      ['meterValues', 1],
    ],
  );
  assert.equal(bench.story.at(-1), 'transactionStarted+meterValues+running');
  await bench.keeper.finish();
  assert.equal(bench.ended().index, 2);
});

describe('a sample', () => {
  test('is journalled with the record in one step, and counts the facts', async () => {
    const bench = await running();
    await bench.samples(2);
    assert.deepEqual(bench.story, ['meterValues+running', 'meterValues+running']);
    assert.deepEqual(
      bench.facts.slice(1).map((fact) => fact.kind === 'meterValues' && [fact.index, fact.samples[0]?.timeMs]),
      [
        [1, 1_001_000],
        [2, 1_002_000],
      ],
    );
    assert.deepEqual(bench.records(), [bench.keeper.record]);
    assert.equal(bench.keeper.record?.lastWh, 1_020);
  });

  test('taken offline is discarded at once without retransmission, but not for the end (row 17)', async () => {
    const bench = await running();
    bench.online = false;
    bench.rules = { ...bench.rules, retransmit: false };
    await bench.samples(1);
    assert.deepEqual([bench.story, bench.facts.length], [['running'], 1]);
    await bench.keeper.finish();
    assert.equal(bench.ended().samples.length, 3);
    assert.equal(bench.ended().index, 1);
  });

  test('before the start, while it ends and after the end is none', async () => {
    const bench = new Bench();
    await bench.samples(1);
    await bench.keeper.checkpoint(bench.reading());
    assert.deepEqual(bench.story, []);
    await bench.keeper.start(grant);
    await bench.keeper.beginStop(byCard);
    await bench.samples(1);
    await bench.keeper.checkpoint(bench.reading());
    await bench.keeper.finish();
    await bench.samples(1);
    assert.deepEqual(
      bench.facts.map(({ kind }) => kind),
      ['transactionStarted', 'transactionEnded'],
    );
  });

  test('never overtakes an end that was asked for before it', async () => {
    const bench = await running();
    const work = [bench.keeper.beginStop(byCard), bench.samples(1), bench.keeper.finish()];
    await Promise.all(work);
    assert.deepEqual(bench.story, ['stopping', 'endMeter', 'transactionEnded+gone']);
  });

  test('that the store refuses is left out, and the next one counts', async () => {
    const bench = await running();
    bench.failing.push('meterValues+running');
    await assert.rejects(bench.samples(1), full);
    await bench.samples(1);
    await bench.keeper.finish();
    assert.deepEqual(
      bench.facts.map((fact) => 'index' in fact && fact.index),
      [0, 1, 2],
    );
    const times = bench.ended().samples.map(({ timeMs }) => timeMs);
    assert.deepEqual(times, [1_000_000, 1_002_000, 1_002_000]);
    assert.equal(bench.storedSamples().size, 0);
  });

  test('with a register that is no number is left out', async () => {
    const bench = await running();
    await assert.rejects(bench.keeper.sample({ energyImportWh: Number.NaN }, 'Sample.Periodic', true), {
      code: 'driver.refused',
    });
    assert.deepEqual([bench.story, bench.keeper.record?.lastWh], [[], 1_000]);
  });
});

test('a checkpoint makes the register durable without telling anyone', async () => {
  const bench = await running();
  bench.registerWh = 1_500.7;
  bench.pass(60_000);
  await bench.keeper.checkpoint(bench.reading());
  assert.deepEqual([bench.story, bench.facts.length], [['running'], 1]);
  assert.deepEqual([bench.records()[0]?.lastWh, bench.records()[0]?.lastMs], [1_500, 1_060_000]);
});

describe('an end', () => {
  test('has its reason on disk before the meter closes, and is one step with the end of the record', async () => {
    const bench = await running();
    bench.registerWh = 2_000.9;
    bench.pass(5_000);
    await bench.keeper.beginStop(byCard);
    const [stored] = bench.records();
    assert.deepEqual(stored?.stop, { reason: 'local', idToken: 'CARD', timeMs: 1_005_000 });
    bench.pass(20_000);
    await bench.keeper.finish();
    assert.deepEqual(bench.story, ['stopping', 'endMeter', 'transactionEnded+gone']);
    const { timeMs, meterWh, reason, idToken } = bench.ended();
    assert.deepEqual([timeMs, meterWh, reason, idToken], [1_005_000, 2_000, 'local', 'CARD']);
    assert.deepEqual([bench.records(), bench.storedSamples().size, bench.keeper.record], [[], 0, null]);
  });

  test('keeps the first reason when it is asked for twice', async () => {
    const bench = await running();
    await bench.keeper.beginStop(byCard);
    await bench.keeper.beginStop({ reason: 'remote', idToken: null });
    await bench.keeper.finish();
    assert.equal(bench.ended().reason, 'local');
    await bench.keeper.finish();
    assert.equal(bench.facts.length, 2);
  });

  test('whose reason could not be written keeps reason and time all the same', async () => {
    const bench = await running();
    bench.failing.push('stopping');
    await assert.rejects(bench.keeper.beginStop(byCard), full);
    bench.pass(60_000);
    await bench.keeper.finish();
    const { reason, idToken, timeMs } = bench.ended();
    assert.deepEqual([reason, idToken, timeMs], ['local', 'CARD', 1_000_000]);
  });

  test('that the store refuses is tried again with everything that belongs to it (E-19)', async () => {
    const bench = new Bench();
    bench.signed = [blob];
    await bench.keeper.start(grant);
    await bench.samples(2);
    await bench.keeper.beginStop(byCard);
    bench.failing.push('transactionEnded+gone', 'transactionEnded+gone');
    await assert.rejects(bench.keeper.finish(), full);
    await assert.rejects(bench.keeper.finish(), full);
    await bench.keeper.finish();
    assert.deepEqual(
      bench.ended().samples.map(({ context, signed }) => [context, signed?.length ?? 0]),
      [
        ['Transaction.Begin', 1],
        ['Sample.Periodic', 0],
        ['Sample.Periodic', 0],
        ['Transaction.End', 1],
      ],
    );
    assert.equal(bench.storedSamples().size, 0);
  });

  test('does not wait for a meter that fails: the last trustworthy register counts (E-07)', async () => {
    const bench = await running();
    await bench.samples(3);
    bench.registerWh = 9_999;
    bench.failing.push('endMeter');
    await bench.keeper.finish();
    const { meterWh, samples } = bench.ended();
    assert.equal(meterWh, 1_030);
    assert.deepEqual(samples.at(-1), sampleOf({ energyImportWh: 1_030 }, 'Transaction.End', bench.nowMs));
    assert.match(bench.problems[0] ?? '', /did not close its transaction: meter failed/);
  });

  test('never falls behind the last register: a meter that went back is told to people (X-02)', async () => {
    const bench = await running();
    await bench.samples(3);
    bench.registerWh = 5;
    await bench.keeper.finish();
    assert.equal(bench.ended().meterWh, 1_030);
    assert.match(bench.problems[0] ?? '', /went back from 1030 to 5 Wh/);
  });

  test('with a register that is no number tells the last one', async () => {
    const bench = await running();
    await bench.samples(1);
    bench.registerWh = Number.NaN;
    await bench.keeper.finish();
    assert.equal(bench.ended().meterWh, 1_010);
    assert.equal(bench.problems.length, 1);
  });

  test('carries signed data though no list asks for values (E-19), and nothing at all when nothing is signed (V-04)', async () => {
    for (const signed of [[blob], []]) {
      const bench = new Bench();
      bench.stopData = false;
      bench.signed = signed;
      await bench.keeper.start(grant);
      await bench.samples(1);
      await bench.keeper.finish();
      const contexts = bench.ended().samples.map(({ context, values }) => `${context} ${values.length}`);
      assert.deepEqual(contexts, signed.length === 0 ? [] : ['Transaction.Begin 1', 'Transaction.End 1']);
    }
  });

  test('carries no signed data where they are switched off, and nothing in their place (E-22)', async () => {
    const bench = new Bench();
    bench.stopData = false;
    bench.signed = [blob];
    bench.rules = { ...bench.rules, carry: { ...bench.rules.carry, signed: false } };
    await bench.keeper.start(grant);
    bench.rules = { ...bench.rules, carry: { ...bench.rules.carry, signed: true } };
    await bench.keeper.finish();
    assert.deepEqual(bench.ended().samples, []);
  });

  test('has the key of the meter once in all facts of the transaction (E-22)', async () => {
    for (const signsStart of [false, true]) {
      const bench = new Bench();
      bench.startData = true;
      bench.signed = [blob];
      bench.rules = { ...bench.rules, signsStart };
      await bench.keeper.start(grant);
      await bench.keeper.finish();
      const signedOf = (fact: Fact): readonly Sample[] => ('samples' in fact ? fact.samples : []);
      const keys = bench.facts.flatMap(signedOf).flatMap(({ signed = [] }) => signed.map(({ form }) => form?.key));
      assert.deepEqual(keys, signsStart ? ['oca', 'none', 'none'] : ['oca', 'none']);
    }
  });

  test('has at most StopTransactionMaxMeterValues samples, begin and end among them (V-04)', async () => {
    for (const most of [2, 3, 4, 5, 10]) {
      const bench = await running();
      bench.rules = { ...bench.rules, maxStopSamples: most };
      await bench.samples(23);
      await bench.keeper.finish();
      const { samples } = bench.ended();
      assert.ok(samples.length <= most, `${samples.length} samples, ${most} allowed`);
      assert.deepEqual([samples[0]?.context, samples.at(-1)?.context], ['Transaction.Begin', 'Transaction.End']);
    }
  });
});

describe('after a power cut', () => {
  test('a start that was only opened is undone and never told', async () => {
    const bench = new Bench();
    bench.held.set('beginMeter', new Promise(() => undefined));
    void bench.keeper.start(grant);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    const next = await bench.afterPowerCut();
    assert.deepEqual(next.story, ['endMeter', 'gone']);
    await next.keeper.finish();
    assert.deepEqual([next.facts, next.records(), next.keeper.record], [[], [], null]);
  });

  test('what ran ends as PowerLoss at the last trustworthy moment, with its samples (X-12)', async () => {
    const bench = await running();
    await bench.samples(2);
    const next = await bench.afterPowerCut();
    next.registerWh += 1;
    await next.keeper.finish();
    const { reason, timeMs, meterWh, samples, index, transaction } = next.ended();
    assert.deepEqual([reason, timeMs, meterWh, index], ['powerLoss', 1_002_000, 1_021, 3]);
    assert.equal(transaction, bench.records()[0]?.key);
    assert.deepEqual(
      samples.map(({ timeMs: at }) => at),
      [1_000_000, 1_001_000, 1_002_000, 1_002_000],
    );
    assert.deepEqual([next.records(), next.storedSamples().size], [[], 0]);
  });

  test('what was ending ends with its own reason and time', async () => {
    const bench = await running();
    bench.pass(3_000);
    await bench.keeper.beginStop({ reason: 'remote', idToken: null });
    const next = await bench.afterPowerCut();
    await next.keeper.finish();
    assert.deepEqual([next.ended().reason, next.ended().timeMs], ['remote', 1_003_000]);
  });

  test('what is being closed takes no more samples', async () => {
    const bench = await running();
    const next = await bench.afterPowerCut();
    await next.samples(1);
    assert.deepEqual([next.story, next.keeper.record?.stage], [[], 'stopping']);
  });

  test('a next transaction does not find samples of the one before', async () => {
    const bench = await running();
    await bench.samples(3);
    const next = await bench.afterPowerCut();
    await next.keeper.finish();
    await next.keeper.start(grant);
    await next.keeper.finish();
    assert.deepEqual(
      next.ended().samples.map(({ context }) => context),
      ['Transaction.Begin', 'Transaction.End'],
    );
  });
});

test('the times of a transaction go one way and its registers never fall, whatever clock, meter and store do (G-03)', async () => {
  const step = fc.oneof(
    fc.record({
      what: fc.constantFrom('sample' as const, 'checkpoint' as const),
      jumpMs: fc.integer({ min: -2 * day, max: 2 * day }),
      wh: fc.integer({ min: -50, max: 500 }),
    }),
    fc
      .constantFrom('fail append', 'fail record', 'offline', 'online', 'cut')
      .map((what) => ({ what, jumpMs: 0, wh: 0 })),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.integer({ min: -2 * day, max: 2 * day }),
      async (steps, lastJumpMs) => {
        let bench = await running();
        let facts: Fact[] = [...bench.facts];
        for (const { what, jumpMs, wh } of steps) {
          if (bench.keeper.record?.stage !== 'running') break;
          bench.nowMs += jumpMs;
          bench.pass(1_000);
          bench.registerWh = Math.max(0, bench.registerWh + wh);
          if (what === 'online' || what === 'offline') bench.online = what === 'online';
          if (what === 'fail append') bench.failing.push('meterValues+running');
          if (what === 'fail record') bench.failing.push('running');
          if (what === 'sample')
            await bench.keeper.sample(bench.reading(), 'Sample.Periodic', true).catch(() => undefined);
          if (what === 'checkpoint') await bench.keeper.checkpoint(bench.reading()).catch(() => undefined);
          if (what === 'cut') {
            facts = [...facts, ...bench.facts.slice(1)];
            const before = bench.keeper.record;
            bench = await bench.afterPowerCut();
            assert.deepEqual(before?.nextIndex, bench.keeper.record?.nextIndex);
          }
        }
        bench.nowMs += lastJumpMs;
        await bench.keeper.beginStop(byCard);
        await bench.keeper.finish();
        const told =
          facts.length === 1 && bench.facts[0]?.kind === 'transactionStarted'
            ? bench.facts
            : [...facts, ...bench.facts];
        const times = told.flatMap((fact) =>
          fact.kind === 'meterValues' ? fact.samples.map((each) => each.timeMs) : 'timeMs' in fact ? [fact.timeMs] : [],
        );
        assert.deepEqual(
          times,
          times.toSorted((left, right) => left - right),
        );
        const ended = bench.ended();
        const sampleTimes = ended.samples.map(({ timeMs }) => timeMs);
        assert.deepEqual(
          sampleTimes,
          sampleTimes.toSorted((left, right) => left - right),
        );
        assert.ok(ended.meterWh >= 1_000);
        assert.deepEqual(
          told.map((fact) => 'index' in fact && fact.index),
          told.map((_, index) => index),
        );
        assert.deepEqual([bench.records(), bench.storedSamples().size], [[], 0]);
      },
    ),
    { numRuns: 200 },
  );
});

describe('samples at a boundary of the clock', () => {
  const clockSample = (timeMs: number): Sample => ({
    timeMs,
    context: 'Sample.Clock',
    values: [{ measurand: 'Energy.Active.Import.Register', value: timeMs }],
  });

  /** What a boundary now, or a moment ago, gives: the interval before it, and its own sample. */
  async function boundary(bench: Bench, agoMs = 0): Promise<readonly Sample[]> {
    const timeMs = bench.nowMs - agoMs;
    const samples = [clockSample(timeMs - 60_000), clockSample(timeMs)];
    const atMs = bench.monotonicMs - agoMs;
    const taken = { timeMs, atMs, reading: bench.reading(), told: samples, stopData: samples, spreadMs: 7 };
    return bench.keeper.aligned(taken);
  }

  const timesOf = (samples: readonly Sample[]): readonly number[] => samples.map(({ timeMs }) => timeMs - 1_000_000);

  test('are facts of the transaction that runs, with the register; an interval from before it is not', async () => {
    const bench = await running();
    bench.pass(30_000);
    bench.registerWh += 50;
    assert.deepEqual(timesOf(await boundary(bench)), [-30_000]);
    bench.pass(60_000);
    assert.deepEqual(await boundary(bench), []);
    const facts = bench.facts.filter((fact) => fact.kind === 'meterValues');
    assert.deepEqual(
      facts.map(({ transaction, index, samples }) => [
        transaction === bench.keeper.record?.key,
        index,
        ...timesOf(samples),
      ]),
      [
        [true, 1, 30_000],
        [true, 2, 30_000, 90_000],
      ],
    );
    assert.deepEqual([bench.records()[0]?.lastWh, bench.records()[0]?.lastMs], [1_050, 1_090_000]);
  });

  test('stand in transactionData in order of time', async () => {
    const bench = await running();
    bench.pass(61_000);
    await boundary(bench);
    bench.pass(40_000);
    await bench.keeper.sample(bench.reading(), 'Sample.Periodic', true);
    bench.pass(20_000);
    await boundary(bench);
    bench.pass(1_000);
    await bench.keeper.beginStop(byCard);
    await bench.keeper.finish();
    assert.deepEqual(timesOf(bench.ended().samples), [0, 1_000, 61_000, 61_000, 101_000, 121_000, 122_000]);
  });

  test('without a transaction are given back; so is what was taken after the end was decided', async () => {
    const bench = new Bench();
    assert.equal((await boundary(bench)).length, 2);
    await bench.keeper.start(grant);
    bench.pass(1_000);
    await bench.keeper.beginStop(byCard);
    bench.pass(1_000);
    assert.equal((await boundary(bench)).length, 2);
    await bench.keeper.finish();
    bench.pass(1_000);
    assert.equal((await boundary(bench)).length, 2);
    assert.ok(!bench.facts.some((fact) => fact.kind === 'meterValues'));
  });

  test('that were asked for before the end belong to the transaction, or to nothing when it is over', async () => {
    const bench = await running();
    bench.pass(61_000);
    await bench.keeper.beginStop(byCard);
    bench.pass(500);
    assert.deepEqual(timesOf(await boundary(bench, 800)), []);
    assert.equal(bench.facts.filter((fact) => fact.kind === 'meterValues').length, 1);
    await bench.keeper.finish();
    assert.deepEqual(await boundary(bench, 800), []);
  });

  test('that the transaction has passed by its own clock are left out', async () => {
    const bench = await running();
    bench.pass(10_000);
    await bench.keeper.sample(bench.reading(), 'Sample.Periodic', true);
    const before = bench.facts.length;
    assert.deepEqual(await boundary(bench, 3_000), []);
    assert.equal(bench.facts.length, before);
  });

  test('taken offline are given up without retransmission; transactionData stay', async () => {
    const bench = await running();
    bench.online = false;
    bench.rules = { ...bench.rules, retransmit: false };
    bench.pass(61_000);
    await boundary(bench);
    assert.ok(!bench.facts.some((fact) => fact.kind === 'meterValues'));
    assert.equal(bench.storedSamples().size, 3);
  });
});

describe('a meter that goes back in a transaction', () => {
  test('shows no less: what is judged has no energy, the last sample says what meterStop says', async () => {
    const bench = await running();
    bench.registerWh = 1_500;
    assert.deepEqual(bench.keeper.judge(bench.reading()), { reading: { energyImportWh: 1_500 }, distrusted: false });
    bench.registerWh = 4;
    const { reading, distrusted } = bench.keeper.judge(bench.reading());
    assert.deepEqual([reading, distrusted], [{}, true]);
    bench.pass(1_000);
    await bench.keeper.sample(reading, 'Sample.Periodic', true);
    await bench.keeper.checkpoint(reading);
    assert.equal(bench.keeper.record?.lastWh, 1_000);
    await bench.keeper.beginStop(byCard);
    await bench.keeper.finish();
    assert.equal(bench.ended().meterWh, 1_500);
    assert.equal(bench.ended().samples.at(-1)?.values[0]?.value, 1_500);
    assert.match(bench.problems[0] ?? '', /went back from 1500 to 4 Wh/);
    assert.equal(bench.keeper.judge({ energyImportWh: 4 }).distrusted, false);
  });

  test('is known to be so after a power cut', async () => {
    const bench = await running();
    await bench.samples(3);
    const next = await bench.afterPowerCut();
    next.registerWh = 2;
    assert.equal(next.keeper.judge(next.reading()).distrusted, true);
    await next.keeper.finish();
    assert.equal(next.ended().meterWh, 1_030);
  });
});

describe('a session that the backend is told nothing of', () => {
  const untold: Grant = { ...grant, free: { card: 'CARD' }, untold: true };

  async function untoldRunning(): Promise<Bench> {
    const bench = new Bench();
    bench.startData = true;
    bench.rules = { ...bench.rules, signs: () => true };
    await bench.keeper.start(untold);
    return bench;
  }

  test('is journalled and measured as any other, and leaves no fact behind', async () => {
    const bench = await untoldRunning();
    await bench.samples(3);
    await bench.keeper.beginStop(byCard);
    await bench.keeper.finish();
    assert.deepEqual(bench.story, [
      'starting',
      'beginMeter',
      'running',
      'running',
      'running',
      'running',
      'stopping',
      'endMeter',
      'gone',
    ]);
    assert.deepEqual(bench.facts, []);
    assert.deepEqual([bench.records(), bench.storedSamples().size], [[], 0]);
    const [session] = bench.sessions.sessions;
    assert.deepEqual([session?.meterStartWh, session?.meterStopWh, session?.idToken], [1_000, 1_030, 'CARD']);
    assert.deepEqual([session?.untold, session?.free, session?.reason], [true, true, 'local']);
  });

  test('ends silently after a power cut as well, with what was measured', async () => {
    const bench = await untoldRunning();
    await bench.samples(2);
    const next = await bench.afterPowerCut();
    assert.deepEqual([next.keeper.record?.untold, next.keeper.record?.free], [true, { card: 'CARD' }]);
    await next.keeper.finish();
    assert.deepEqual([next.facts, next.records()], [[], []]);
    const [session] = next.sessions.sessions;
    assert.deepEqual([session?.reason, session?.meterStopWh, session?.untold], ['powerLoss', 1_020, true]);
  });

  test('gives nothing away at the boundaries of the clock', async () => {
    const bench = await untoldRunning();
    bench.pass(60_000);
    const told = [sampleOf(bench.reading(), 'Sample.Clock', bench.nowMs)];
    const taken = { timeMs: bench.nowMs, reading: bench.reading(), told, stopData: told, spreadMs: 0 };
    assert.deepEqual(await bench.keeper.aligned({ ...taken, atMs: bench.monotonicMs }), []);
    assert.deepEqual(bench.facts, []);
  });

  test('keeps what the meter signs for the station itself', async () => {
    const bench = new Bench();
    bench.signed = [blob];
    await bench.keeper.start(untold);
    bench.signed = [{ ...blob, data: 'OCMF|{"x":"end"}|' }];
    await bench.keeper.finish();
    assert.deepEqual(
      bench.archive.records.map(({ state }) => state),
      ['kept', 'kept'],
    );
  });
});

test('the facts of a transaction that is free of charge say so, those of others do not', async () => {
  const bench = new Bench();
  for (const each of [{ ...grant, free: { card: 'CARD' } }, grant]) {
    await bench.keeper.start(each);
    await bench.keeper.finish();
  }
  const said = bench.facts.map((fact) => 'free' in fact && fact.free);
  assert.deepEqual(said, [true, true, false, false]);
});
