import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { equalParts } from './equal-parts.ts';
import type { LimitBound, SharedBound } from './limit-bound.ts';
import { planLimits, type PlannedEvse } from './limit-plan.ts';
import { usageOf } from './offered-limit.ts';

function evse(id: number, over: Partial<PlannedEvse> = {}): PlannedEvse {
  return {
    id,
    power: { evse: id, maxMilliamps: 32_000, minMilliamps: 6_000, phases: 3, nominalVolts: 230 },
    phases: 3,
    phaseChoices: [3],
    bounds: [],
    wish: 'draws',
    order: id,
    stuckMilliamps: null,
    ...over,
  };
}

function profileBound(amps: number): LimitBound {
  const source = { kind: 'profile', purpose: 'tx', id: 7 } as const;
  return { source, unit: 'A', amount: amps * 1000, phases: null, untilMs: null };
}

function station(unit: 'A' | 'W', amount: number): SharedBound {
  return { source: { kind: 'profile', purpose: 'stationMax', id: 1 }, unit, amount: amount * 1000, untilMs: null };
}

function planOf(evses: readonly PlannedEvse[], shared: readonly SharedBound[]): readonly number[] {
  const plan = planLimits(evses, shared);
  return evses.map(({ id }) => plan.get(id)?.milliamps ?? -1);
}

describe('equal parts', () => {
  const rows: readonly (readonly [number, readonly (readonly [number, number])[], readonly number[]])[] = [
    [
      32,
      [
        [32, 6],
        [32, 6],
      ],
      [16, 16],
    ],
    [
      40,
      [
        [32, 6],
        [10, 6],
      ],
      [30, 10],
    ],
    [
      33,
      [
        [32, 6],
        [32, 6],
      ],
      [16, 17],
    ],
    [
      10,
      [
        [32, 6],
        [32, 6],
      ],
      [10, 0],
    ],
    [5, [[32, 6]], [0]],
    [
      17,
      [
        [32, 6],
        [32, 6],
        [32, 6],
      ],
      [8, 9, 0],
    ],
    [
      100,
      [
        [32, 6],
        [0, 6],
      ],
      [32, 0],
    ],
    [0, [[32, 6]], [0]],
  ];
  for (const [total, wishes, parts] of rows) {
    test(`${total} among ${JSON.stringify(wishes)} is ${JSON.stringify(parts)}`, () => {
      assert.deepEqual(
        equalParts(
          total,
          wishes.map(([most, least]) => ({ most, least })),
        ),
        parts,
      );
    });
  }
});

