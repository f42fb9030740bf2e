import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { KerbsideError } from '../../core/errors.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import { initialEvseState, type EvseState } from '../../evse/evse-state.ts';
import type { EvseDescription, HardwareCommand } from '../../evse/hardware.ts';
import type { LimitBound, SharedBound } from '../../smartcharging/limit-bound.ts';
import { LimitKeeper, phaseSwitchPauseMs } from './limit-keeper.ts';
import type { LimitedEvse } from './limit-ports.ts';

/** An EVSE whose car follows its offer after a second. */
class FakeEvse implements LimitedEvse {
  readonly id: number;
  readonly description: EvseDescription;
  state: EvseState = initialEvseState;
  readonly keeper: { record: { readonly key: string; readonly startedMs: number } | null; readonly clockMs: null } = {
    record: null,
    clockMs: null,
  };
  closed = false;
  readonly told: boolean[] = [];
  readonly #bench: Bench;

  constructor(id: number, phaseSwitching: boolean, bench: Bench) {
    this.id = id;
    this.#bench = bench;
    this.description = {
      id,
      maxMilliamps: 32_000,
      minMilliamps: 6_000,
      phases: 3,
      nominalVolts: 230,
      fixedCable: true,
      phaseSwitching,
      meter: null,
      state: { pilot: 'A', cableMilliamps: null, contactor: 'open', lock: 'none', faults: [] },
    };
  }

  offerChanged(offered: boolean): void {
    this.told.push(offered);
    this.state = { ...this.state, offered };
  }

  async withOpenContactor(work: () => Promise<void>): Promise<void> {
    const was = this.closed;
    this.open();
    await work();
    if (was) await this.close();
  }

