import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSystemTime } from './system-time.ts';

test('a timer never fires early, whatever the fraction of a millisecond in which it was started', async () => {
  const time = createSystemTime();
  const early: number[] = [];
  for (let tenth = 0; tenth < 100; tenth++) {
    const startMs = Math.ceil(time.monotonicMs()) + (tenth % 10) / 10;
    while (time.monotonicMs() < startMs);
    const startedMs = time.monotonicMs();
    await new Promise<void>((resolve) => {
      time.after(3, resolve);
    });
    const passedMs = time.monotonicMs() - startedMs;
    if (passedMs < 3) early.push(passedMs);
  }
  assert.deepEqual(early, []);
});

test('a timer that was undone does not fire', async () => {
  const time = createSystemTime();
  let fired = false;
  const cancel = time.after(5, () => {
    fired = true;
  });
  cancel();
  cancel();
  await new Promise<void>((resolve) => {
    time.after(20, resolve);
  });
  assert.equal(fired, false);
});

test('a delay longer than a timer of Node takes does not fire at once', async () => {
  const time = createSystemTime();
  let fired = false;
  const cancel = time.after(40 * 86_400_000, () => {
    fired = true;
  });
  await new Promise<void>((resolve) => {
    time.after(20, resolve);
  });
  cancel();
  assert.equal(fired, false);
});

test('a faster world has faster clocks and timers alike', async () => {
  const time = createSystemTime({ speed: 100 });
  const [startMs, startWallMs, realMs] = [time.monotonicMs(), time.systemWallMs(), performance.now()];
  await new Promise<void>((resolve) => {
    time.after(2_000, resolve);
  });
  const passedMs = time.monotonicMs() - startMs;
  assert.ok(passedMs >= 2_000, `${passedMs} ms passed`);
  assert.ok(performance.now() - realMs < 1_900);
  assert.ok(Math.abs(time.systemWallMs() - startWallMs - passedMs) < 1_000);
});
