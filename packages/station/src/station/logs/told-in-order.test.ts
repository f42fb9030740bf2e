import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Outcome } from '../../delivery/session.ts';
import { ToldInOrder } from './told-in-order.ts';

type Told = Outcome<Record<never, never>>;

describe('reports that are told in order', () => {
  /** Each report waits until the test answers it. */
  function bench(forget: (report: string) => Promise<void> | void = () => undefined) {
    const sent: string[] = [];
    const told: string[] = [];
    let answer: (outcome: Told) => void = () => assert.fail('nothing is on its way');
    const reports = new ToldInOrder<string>({
      send: (report) => {
        sent.push(report);
        return new Promise((resolve) => (answer = resolve));
      },
      onTold: (report) => {
        told.push(report);
        return forget(report);
      },
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

  it('wait until the one before is forgotten on disk, and are not all told before that', async () => {
    const written = Promise.withResolvers<void>();
    const { reports, sent, end } = bench((report) => (report === 'a' ? written.promise : undefined));
    reports.add('a');
    reports.add('b');
    await end({ kind: 'answered', answer: {} });
    assert.deepEqual([sent, reports.waiting], [['a'], ['a', 'b']]);
    written.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([sent, reports.waiting], [['a', 'b'], ['b']]);
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