  async begin(): Promise<void> {
    this.keeper.record = { key: `T${this.id}`, startedMs: this.#bench.time.monotonicMs() };
    await this.close();
  }

  end(): void {
    this.keeper.record = null;
    this.open();
  }

  async close(): Promise<void> {
    const grant = { idToken: 'A', parentIdToken: null, via: 'card', movable: false } as const;
    this.state = { ...this.state, phase: { kind: 'running', grant, energy: 'on', settling: false } };
    await this.#bench.keeper.admit(this.id);
    this.closed = true;
    this.#bench.story.push(`close ${this.id}`);
    this.follow();
  }

  open(): void {
    this.state = { ...this.state, phase: { kind: 'idle' } };
    this.closed = false;
    this.pilot('B');
    this.#bench.story.push(`open ${this.id}`);
    this.#bench.keeper.opened(this.id);
  }

  pilot(pilot: EvseState['pilot']): void {
    this.state = { ...this.state, pilot };
    this.#bench.keeper.evaluate();
  }

  /** The car does what it is offered. */
  follow(): void {
    const draws = this.closed && (this.#bench.offered.get(this.id) ?? 0) > 0;
    const pilot = draws ? 'C' : 'B';
    if (this.state.pilot !== pilot) this.pilot(pilot);
  }
}

class Bench {
  readonly time = new VirtualTime();
  readonly story: string[] = [];
  readonly problems: string[] = [];
  /** What each hardware offers, in mA; between order and answer the most of both. */
  readonly offered = new Map<number, number>();
  readonly phases = new Map<number, 1 | 3>();
  shared: readonly SharedBound[] = [];
  readonly own = new Map<number, readonly LimitBound[]>();
  nextMs: number | null = null;
  refuses = false;
  delayMs = 50;
  readonly evses: readonly FakeEvse[];
  readonly keeper: LimitKeeper;
  settled = false;

  constructor(count = 2, phaseSwitching = false) {
    this.evses = Array.from({ length: count }, (_, index) => new FakeEvse(index + 1, phaseSwitching, this));
    this.keeper = new LimitKeeper({
      time: this.time,
      clock: { nowMs: () => this.time.monotonicMs() },
      evses: () => this.evses,
      sources: {
        own: ({ id }) => ({ bounds: this.own.get(id) ?? [], nextMs: null }),
        shared: () => ({ bounds: this.shared, nextMs: this.nextMs }),
      },
      phasesConnected: () => 3,
      command: (command) => this.#command(command),
      onPlanned: (settled) => {
        this.settled = settled;
      },
      onProblem: (text) => this.problems.push(text),
    });
  }

  at(id: number): FakeEvse {
    const evse = this.evses.find((each) => each.id === id);
    assert.ok(evse !== undefined);
    return evse;
  }

  /** The sum of what all that could draw are offered. */
  sum(unit: 'A' | 'W'): number {
    return this.evses
      .filter(({ closed }) => closed)
      .reduce((sum, { id }) => {
        const milliamps = this.offered.get(id) ?? 0;
        return sum + (unit === 'A' ? milliamps : milliamps * 230 * (this.phases.get(id) ?? 3));
      }, 0);
  }

  station(amps: number | null): void {
    this.shared =
      amps === null ? [] : [{ source: { kind: 'external' }, unit: 'A', amount: amps * 1000, untilMs: null }];
    this.keeper.evaluate();
  }

  profile(id: number, bound: { readonly unit?: 'A' | 'W'; readonly limit: number; readonly phases?: number }): void {
    const { unit = 'A', limit, phases = null } = bound;
    const source = { kind: 'profile', purpose: 'tx', id: 1 } as const;
    this.own.set(id, [{ source, unit, amount: limit * 1000, phases, untilMs: null }]);
    this.keeper.evaluate();
  }

  async #command(command: HardwareCommand): Promise<unknown> {
    if (command.type !== 'setLimit' && command.type !== 'setPhases') return {};
    const { evse } = command;
    const refused = this.refuses;
    if (command.type === 'setLimit') {
      const before = this.offered.get(evse) ?? 0;
      this.offered.set(evse, this.at(evse).closed ? Math.max(before, command.milliamps) : command.milliamps);
    } else assert.equal(this.at(evse).closed, false, 'the phases are switched while the contactor is open');
    const done = Promise.withResolvers<void>();
    this.time.after(this.delayMs, done.resolve);
    await done.promise;
    if (refused) throw new KerbsideError('driver.refused', 'no');
    if (command.type === 'setPhases') {
      this.story.push(`phases ${evse} ${command.phases}`);
      this.phases.set(evse, command.phases);
      return {};
    }
    this.story.push(`limit ${evse} ${command.milliamps / 1000}`);
    this.offered.set(evse, command.milliamps);
    this.time.after(1_000, () => this.at(evse).follow());
    return {};
  }
}

async function begin(bench: Bench, id: number): Promise<void> {
  const begun = bench.at(id).begin();
  await bench.time.advance(3_000);
  await begun;
}

describe('what the hardware is told', () => {
  test('a second car lowers the first before it gets its part, within a second (SC-05)', async () => {
    const bench = new Bench();
    bench.station(32);
    await begin(bench, 1);
    await begin(bench, 2);
    assert.deepEqual(bench.story, ['limit 1 32', 'close 1', 'limit 1 16', 'limit 2 16', 'close 2']);
    bench.at(2).end();
    await bench.time.advance(1_000);
    assert.deepEqual(bench.story.slice(5), ['open 2', 'limit 2 0', 'limit 1 32']);
  });

  test('a report that the contactor is open says nothing new while it is about to close', async () => {
    const bench = new Bench();
    const begun = bench.at(1).begin();
    bench.keeper.opened(1);
    await bench.time.advance(3_000);
    await begun;
    assert.deepEqual(bench.story, ['limit 1 32', 'close 1']);
  });

  test('a car that has had enough leaves all but the least to the other, and gets its part when it wants it again', async () => {
    const bench = new Bench();
    bench.station(32);
    await begin(bench, 1);
    await begin(bench, 2);
    bench.at(1).pilot('B');
    await bench.time.advance(900);
    assert.deepEqual([bench.offered.get(1), bench.offered.get(2)], [6_000, 26_000]);
    bench.at(1).pilot('C');
    await bench.time.advance(900);
    assert.deepEqual([bench.offered.get(1), bench.offered.get(2)], [16_000, 16_000]);
  });

  test('a pause is told at once, and its end when the car takes what it gets (SC-09)', async () => {
    const bench = new Bench(1);
    await begin(bench, 1);
    bench.profile(1, { limit: 5 });
    assert.equal(bench.at(1).state.offered, false);
    await bench.time.advance(2_000);
    assert.equal(bench.offered.get(1), 0);
    bench.profile(1, { limit: 10 });
    await bench.time.advance(500);
    assert.equal(bench.at(1).state.offered, false);
    await bench.time.advance(1_000);
    assert.deepEqual([bench.at(1).state.offered, bench.offered.get(1)], [true, 10_000]);
  });

  test('a limit that the hardware refuses is tried again each second, is told once, and counts with the old one', async () => {
    const bench = new Bench();
    bench.station(40);
    await begin(bench, 1);
    bench.refuses = true;
    bench.profile(1, { limit: 10 });
    await bench.time.advance(3_500);
    assert.equal(bench.problems.length, 1);
    assert.match(bench.problems[0] ?? '', /EVSE 1: the limit of 10 A could not be set/);
    bench.refuses = false;
    const other = bench.at(2).begin();
    await bench.time.advance(60);
    assert.equal(bench.story.at(-2), 'limit 2 8');
    await bench.time.advance(2_000);
    await other;
    assert.deepEqual([bench.offered.get(1), bench.offered.get(2)], [10_000, 30_000]);
  });

  test('a boundary of a schedule is met without anything else happening', async () => {
    const bench = new Bench(1);
    await begin(bench, 1);
    bench.nextMs = bench.time.monotonicMs() + 7 * 3_600_000;
    bench.keeper.evaluate();
    bench.own.set(1, [{ source: { kind: 'operator' }, unit: 'A', amount: 8_000, phases: null, untilMs: null }]);
    const boundaryMs = bench.nextMs;
    await bench.time.advance(boundaryMs - bench.time.monotonicMs());
    bench.nextMs = null;
    await bench.time.advance(100);
    assert.equal(bench.offered.get(1), 8_000);
  });
});

describe('the phases', () => {
  test('are switched with an open contactor, nothing offered, and not again before the pause', async () => {
    const bench = new Bench(1, true);
    await begin(bench, 1);
    bench.story.length = 0;
    bench.profile(1, { limit: 16, phases: 1 });
    await bench.time.advance(20_000);
    assert.deepEqual(bench.story, ['limit 1 0', 'open 1', 'phases 1 1', 'limit 1 16', 'close 1']);
    assert.equal(bench.keeper.phases(1), 1);
    bench.story.length = 0;
    bench.profile(1, { limit: 20, phases: 3 });
    await bench.time.advance(phaseSwitchPauseMs - 40_000);
    assert.deepEqual(bench.story, ['limit 1 20']);
    await bench.time.advance(60_000);
    assert.deepEqual(bench.story, ['limit 1 20', 'limit 1 0', 'open 1', 'phases 1 3', 'limit 1 20', 'close 1']);
  });

  test('become one where a power is too little for three', async () => {
    const bench = new Bench(1, true);
    await begin(bench, 1);
    bench.profile(1, { unit: 'W', limit: 3_680 });
    await bench.time.advance(20_000);
    assert.deepEqual([bench.phases.get(1), bench.offered.get(1), bench.at(1).state.offered], [1, 16_000, true]);
  });

  test('stay as they are where the hardware cannot switch', async () => {
    const bench = new Bench(1);
    await begin(bench, 1);
    bench.profile(1, { limit: 16, phases: 1 });
    await bench.time.advance(20_000);
    assert.equal(bench.story.filter((line) => line.startsWith('phases')).length, 0);
    assert.equal(bench.offered.get(1), 16_000);
  });
});

type Step =
  | { readonly kind: 'begin' | 'end' | 'pause' | 'resume'; readonly evse: number }
  | { readonly kind: 'profile'; readonly evse: number; readonly limit: number }
  | { readonly kind: 'station'; readonly amps: number | null }
  | { readonly kind: 'refuses'; readonly refuses: boolean }
  | { readonly kind: 'pass'; readonly ms: number };

const anyEvse = fc.integer({ min: 1, max: 3 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('begin' as const, 'end' as const, 'pause' as const, 'resume' as const),
    evse: anyEvse,
  }),
  fc.record({ kind: fc.constant('profile' as const), evse: anyEvse, limit: fc.integer({ min: 0, max: 40 }) }),
  fc.record({ kind: fc.constant('station' as const), amps: fc.option(fc.integer({ min: 0, max: 80 }), { freq: 6 }) }),
  fc.record({ kind: fc.constant('refuses' as const), refuses: fc.boolean() }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 10, max: 5_000 }) }),
);

