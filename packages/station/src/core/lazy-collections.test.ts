import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { LazyMap } from './lazy-map.ts';
import { LazySet } from './lazy-set.ts';

const steps = fc.array(
  fc.record({ act: fc.constantFrom('put', 'remove', 'clear', 'look'), key: fc.integer({ min: 0, max: 5 }) }),
);

describe('a lazy collection', () => {
  it('does whatever a Map does', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const [lazy, real] = [new LazyMap<number, string>(), new Map<number, string>()];
        for (const [index, { act, key }] of plan.entries()) {
          if (act === 'put') {
            lazy.set(key, `${index}`);
            real.set(key, `${index}`);
          } else if (act === 'remove') assert.equal(lazy.delete(key), real.delete(key));
          else if (act === 'clear') {
            lazy.clear();
            real.clear();
          }
          const visited: [number, string][] = [];
          lazy.forEach((value, entry) => visited.push([entry, value]));
          assert.deepEqual([...lazy], [...real]);
          assert.deepEqual(visited, [...real]);
          assert.deepEqual([[...lazy.keys()], [...lazy.values()]], [[...real.keys()], [...real.values()]]);
          assert.deepEqual([lazy.size, lazy.get(key), lazy.has(key)], [real.size, real.get(key), real.has(key)]);
        }
      }),
    );
  });

  it('does whatever a Set does', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const [lazy, real] = [new LazySet<number>(), new Set<number>()];
        for (const { act, key } of plan) {
          if (act === 'put') {
            lazy.add(key);
            real.add(key);
          } else if (act === 'remove') assert.equal(lazy.delete(key), real.delete(key));
          else if (act === 'clear') {
            lazy.clear();
            real.clear();
          }
          assert.deepEqual([[...lazy], lazy.size, lazy.has(key)], [[...real], real.size, real.has(key)]);
        }
      }),
    );
  });
});
