import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from './virtual-time.ts';

test('timers fire in order of their due time, then of their creation, and see the moment they were due at', async () => {
  const time = new VirtualTime();
  const fired: string[] = [];
  const note = (name: string) => (): void => {
    fired.push(`${name}@${time.monotonicMs()}`);
  };
  time.after(20, note('late'));
  time.after(10, note('first'));
  time.after(10, note('second'));
  time.after(-5, note('past'));
  await time.advance(15);
  assert.deepEqual(fired, ['past@0', 'first@10', 'second@10']);
  assert.equal(time.monotonicMs(), 15);
  assert.equal(time.pendingTimers, 1);
  assert.equal(time.nextDueMs, 20);
});

test('a timer that a timer starts fires in the same advance when it is due in it', async () => {
  const time = new VirtualTime();
  const at: number[] = [];
  const again = (): void => {
    at.push(time.monotonicMs());
    time.after(10, again);
  };
  time.after(10, again);
  await time.advance(35);
  assert.deepEqual(at, [10, 20, 30]);
});

test('promises settle before, between and after timers', async () => {
  const time = new VirtualTime();
  const story: string[] = [];
  const work = async (): Promise<void> => {
    await Promise.resolve();
    story.push('before');
    await new Promise<void>((resolve) => {
      time.after(10, resolve);
    });
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    story.push('between');
    await new Promise<void>((resolve) => {
      time.after(10, resolve);
    });
    story.push('after');
  };
  void work();
  await time.advance(20);
  assert.deepEqual(story, ['before', 'between', 'after']);
});

test('a timer that was undone does not fire, and undoing again or afterwards is harmless', async () => {
  const time = new VirtualTime();
  let fired = 0;
  const undone = time.after(10, () => fired++);
  undone();
  undone();
  const done = time.after(5, () => fired++);
  await time.advance(20);
  done();
  assert.equal(fired, 1);
  assert.equal(time.pendingTimers, 0);
});

test('until stops at the timer that makes the condition true, and at the limit otherwise', async () => {
  const time = new VirtualTime();
  let ready = false;
  time.after(70, () => (ready = true));
  time.after(500, () => undefined);
  assert.equal(await time.until(() => ready, 100), true);
  assert.equal(time.monotonicMs(), 70);
  assert.equal(await time.until(() => false, 100), false);
  assert.equal(time.monotonicMs(), 170);
});

test('the clock of the system may jump; the monotonic one does not', async () => {
  const time = new VirtualTime(Date.UTC(2026, 0, 1));
  await time.advance(1000);
  time.setSystemWallMs(Date.UTC(1970, 0, 1));
  assert.equal(time.monotonicMs(), 1000);
  await time.advance(500);
  assert.equal(time.systemWallMs(), 500);
  assert.equal(time.monotonicMs(), 1500);
});
