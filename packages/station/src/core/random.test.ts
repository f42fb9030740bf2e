import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { createSeededRandom, createSystemRandom, type Random } from './random.ts';

const version4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const take = (random: Random, count: number): readonly number[] => Array.from({ length: count }, () => random.next());

describe('seeded chance', () => {
  test('is the same for the same seed on every machine and in every version', () => {
    assert.deepEqual(take(createSeededRandom('CP 1'), 5), take(createSeededRandom('CP 1'), 5));
    assert.equal(createSeededRandom('CP 1').uuid(), createSeededRandom('CP 1').uuid());
    assert.deepEqual(
      take(createSeededRandom('kerbside'), 3).map((value) => value.toFixed(6)),
      ['0.708626', '0.070583', '0.772406'],
    );
  });

  test('differs between seeds, so that a fleet spreads out (T-06)', () => {
    const firsts = Array.from({ length: 1000 }, (_, station) => createSeededRandom(`CP${station}`).next());
    assert.equal(new Set(firsts).size, 1000);
    const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
    assert.ok(Math.abs(mean - 0.5) < 0.05, `mean ${mean}`);
  });

  test('stays in [0, 1) and spreads over it, whatever the seed', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const values = take(createSeededRandom(seed), 400);
        assert.ok(values.every((value) => value >= 0 && value < 1));
        for (const quarter of [0, 1, 2, 3]) {
          const within = values.filter((value) => Math.floor(value * 4) === quarter).length;
          assert.ok(within > 40, `${within} of 400 in quarter ${quarter}`);
        }
      }),
      { numRuns: 100 },
    );
  });
});

for (const [name, random] of [
  ['seeded', createSeededRandom('ids')],
  ['system', createSystemRandom()],
] as const) {
  test(`${name} identifiers are UUIDs of version 4, of 36 characters, and none comes twice (T-09)`, () => {
    const ids = Array.from({ length: 2000 }, () => random.uuid());
    for (const id of ids) assert.match(id, version4);
    assert.equal(new Set(ids).size, ids.length);
  });
}

test('the chance of the operating system stays in [0, 1)', () => {
  const values = take(createSystemRandom(), 1000);
  assert.ok(values.every((value) => value >= 0 && value < 1));
  assert.ok(new Set(values).size > 990);
});
