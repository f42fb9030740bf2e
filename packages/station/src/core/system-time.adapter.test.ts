import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSystemTime } from './system-time.ts';

test('a timer never fires early, also when it was started late in a long turn of the event loop', async () => {
  const time = createSystemTime();
  const blockedUntilMs = performance.now() + 30;
  while (performance.now() < blockedUntilMs);
  const startedMs = time.monotonicMs();
  const passedMs = await new Promise<number>((resolve) => {
    time.after(20, () => resolve(time.monotonicMs() - startedMs));
  });
  assert.ok(passedMs >= 20, `it fired after ${passedMs} ms`);
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
