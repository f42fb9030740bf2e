import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Outcome } from '../../delivery/session.ts';
import { ToldInOrder } from './told-in-order.ts';

type Told = Outcome<Record<never, never>>;

describe('reports that are told in order', () => {
  /** Each report waits until the test answers it. */
  function bench() {
    const sent: string[] = [];
    const told: string[] = [];
    let answer: (outcome: Told) => void = () => assert.fail('nothing is on its way');
    const reports = new ToldInOrder<string>({
      send: (report) => {
        sent.push(report);
        return new Promise((resolve) => (answer = resolve));
      },
      onTold: (report) => told.push(report),
      onProblem: (problem) => assert.fail(problem),
    });
    const end = async (outcome: Told): Promise<void> => {
      answer(outcome);
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { reports, sent, told, end };
  }

  it('go one after the other', async () => {
    const { reports, sent, told, end } = bench();
    reports.add('a');
    reports.add('b');
    assert.deepEqual(sent, ['a']);
    await end({ kind: 'answered', answer: {} });
    assert.deepEqual([sent, told], [['a', 'b'], ['a']]);
    await end({ kind: 'answered', answer: {} });
    assert.deepEqual([told, reports.waiting], [['a', 'b'], []]);
  });

  it('wait for the next registration when the link cut one', async () => {
    const { reports, sent, end } = bench();
    reports.add('a');
    await end({ kind: 'linkLost' });
    assert.deepEqual([sent, reports.waiting], [['a'], ['a']]);
    reports.tell();
    assert.deepEqual(sent, ['a', 'a']);
  });

  it('go out again when the registration came while the one that was cut was still on its way', async () => {
    const { reports, sent, told, end } = bench();
    reports.add('a');
    reports.tell();
    await end({ kind: 'linkLost' });
    assert.deepEqual(sent, ['a', 'a']);
    await end({ kind: 'answered', answer: {} });
    assert.deepEqual(told, ['a']);
  });
});
