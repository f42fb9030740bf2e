import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { SeqList } from './seq-list.ts';

interface Item {
  readonly seq: number;
  readonly text: string;
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant('append' as const), gap: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('put' as const), seq: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('remove' as const), seq: fc.nat(200) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('removeFirst' as const) }) },
);

void describe('a list by seq', () => {
  void it('behaves like a sorted map', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const list = new SeqList<Item>();
        const model = new Map<number, Item>();
        let highest = 0;
        for (const [turn, each] of steps.entries()) {
          if (each.op === 'append' || each.op === 'put') {
            const seq = each.op === 'append' ? (highest += each.gap) : each.seq;
            highest = Math.max(highest, seq);
            list.put({ seq, text: `${turn}` });
            model.set(seq, { seq, text: `${turn}` });
          } else {
            const seq = each.op === 'remove' ? each.seq : (list.first?.seq ?? -1);
            assert.deepEqual(list.remove(seq), model.get(seq));
            model.delete(seq);
          }
          const sorted = [...model.values()].toSorted((a, b) => a.seq - b.seq);
          assert.equal(list.size, sorted.length);
          assert.deepEqual(list.first, sorted[0]);
          assert.deepEqual([...list], sorted);
          assert.deepEqual(
            [...list.after(100)],
            sorted.filter(({ seq }) => seq > 100),
          );
        }
        for (let seq = 0; seq <= 200; seq++) assert.deepEqual(list.get(seq), model.get(seq));
      }),
      { numRuns: 150 },
    );
  });

  void it('is emptied from the front in time that grows with its length, not with its square', () => {
    const list = new SeqList<Item>();
    const length = 300_000;
    for (let seq = 0; seq < length; seq++) list.put({ seq, text: '' });
    let steps = 0;
    for (let first = list.first; first !== undefined; first = list.first) {
      list.remove(first.seq);
      steps++;
    }
    assert.equal(steps, length);
    assert.equal(list.size, 0);
  });
});
