import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { Cancel } from './time.ts';
import type { Alarm } from './timer-queue.ts';
import { TimerQueue } from './timer-queue.ts';

/** A timer of an operating system that wakes when the test says so, a little early like Node's. */
class TestAlarm implements Alarm {
  now = 0;
  due: { readonly atMs: number; readonly wake: () => void } | null = null;
  armed = 0;

  nowMs(): number {
    return this.now;
  }

  wakeAfter(delayMs: number, wake: () => void): Cancel {
    assert.equal(this.due, null, 'one timer at a time');
    this.armed += 1;
    const due = { atMs: this.now + Math.max(0, delayMs - 0.3), wake };
    this.due = due;
    return () => {
      if (this.due === due) this.due = null;
    };
  }

  /** Lets time pass until nothing waits or the moment is reached. */
  pass(byMs: number): void {
    const endMs = this.now + byMs;
    while (this.due !== null && this.due.atMs <= endMs) {
      const { atMs, wake } = this.due;
      // A wake that came early is followed by one that does not.
      this.now = Math.max(this.now, atMs) + 0.1;
      this.due = null;
      wake();
    }
    this.now = Math.max(this.now, endMs);
  }
}

describe('all timers on one', () => {
  it('fire in the order of their due times and never early, whatever is undone meanwhile', () => {
    const timers = fc.array(
      fc.record({ delayMs: fc.integer({ min: 0, max: 60 }), undo: fc.integer({ min: 0, max: 80 }) }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(timers, (plan) => {
        const alarm = new TestAlarm();
        const queue = new TimerQueue(alarm);
        const fired: number[] = [];
        const cancels = plan.map(({ delayMs }, index) =>
          queue.after(delayMs, () => {
            assert.ok(alarm.now >= delayMs, `timer of ${delayMs} ms at ${alarm.now}`);
            fired.push(index);
          }),
        );
        const isUndone = plan.map(() => false);
        for (let now = 0; now < 70; now++) {
          for (const [index, { undo }] of plan.entries()) {
            if (undo !== now) continue;
            isUndone[index] = !fired.includes(index);
            cancels[index]?.();
            cancels[index]?.();
          }
          alarm.pass(1);
        }
        alarm.pass(100);
        const expected = plan
          .map(({ delayMs }, index) => ({ delayMs, index }))
          .filter(({ index }) => isUndone[index] === false)
          .toSorted((a, b) => a.delayMs - b.delayMs || a.index - b.index)
          .map(({ index }) => index);
        assert.deepEqual(fired, expected);
        assert.equal(queue.size, 0);
        assert.equal(alarm.due, null, 'an empty queue leaves no timer that keeps the process');
      }),
      { numRuns: 300 },
    );
  });

  it('fire also when one of them throws', () => {
    const alarm = new TestAlarm();
    const queue = new TimerQueue(alarm);
    let fired = 0;
    queue.after(1, () => {
      throw new TypeError('boom');
    });
    queue.after(1, () => (fired += 1));
    assert.throws(() => alarm.pass(2), /boom/);
    alarm.pass(2);
    assert.equal(fired, 1);
  });

  it('may be started and undone by each other', () => {
    const alarm = new TestAlarm();
    const queue = new TimerQueue(alarm);
    const fired: string[] = [];
    const undone = queue.after(5, () => fired.push('undone'));
    queue.after(4, () => {
      undone();
      queue.after(0, () => fired.push('at once'));
      queue.after(3, () => fired.push('later'));
    });
    alarm.pass(20);
    assert.deepEqual(fired, ['at once', 'later']);
  });

  it('do not arm the one timer anew for one that is due later', () => {
    const alarm = new TestAlarm();
    const queue = new TimerQueue(alarm);
    queue.after(10, () => undefined);
    for (let count = 0; count < 100; count++) queue.after(1_000 + count, () => undefined)();
    assert.equal(alarm.armed, 1);
  });
});
