import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { freshState, type OutboxRow } from '../store/store.ts';
import { noOverflow, overflowStep } from './overflow-episode.ts';
import { planOverflow } from './overflow.ts';

type Short = readonly [kind: string, group: string | null];

function rowsOf(shorts: readonly Short[]): readonly OutboxRow[] {
  return shorts.map(([kind, group], seq) => {
    return { seq, lane: group === null ? 'event' : 'transaction', group, kind, state: freshState };
  });
}

const start: Short = ['transactionStarted', 'a'];
const stop: Short = ['transactionEnded', 'a'];
const values: Short = ['meterValues+periodic', 'a'];
const ofB: Short = ['meterValues+periodic', 'b'];
const idle: Short = ['meterValues+periodic', null];
const event: Short = ['securityEvent', null];

function planned(
  shorts: readonly Short[],
  bound: number,
  sent: readonly number[] = [],
): { dropped: number[]; thinned: number[] } {
  const { dropped, thinned } = planOverflow(rowsOf(shorts), bound, ({ seq }) => sent.includes(seq));
  return { dropped: dropped.map(({ seq }) => seq), thinned: thinned.map(({ seq }) => seq) };
}

void describe('a queue that is too long (row 11)', () => {
  void it('keeps everything up to the bound', () => {
    assert.deepEqual(planned([start, values, values, stop], 4), { dropped: [], thinned: [] });
  });

  void it('drops the oldest of the non-transaction class first, and never a security event', () => {
    assert.deepEqual(planned([event, idle, start, values, values, values, idle, stop], 7), {
      dropped: [1],
      thinned: [],
    });
    assert.deepEqual(planned([event, event, start, stop], 1), { dropped: [], thinned: [] });
  });

  void it('then takes every second sample of a transaction, first and last kept', () => {
    assert.deepEqual(planned([start, values, values, values, values, values, stop], 6), {
      dropped: [],
      thinned: [2, 4],
    });
  });

  void it('goes on with the next transaction, then begins again, until the bound holds', () => {
    const queue = [start, values, ofB, values, ofB, values, ofB, values, ofB, values, ofB, stop];
    assert.deepEqual(planned(queue, 9).thinned, [3, 7, 4, 8]);
    assert.deepEqual(planned(queue, 7).thinned, [3, 7, 4, 8, 5]);
  });

  void it('exceeds the bound rather than losing Start, Stop, signed values, first and last', () => {
    const signed: Short = ['meterValues+signed', 'a'];
    const begin: Short = ['meterValues', 'a'];
    assert.deepEqual(planned([start, begin, signed, signed, values, values, stop], 1), { dropped: [], thinned: [] });
  });

  void it('leaves alone what was sent', () => {
    assert.deepEqual(planned([values, values, values, values, values], 4, [1]).thinned, [2]);
  });

  void it('always ends, holds the bound when it can, and keeps first and last of every transaction', () => {
    const short = fc.constantFrom(start, stop, values, values, values, ofB, ofB, idle, event);
    fc.assert(
      fc.property(fc.array(short, { maxLength: 80 }), fc.nat(60), (shorts, bound) => {
        const rows = rowsOf(shorts);
        const { dropped, thinned } = planOverflow(rows, bound, () => false);
        const gone = new Set([...dropped, ...thinned].map(({ seq }) => seq));
        const left = rows.filter(({ seq }) => !gone.has(seq));
        for (const group of ['a', 'b']) {
          const of = (some: readonly OutboxRow[]): readonly number[] =>
            some.filter((row) => row.group === group && row.kind === 'meterValues+periodic').map(({ seq }) => seq);
          assert.equal(of(left)[0], of(rows)[0]);
          assert.equal(of(left).at(-1), of(rows).at(-1));
          if (left.length > bound) assert.ok(of(left).length <= 2);
        }
        for (const row of rows) {
          if (!row.kind.startsWith('meterValues')) assert.ok(!gone.has(row.seq));
        }
      }),
      { numRuns: 200 },
    );
  });
});

void describe('an episode of overflow', () => {
  void it('begins above the bound, ends below four fifths of it, and counts what left', () => {
    const began = overflowStep(noOverflow, { waiting: 101, left: 100, bound: 100 });
    assert.deepEqual(began, { episode: { open: true, dropped: 1 }, began: true, ended: false, dropped: 1 });
    const on = overflowStep(began.episode, { waiting: 101, left: 80, bound: 100 });
    assert.deepEqual(on, { episode: { open: true, dropped: 22 }, began: false, ended: false, dropped: 22 });
    const ended = overflowStep(on.episode, { waiting: 79, left: 79, bound: 100 });
    assert.deepEqual(ended, { episode: noOverflow, began: false, ended: true, dropped: 22 });
  });

  void it('can begin and end in one step', () => {
    const step = overflowStep(noOverflow, { waiting: 101, left: 51, bound: 100 });
    assert.deepEqual([step.began, step.ended, step.episode.open], [true, true, false]);
  });
});
