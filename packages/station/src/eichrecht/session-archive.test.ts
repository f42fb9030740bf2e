import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import type { SessionRecord } from '../transactions/session-keeping.ts';
import { deliveredMarks, givenUpMark } from './delivery-marks.ts';
import { SessionArchive } from './session-archive.ts';

const station = 's';

function sessionOf(transaction: string): SessionRecord {
  return {
    transaction,
    evse: 1,
    connector: 1,
    idToken: 'CARD',
    startedMs: 1,
    endedMs: 2,
    meterStartWh: 0,
    meterStopWh: 10,
    reason: 'local',
    stopIdToken: null,
    offline: false,
    billing: 'unsigned',
    problem: null,
    meterSerial: null,
    test: false,
  };
}

function archiveOn(store: Store, problems: string[] = []): SessionArchive {
  return new SessionArchive({ station, store, onProblem: (problem) => problems.push(problem) });
}

function ended(transaction: string) {
  const base = { transaction, evse: 1, timeMs: 0, meterWh: 0, reason: 'local', idToken: null } as const;
  return { kind: 'transactionEnded', ...base, samples: [], offline: false, index: 1 } as const;
}

test('a session waits until its end is confirmed, and then has the id of the backend', async () => {
  const store = createMemoryStore();
  const archive = archiveOn(store);
  await store.commit(archive.end(sessionOf('a')));
  await store.commit(archive.end(sessionOf('b')));
  await store.commit(deliveredMarks(station, ended('a'), () => '17'));
  await store.commit([givenUpMark(station, 'b', null)]);
  const shown = (await archive.read({ limit: 9 })).map((each) => [each.number, each.state, each.backendTransaction]);
  assert.deepEqual(shown, [
    [2, 'givenUp', null],
    [1, 'delivered', '17'],
  ]);
  assert.equal((await archive.of('a'))?.number, 1);
  assert.equal(await archive.of('c'), null);
});

test('an end that was given up and is confirmed after all is delivered', async () => {
  const store = createMemoryStore();
  const archive = archiveOn(store);
  await store.commit([...archive.end(sessionOf('a')), givenUpMark(station, 'a', null)]);
  await store.commit(deliveredMarks(station, ended('a'), () => '17'));
  assert.equal((await archive.of('a'))?.state, 'delivered');
});

test('5,000 sessions are kept, and all that wait', async () => {
  const store = createMemoryStore();
  const writer = archiveOn(store);
  const writes = Array.from({ length: 5_200 }, (_, at) => writer.end(sessionOf(`t${at + 1}`))).flat();
  await store.commit(writes);
  const told = Array.from({ length: 300 }, (_, at) => deliveredMarks(station, ended(`t${at + 21}`), () => null)).flat();
  await store.commit(told);
  await store.commit(archiveOn(store).end(sessionOf('last')));
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  const { count } = await store.archiveEdges(station, 'sessions');
  assert.ok(count >= 5_000 && count < 5_010, `${count} are kept`);
  const oldest = await store.readArchive(station, 'sessions', { limit: 21 });
  assert.deepEqual(
    oldest.slice(0, 20).map(({ row }) => row.seq),
    Array.from({ length: 20 }, (_, at) => at + 1),
    'those that wait are all there',
  );
  assert.ok((oldest[20]?.row.seq ?? 0) > 200);
});

test('a session that cannot be read is told, and hides no other', async () => {
  const store = createMemoryStore();
  const problems: string[] = [];
  const archive = archiveOn(store, problems);
  await store.commit(archive.end(sessionOf('a')));
  const row = { seq: 0, group: 'b', key: null, atMs: 0, state: 'waiting' };
  await store.commit([{ op: 'archive', station, archive: 'sessions', row, body: '{"half' }]);
  const first = await archive.page({ limit: 1 });
  assert.deepEqual([first.sessions.length, first.next, problems.length], [0, 2, 1]);
  const second = await archive.page({ limit: 1, before: 2 });
  assert.deepEqual([second.sessions.length, second.next], [1, null]);
});