describe('the plan for all EVSEs', () => {
  const rows: readonly (readonly [string, readonly PlannedEvse[], readonly SharedBound[], readonly number[]])[] = [
    [
      'without a shared bound each has its own',
      [evse(1), evse(2, { bounds: [profileBound(10)] })],
      [],
      [32_000, 10_000],
    ],
    ['two share in equal parts', [evse(1), evse(2)], [station('A', 32)], [16_000, 16_000]],
    [
      'what one may not take goes to the other',
      [evse(1, { bounds: [profileBound(10)] }), evse(2)],
      [station('A', 40)],
      [10_000, 30_000],
    ],
    [
      'one that is paused by its profile leaves all',
      [evse(1, { bounds: [profileBound(0)] }), evse(2)],
      [station('A', 20)],
      [0, 20_000],
    ],
    ['watts count the phases', [evse(1), evse(2)], [station('W', 22_080)], [16_000, 16_000]],
    [
      'the earlier goes on where there is too little for two',
      [evse(1, { order: 9 }), evse(2, { order: 3 })],
      [station('A', 10)],
      [0, 10_000],
    ],
    ['4.2 kW are enough for one', [evse(1), evse(2)], [station('W', 4_200)], [6_086, 0]],
    [
      'a car that has had enough keeps the least',
      [evse(1, { wish: 'standsBy' }), evse(2)],
      [station('A', 32)],
      [6_000, 26_000],
    ],
    [
      'and gives way where there is too little',
      [evse(1, { wish: 'standsBy' }), evse(2)],
      [station('A', 10)],
      [0, 10_000],
    ],
    ['and is not lowered for nothing', [evse(1, { wish: 'standsBy' }), evse(2)], [station('A', 64)], [32_000, 32_000]],
    [
      'where nobody charges, what somebody would get',
      [evse(1), evse(2, { wish: 'none' })],
      [station('A', 30)],
      [30_000, 15_000],
    ],
    [
      'hardware that does not follow counts with what it offers',
      [evse(1, { stuckMilliamps: 32_000 }), evse(2)],
      [station('A', 40)],
      [20_000, 8_000],
    ],
    [
      'several bounds are all kept',
      [evse(1), evse(2)],
      [station('A', 40), { ...station('W', 11_040), source: { kind: 'external' } }],
      [8_000, 8_000],
    ],
    [
      'one phase serves two where three cannot',
      [evse(1, { phaseChoices: [3, 1] }), evse(2, { phaseChoices: [3, 1] })],
      [station('W', 4_600)],
      [10_000, 10_000],
    ],
  ];
  for (const [name, evses, shared, expected] of rows) {
    test(name, () => assert.deepEqual(planOf(evses, shared), expected));
  }

  test('the sum never exceeds a shared bound, and nobody gets more than alone', () => {
    const anyEvse = fc.record({
      phases: fc.constantFrom(1 as const, 3 as const),
      switches: fc.boolean(),
      max: fc.integer({ min: 6, max: 63 }),
      own: fc.option(fc.integer({ min: 0, max: 70 })),
      wish: fc.constantFrom('draws' as const, 'standsBy' as const),
      stuck: fc.option(fc.integer({ min: 0, max: 32_000 }), { freq: 8 }),
    });
    const anyShared = fc.record({
      unit: fc.constantFrom('A' as const, 'W' as const),
      amount: fc.integer({ min: 0, max: 30_000 }),
    });
    const property = fc.property(
      fc.array(anyEvse, { maxLength: 6 }),
      fc.array(anyShared, { maxLength: 3 }),
      (given, pots) => {
        const evses = given.map(({ phases, switches, max, own, wish, stuck }, index) =>
          evse(index + 1, {
            power: { evse: index + 1, maxMilliamps: max * 1000, minMilliamps: 6_000, phases, nominalVolts: 230 },
            phases,
            phaseChoices: switches && phases === 3 ? [3, 1] : [phases],
            bounds: own === null ? [] : [profileBound(own)],
            wish,
            stuckMilliamps: stuck,
          }),
        );
        const shared = pots.map(({ unit, amount }) => station(unit, unit === 'A' ? amount % 200 : amount));
        const plan = planLimits(evses, shared);
        for (const bound of shared) {
          const stuck = (each: PlannedEvse): boolean =>
            (each.stuckMilliamps ?? 0) > (plan.get(each.id)?.milliamps ?? 0);
          const offered = evses.map((each) => {
            const limit = plan.get(each.id);
            const milliamps = stuck(each) ? (each.stuckMilliamps ?? 0) : (limit?.milliamps ?? 0);
            return usageOf(
              bound,
              { ...each.power, phases: stuck(each) ? each.phases : (limit?.phases ?? 3) },
              milliamps,
            );
          });
          const stuckSum = evses.reduce((sum, each, index) => sum + (stuck(each) ? (offered[index] ?? 0) : 0), 0);
          const sum = offered.reduce((one, other) => one + other, 0);
          assert.ok(sum <= Math.max(bound.amount, stuckSum), `${sum} of ${bound.amount}`);
        }
        for (const each of evses) {
          const { milliamps } = plan.get(each.id) ?? { milliamps: -1 };
          assert.ok(milliamps === 0 || (milliamps >= 6_000 && milliamps <= each.power.maxMilliamps));
        }
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});
