import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { openParameters, type Parameters } from './parameters.ts';
import { ScheduledChanges } from './scheduled-changes.ts';

const by = { source: 'operator', who: 'ina' } as const;
const wanted = [{ name: 'backend.heartbeatInterval', value: '600' }];

interface Bench {
  readonly params: Parameters;
  readonly scheduled: ScheduledChanges;
  readonly problems: string[];
  charging: boolean;
}

async function bench(store: Store = createMemoryStore()): Promise<Bench> {
  const clock = { nowMs: () => 7 };
  const params = await openParameters({ station: 'S', store, clock, time: { monotonicMs: () => 0 } });
  const problems: string[] = [];
  const made: Bench = {
    params,
    problems,
    charging: true,
    scheduled: new ScheduledChanges({
      station: 'S',
      store,
      params,
      clock,
      idle: () => !made.charging,
      onProblem: (problem) => problems.push(problem),
    }),
  };
  return made;
}

/** Lets everything that was begun come to its end. */
const settled = (scheduled: ScheduledChanges): Promise<void> => scheduled.cancel();

async function ended(made: Bench): Promise<void> {
  made.charging = false;
  made.scheduled.transactionsChanged();
  await settled(made.scheduled);
}

test('changes wait as long as somebody charges, and count afterwards', async () => {
  const made = await bench();
  await made.scheduled.set(wanted, by);
  made.scheduled.transactionsChanged();
  assert.equal(made.params.get('backend.heartbeatInterval'), 300);
  assert.deepEqual(made.scheduled.view(), { changes: { 'backend.heartbeatInterval': '600' }, who: 'ina', atMs: 7 });
  await ended(made);
  assert.equal(made.params.get('backend.heartbeatInterval'), 600);
  assert.equal(made.scheduled.view(), null);
});

test('where nobody charges they count at once', async () => {
  const made = await bench();
  made.charging = false;
  await made.scheduled.set(wanted, by);
  assert.equal(made.params.get('backend.heartbeatInterval'), 600);
});

test('they outlive a power cut, and are applied at the start when nobody charges any more', async () => {
  const store = createMemoryStore();
  await (await bench(store)).scheduled.set(wanted, by);
  const next = await bench(store);
  next.charging = false;
  next.scheduled.start();
  await settled(next.scheduled);
  assert.equal(next.params.get('backend.heartbeatInterval'), 600);
  const third = await bench(store);
  third.scheduled.start();
  await third.scheduled.set([], by);
  assert.deepEqual(third.scheduled.view()?.changes, {});
});

test('what was taken back is not applied', async () => {
  const made = await bench();
  await made.scheduled.set(wanted, by);
  await made.scheduled.cancel();
  await ended(made);
  assert.equal(made.params.get('backend.heartbeatInterval'), 300);
});

test('what has become impossible meanwhile is told, and does not wait for ever', async () => {
  const made = await bench();
  await made.scheduled.set([{ name: 'backend.heartbeatInterval', value: 'x' }, ...wanted], by);
  await ended(made);
  assert.match(made.problems[0] ?? '', /refused: Must be a whole number/);
  assert.equal(made.scheduled.view(), null);
  assert.equal(made.params.get('backend.heartbeatInterval'), 300, 'all or nothing');
});

test('a secret that waits is not shown', async () => {
  const made = await bench();
  await made.scheduled.set([{ name: 'AuthorizationKey', value: 'geheim-4711-geheim' }], by);
  assert.deepEqual(made.scheduled.view()?.changes, { 'backend.authorizationKey': '********' });
});

test('a disk that fails is told to who asked, and nothing waits', async () => {
  const store = createMemoryStore();
  const made = await bench({ ...store, commit: () => Promise.reject(new Error('disk full')) });
  await assert.rejects(made.scheduled.set(wanted, by), /disk full/);
  assert.equal(made.scheduled.view(), null);
});
