import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { Logbook } from './logbook.ts';

const clock = { nowMs: (): number => 1_795_000_000_000, valid: true };

async function filled(count: number): Promise<Store> {
  const store = createMemoryStore();
  const logbook = new Logbook({ station: 's', store, clock });
  for (let each = 1; each <= count; each++) await logbook.record('timeSet', 1, `Set ${each}.`, 'station');
  return store;
}

test('entries are counted by the store, also those of different commits and lives', async () => {
  const store = await filled(2);
  const other = new Logbook({ station: 's', store, clock: { ...clock, valid: false } });
  await store.commit([
    ...other.entry('unbillable', 2, 'No end.', 'station', 'M-1'),
    ...other.entry('blocked', 0, 'B.', 'operator'),
  ]);
  const entries = await other.read({ limit: 3 });
  assert.deepEqual(
    entries.map(({ number, kind, evse, by, detail, estimated }) => [number, kind, evse, by, detail, estimated]),
    [
      [4, 'blocked', 0, 'operator', null, true],
      [3, 'unbillable', 2, 'station', 'M-1', true],
      [2, 'timeSet', 1, 'station', null, false],
    ],
  );
  assert.deepEqual(
    (await other.read({ limit: 9, before: 2 })).map(({ text }) => text),
    ['Set 1.'],
  );
});

test('all of it comes in pages, the oldest first', async () => {
  const logbook = new Logbook({ station: 's', store: await filled(1_001), clock });
  const sizes: number[] = [];
  for await (const page of logbook.pages()) sizes.push(page.length);
  assert.deepEqual(sizes, [500, 500, 1]);
});

test('a check finds an entry that was changed, one that is missing, and none in a sound book', async () => {
  const store = await filled(4);
  const look = (seen: Store): Promise<readonly string[]> => new Logbook({ station: 's', store: seen, clock }).check();
  assert.deepEqual(await look(store), []);
  const changed: Store = {
    ...store,
    readArchive: async (...query) =>
      (await store.readArchive(...query)).map((each) => ({ ...each, body: each.body.replace('Set 2', 'Set 9') })),
  };
  assert.deepEqual(await look(changed), ['Logbook: Record 2 is not what was archived.']);
  const short: Store = {
    ...store,
    archiveEdges: async () => ({ first: 1, last: 4, count: 3 }),
    readArchive: async (...query) => (await store.readArchive(...query)).filter(({ row }) => row.seq !== 3),
  };
  assert.deepEqual(await look(short), [
    'Logbook: 1 of its 4 entries are missing.',
    'Logbook: Record 3 is missing: record 4 follows it.',
  ]);
  assert.deepEqual(await look(createMemoryStore()), []);
});

test('an entry that cannot be read shows its text', async () => {
  const store = await filled(1);
  const row = { seq: 0, group: null, key: null, atMs: 0, state: '' };
  await store.commit([{ op: 'archive', station: 's', archive: 'logbook', row, body: '{"half' }]);
  const [entry] = await new Logbook({ station: 's', store, clock }).read({ limit: 1 });
  assert.deepEqual([entry?.kind, entry?.text], ['unreadable', '{"half']);
});
