import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import type { Sample } from '../metering/sample.ts';
import { StoreImage } from '../store/store-image.ts';
import { StopSamples, type SampleChange } from './stop-samples.ts';
import { sampleCollection } from './transaction-record.ts';

const blob = { encoding: 'OCMF', method: '', data: 'x', publicKey: '', number: 1 };

function sampleAt(timeMs: number, signed = false): Sample {
  const values = [{ measurand: 'Energy.Active.Import.Register', value: timeMs }];
  return { timeMs, context: 'Sample.Periodic', values, ...(signed ? { signed: [blob] } : {}) };
}

class Bench {
  readonly disk = new StoreImage();
  readonly samples = new StopSamples('s');

  take(change: SampleChange): void {
    this.disk.apply(change.writes);
    change.accept();
  }

  stored(): ReadonlyMap<number, Sample> {
    const documents = [...this.disk.documents('s', sampleCollection)];
    return new Map(documents.map(([key, value]) => [Number(key.split(':')[1]), value as unknown as Sample]));
  }

  times(): readonly number[] {
    return this.samples.all().map(({ timeMs }) => timeMs);
  }
}

test('a change counts once it is accepted, so that what is told and what is on disk are the same', () => {
  const bench = new Bench();
  bench.take(bench.samples.begin('T', sampleAt(0)));
  const refused = bench.samples.add([sampleAt(1)], 10);
  assert.equal(refused.count, 2);
  assert.deepEqual(bench.times(), [0]);
  bench.samples.clear();
  assert.deepEqual(bench.times(), [0]);
  bench.take(bench.samples.add([sampleAt(2)], 10));
  assert.deepEqual(bench.times(), [0, 2]);
  assert.deepEqual([...bench.stored().values()], bench.samples.all());
});

describe('above the bound', () => {
  test('every second sample goes; the first and the newest stay (V-04)', () => {
    const bench = new Bench();
    bench.take(bench.samples.begin('T', sampleAt(0)));
    for (let timeMs = 1; timeMs <= 5; timeMs++) bench.take(bench.samples.add([sampleAt(timeMs)], 5));
    assert.deepEqual(bench.times(), [0, 2, 4, 5]);
    assert.deepEqual(new Set([...bench.stored().values()].map(({ timeMs }) => timeMs)), new Set([0, 2, 4, 5]));
  });

  test('signed samples stay, whatever their number (E-19)', () => {
    const bench = new Bench();
    bench.take(bench.samples.begin('T', sampleAt(0, true)));
    for (let timeMs = 1; timeMs <= 9; timeMs++) bench.take(bench.samples.add([sampleAt(timeMs, timeMs % 3 === 0)], 3));
    for (const timeMs of [0, 3, 6, 9]) assert.ok(bench.times().includes(timeMs), String(timeMs));
    assert.ok(bench.times().length <= 7);
  });

  test('a bound that is lowered holds from the next sample on', () => {
    const bench = new Bench();
    bench.take(bench.samples.begin('T', sampleAt(0)));
    for (let timeMs = 1; timeMs <= 50; timeMs++) bench.take(bench.samples.add([sampleAt(timeMs)], 100));
    bench.take(bench.samples.add([sampleAt(51)], 4));
    assert.ok(bench.times().length <= 4);
    assert.deepEqual([bench.times()[0], bench.times().at(-1)], [0, 51]);
  });
});

test('no sample is no change, and a transaction may begin without one', () => {
  const bench = new Bench();
  bench.take(bench.samples.begin('T', null));
  assert.deepEqual(bench.samples.add([], 10).writes, []);
  bench.take(bench.samples.add([], 10));
  bench.take(bench.samples.add([sampleAt(1)], 10));
  assert.deepEqual(bench.times(), [1]);
});

test('a new transaction has nothing of the one before', () => {
  const bench = new Bench();
  bench.take(bench.samples.begin('T', sampleAt(0)));
  bench.take(bench.samples.add([sampleAt(1)], 10));
  bench.take(bench.samples.clear());
  assert.equal(bench.stored().size, 0);
  bench.take(bench.samples.begin('U', null));
  assert.deepEqual([bench.times(), bench.samples.clear().writes], [[], []]);
});

test('whatever is added and wherever the power is cut: bounded, in order, the begin kept, and the disk the same', () => {
  const step = fc.record({ signed: fc.boolean(), most: fc.integer({ min: 1, max: 12 }), cut: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let bench = new Bench();
      bench.take(bench.samples.begin('T', sampleAt(0)));
      for (const [position, { signed, most, cut }] of steps.entries()) {
        bench.take(bench.samples.add([sampleAt(position + 1, signed && position % 7 === 0)], most));
        const signedCount = bench.samples.all().filter((sample) => sample.signed !== undefined).length;
        assert.ok(bench.times().length <= Math.max(most, 2 * signedCount + 3), `${bench.times().length} of ${most}`);
        if (signedCount === 0) assert.ok(bench.times().length <= most);
        if (!cut) continue;
        const next = new Bench();
        next.disk.apply([...bench.stored()].map(([number, sample]) => putOf(number, sample)));
        next.samples.restore('T', next.stored());
        bench = next;
      }
      assert.equal(bench.times()[0], 0);
      assert.deepEqual(
        bench.times(),
        bench.times().toSorted((left, right) => left - right),
      );
      assert.deepEqual(new Set(bench.stored().values()), new Set(bench.samples.all()));
      bench.take(bench.samples.clear());
      assert.equal(bench.stored().size, 0);
    }),
    { numRuns: 200 },
  );
});

function putOf(number: number, sample: Sample): SampleChange['writes'][number] {
  const value = JSON.parse(JSON.stringify(sample)) as never;
  return { op: 'putDocument', station: 's', collection: sampleCollection, key: `T:${number}`, value };
}