test('whatever happens, a rise never takes the sum above the maximum, and within a second the sum is below it (SC-05)', async () => {
  const property = fc.asyncProperty(fc.array(anyStep, { maxLength: 40 }), async (steps) => {
    const bench = new Bench(3);
    let before = 0;
    const look = (): void => {
      const maximum = bench.shared[0]?.amount ?? Number.POSITIVE_INFINITY;
      const sum = bench.sum('A');
      assert.ok(sum <= Math.max(maximum, before), `the sum rose to ${sum} of ${maximum}`);
      before = sum;
    };
    const pass = async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 10) {
        await bench.time.advance(10);
        look();
      }
    };
    for (const step of steps) {
      await perform(bench, step, pass);
      look();
    }
    bench.refuses = false;
    bench.keeper.evaluate();
    await pass(2_500);
    const maximum = bench.shared[0]?.amount ?? Number.POSITIVE_INFINITY;
    assert.ok(bench.sum('A') <= maximum, 'in the end');
    assert.ok(bench.settled, 'the hardware is where it should be');
    bench.keeper.stop();
  });
  await fc.assert(property, { numRuns: 150 });
});

async function perform(bench: Bench, step: Step, pass: (ms: number) => Promise<void>): Promise<void> {
  switch (step.kind) {
    case 'begin': {
      const evse = bench.at(step.evse);
      if (evse.keeper.record === null) {
        evse.begin().catch(() => {
          evse.keeper.record = null;
        });
      }
      // A contactor that is about to close is waited for, as the switch of the energy does.
      await pass(200);
      return;
    }
    case 'end': {
      const evse = bench.at(step.evse);
      if (evse.closed) evse.end();
      return;
    }
    case 'pause':
    case 'resume': {
      const evse = bench.at(step.evse);
      const offered = (bench.offered.get(evse.id) ?? 0) > 0;
      if (evse.closed && offered) evse.pilot(step.kind === 'pause' ? 'B' : 'C');
      return;
    }
    case 'profile':
      bench.profile(step.evse, { limit: step.limit });
      return;
    case 'station':
      bench.station(step.amps);
      return;
    case 'refuses':
      bench.refuses = step.refuses;
      return;
    case 'pass':
      await pass(step.ms);
  }
}
