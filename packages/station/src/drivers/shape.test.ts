import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { KerbsideError } from '../core/errors.ts';
import { hardwareCommandShape, hardwareDescriptionShape, hardwareEventShape } from './hardware-shapes.ts';
import { integer, listOf, object, optional, parse, tagged, text } from './shape.ts';
import type { Shape } from './shape.ts';

const how = { code: 'driver.refused', what: 'the thing' } as const;

describe('a shape', () => {
  const shape = object({ name: text(1, 3), sizes: listOf(object({ mm: integer(0, 9) })), colour: optional(text()) });

  it('gives back a copy with the known fields only', () => {
    assert.deepEqual(parse(shape, { name: 'abc', sizes: [{ mm: 1, cm: 2 }], other: true }, how), {
      name: 'abc',
      sizes: [{ mm: 1 }],
    });
  });

  const bad: readonly (readonly [unknown, RegExp])[] = [
    [null, /the thing: it is null; expected an object/],
    [{ sizes: [] }, /name is missing; expected text of 1 to 3 characters/],
    [{ name: 'abcd', sizes: [] }, /name is "abcd"/],
    [{ name: 'a', sizes: [{ mm: 3 }, { mm: 10 }] }, /sizes\[1\]\.mm is 10; expected a whole number from 0 to 9/],
    [{ name: 'a', sizes: {} }, /sizes is \{\}; expected a list/],
    [{ name: 'a', sizes: [], colour: 3 }, /colour is 3; expected text/],
  ];
  for (const [value, message] of bad) {
    it(`refuses ${JSON.stringify(value)} and names the place`, () => {
      assert.throws(() => parse(shape, value, how), { code: 'driver.refused', message });
    });
  }

  it('tells the members of a union apart by their tag, and takes no inherited name for one', () => {
    const union = tagged('kind', { circle: object({ radius: integer(0) }), point: object({}) });
    assert.deepEqual(parse(union, { kind: 'circle', radius: 2 }, how), { kind: 'circle', radius: 2 });
    for (const kind of ['square', 'toString', undefined]) {
      assert.throws(() => parse(union, { kind }, how), /kind .*expected one of circle, point/);
    }
  });
});

describe('the shapes of the contract', () => {
  it('throw nothing but a KerbsideError, whatever comes', () => {
    const shapes: readonly Shape<unknown>[] = [hardwareCommandShape, hardwareDescriptionShape, hardwareEventShape];
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...shapes), (value, shape) => {
        try {
          parse(shape, value, how);
        } catch (error) {
          assert.ok(error instanceof KerbsideError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
