import assert from 'node:assert/strict';
import { test } from 'node:test';

import { StationClock } from '../core/station-clock.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import type { ParameterReader } from '../params/parameters.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store, StoreHealth } from '../store/store.ts';
import { Readiness } from './readiness.ts';

const buildMs = Date.UTC(2026, 10, 1);

class Bench {
  readonly told: (string | null)[] = [];
  readonly clock: StationClock;
  readonly readiness: Readiness;
  health: StoreHealth = { kind: 'ok' };
  acceptBeforeBoot = false;
  freeChargingMode: string | null = null;

  constructor(systemMs: number, memory: Store = createMemoryStore()) {
    const health = (): StoreHealth => this.health;
    const store: Store = {
      ...memory,
      get health() {
        return health();
      },
    };
    this.clock = new StationClock({ time: new VirtualTime(systemMs), buildMs, lastKnownMs: 0 });
    this.readiness = new Readiness({
      station: 's',
      store,
      clock: this.clock,
      params: { get: (id: string) => this.#value(id), onChange: () => () => undefined } as unknown as ParameterReader,
      onChange: (reason) => this.told.push(reason),
    });
  }

  #value(id: string): unknown {
    if (id === 'authorization.freeChargingMode') return this.freeChargingMode;
    return id === 'authorization.freeCharging' ? this.freeChargingMode !== null : this.acceptBeforeBoot;
  }
}

test('with a clock and a store that writes, everybody may start, and nothing is told', async () => {
  const bench = new Bench(buildMs + 1);
  await bench.readiness.load();
  bench.readiness.update();
  assert.deepEqual([bench.readiness.reason, bench.told], [null, []]);
});

test('without a clock nobody starts before a backend has ever accepted the station (B-08)', async () => {
  const memory = createMemoryStore();
  const bench = new Bench(0, memory);
  await bench.readiness.load();
  bench.readiness.update();
  assert.match(bench.readiness.reason ?? '', /clock/);
  bench.readiness.accepted();
  assert.deepEqual([bench.readiness.reason, bench.told.length], [null, 2]);
  const next = new Bench(0, memory);
  await next.readiness.load();
  next.readiness.update();
  assert.equal(next.readiness.reason, null);
});

test('the operator may allow it all the same, and a clock that is set is enough', async () => {
  const allowed = new Bench(0);
  allowed.acceptBeforeBoot = true;
  allowed.readiness.update();
  assert.equal(allowed.readiness.reason, null);
  const set = new Bench(0);
  set.readiness.update();
  set.clock.set(buildMs + 1);
  set.readiness.update();
  assert.equal(set.readiness.reason, null);
});

test('a store that cannot write blocks everything, whatever else is well, and says why (INV-13)', () => {
  const bench = new Bench(buildMs + 1);
  bench.health = { kind: 'full', problem: 'disk full' };
  bench.readiness.update();
  bench.readiness.update();
  bench.health = { kind: 'ok' };
  bench.readiness.update();
  assert.deepEqual(bench.told, ['transactions cannot be recorded: disk full', null]);
});

test('without a clock and a backend everybody may start where nobody is told of it (B-08)', () => {
  for (const mode of ['noOcpp', 'statusWithoutCard', 'statusWithCard', 'fixedTagWithCard', 'anyCard']) {
    const bench = new Bench(0);
    bench.freeChargingMode = mode;
    bench.readiness.update();
    const mayStart = ['noOcpp', 'statusWithoutCard', 'statusWithCard'].includes(mode);
    assert.equal(bench.readiness.reason === null, mayStart, mode);
  }
});

test('nobody starts while a reset is prepared; when it is given up, everybody may again', () => {
  const bench = new Bench(buildMs + 1);
  bench.readiness.resetting(true);
  bench.readiness.resetting(false);
  assert.deepEqual(bench.told, ['the station is restarting', null]);
});

test('nobody starts while only backup power is left (X-12)', () => {
  const bench = new Bench(buildMs + 1);
  bench.readiness.supplyFailing(true);
  bench.readiness.supplyFailing(false);
  assert.deepEqual(bench.told, ['the supply fails', null]);
});
