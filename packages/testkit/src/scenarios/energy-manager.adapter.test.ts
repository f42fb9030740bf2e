import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

import type { WeekReport } from './energy-manager-worker.ts';

test('a week of triggers every five seconds: each is answered, each brings its message, and nothing grows (V-10, V-13)', async () => {
  const worker = new Worker(new URL('./energy-manager-worker.ts', import.meta.url));
  // What the worker posts is the report of the file next door.
  const [report] = (await once(worker, 'message')) as [WeekReport];
  const { idle, charging, heapBytes, asked, counts, answers } = report;
  assert.equal(asked, 7 * 17_280);
  for (const sizes of idle) assert.deepEqual(sizes, idle[0]);
  for (const sizes of charging) assert.deepEqual(sizes, charging[0]);
  const { timers = 99, ...others } = idle[0] ?? {};
  assert.ok(timers <= 6, `${timers} timers`);
  assert.deepEqual(others, { waiting: 0, rows: 0, documents: 0, problems: 0, transactions: 0, unanswered: 0 });
  assert.equal(charging[0]?.['transactions'], 1);
  assert.equal(counts.get('Trigger 1'), asked);
  assert.deepEqual([...answers], [['TriggerMessage Accepted', asked + asked / 12]]);
  assert.deepEqual([counts.get('StartTransaction'), counts.get('StopTransaction')], [7, 7]);
  assert.equal(counts.get('BootNotification'), 1, 'the link stayed');
  // The second day has everything that is made once.
  const grown = (heapBytes.at(-1) ?? 0) - (heapBytes[1] ?? 0);
  assert.ok(grown < 2_000_000, `the heap grew by ${grown} bytes: ${heapBytes.join(' ')}`);
  assert.equal(report.timersAfterStop, 0, 'stopped, it holds no timer');
});
