import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import { KerbsideError } from '../../core/errors.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { ExternalLimit } from '../../smartcharging/external-limit.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { ExternalLimits } from './external-limits.ts';

class Bench {
  readonly time = new VirtualTime(1_000_000);
  readonly values: Record<string, unknown> = {
    'charging.externalLimitEnabled': true,
    'charging.externalLimitTimeout': 60,
    'charging.externalLimitFailSafe': 4_200,
  };
  readonly problems: string[] = [];
  readonly store: Store;
  readonly limits: ExternalLimits;

  constructor(store: Store = createMemoryStore()) {
    this.store = store;
    this.limits = this.again();
  }

  /** The station begins anew over the same store. */
  again(): ExternalLimits {
    return new ExternalLimits({
      station: 'CP',
      store: this.store,
      time: this.time,
      clock: { nowMs: () => this.time.systemWallMs() },
      params: { get: (id: string) => this.values[id] } as unknown as ParameterReader,
      onChange: () => undefined,
      onProblem: (text) => this.problems.push(text),
    });
  }
}

function watts(amount: number, untilMs: number | null = null): ExternalLimit {
  return { unit: 'W', amount: amount * 1000, untilMs };
}

/** What holds, as pairs of source and watts. */
function held(limits: ExternalLimits): readonly (readonly [string, number])[] {
  return limits.now().bounds.map(({ source, amount }) => [source.kind, amount / 1000] as const);
}

describe('limits from outside', () => {
  test('two sources hold side by side, and each releases its own', async () => {
    const { limits } = new Bench();
    await limits.set('api', watts(5_000), 'EMS');
    await limits.setByHardware(watts(4_500));
    assert.deepEqual(held(limits), [
      ['external', 5_000],
      ['external', 4_500],
    ]);
    await limits.set('api', null, 'EMS');
    assert.deepEqual(held(limits), [['external', 4_500]]);
  });

  test('hold in the next life, in which the source has its time again', async () => {
    const bench = new Bench();
    await bench.limits.set('api', watts(0), 'EMS');
    await bench.time.advance(50_000);
    const again = bench.again();
    await again.load();
    await bench.time.advance(50_000);
    assert.deepEqual(held(again), [['external', 0]]);
    await bench.time.advance(10_000);
    assert.deepEqual(held(again), [['failSafe', 4_200]]);
    assert.match(bench.problems[0] ?? '', /fail-safe value of 4200 W holds until it speaks/);
  });

  test('a repetition is a sign of life and no line of the log; after silence it is', async () => {
    const bench = new Bench();
    for (let round = 0; round < 5; round += 1) {
      await bench.limits.set('api', watts(3_000), 'EMS');
      await bench.time.advance(40_000);
      assert.deepEqual(held(bench.limits), [['external', 3_000]]);
    }
    await bench.time.advance(30_000);
    assert.deepEqual(held(bench.limits), [['failSafe', 4_200]]);
    await bench.limits.set('api', watts(3_000), 'EMS');
    assert.deepEqual(held(bench.limits), [['external', 3_000]]);
    await bench.time.advance(2_000);
    assert.deepEqual(
      (await bench.limits.log()).map(({ event }) => event),
      ['set', 'failSafe', 'set'],
    );
  });

  test('the next moment is the end, or when the source has been silent for too long', async () => {
    const bench = new Bench();
    const nowMs = bench.time.systemWallMs();
    await bench.limits.set('api', watts(3_000, nowMs + 20_000), 'EMS');
    assert.equal(bench.limits.now().nextMs, nowMs + 20_000);
    await bench.limits.set('api', watts(3_000, nowMs + 90_000), 'EMS');
    assert.equal(bench.limits.now().nextMs, nowMs + 60_000);
    bench.values['charging.externalLimitTimeout'] = 0;
    assert.equal(bench.limits.now().nextMs, nowMs + 90_000);
    await bench.time.advance(90_000);
    assert.deepEqual(held(bench.limits), []);
  });

  test('what cannot be stored is refused to the API, and obeyed all the same when the hardware says it', async () => {
    const store = createMemoryStore();
    const full: Store = { ...store, commit: () => Promise.reject(new KerbsideError('store.unavailable', 'disk full')) };
    const bench = new Bench(full);
    await assert.rejects(bench.limits.set('api', watts(3_000), 'EMS'), { code: 'store.unavailable' });
    assert.deepEqual(held(bench.limits), []);
    await bench.limits.setByHardware(watts(4_500));
    assert.deepEqual(held(bench.limits), [['external', 4_500]]);
    assert.match(bench.problems[0] ?? '', /not over a restart/);
  });

  test('the log is bounded, and says since when the hardware has it', async () => {
    const bench = new Bench();
    for (let watt = 1; watt <= 1_005; watt += 1) {
      await bench.limits.set('api', watts(watt), 'EMS');
      bench.limits.effective();
    }
    await bench.time.advance(2_000);
    const log = await bench.limits.log();
    assert.deepEqual([log.length, log[0]?.limit?.amount, log.at(-1)?.limit?.amount], [1_000, 6_000, 1_005_000]);
    assert.equal(log.at(-1)?.effectiveMs, log.at(-1)?.atMs);
  });
});
