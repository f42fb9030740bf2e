import assert from 'node:assert/strict';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { openStore, temporaryFolder } from './test-folder.ts';

/** The modes of the files of a store, by name. */
function modesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder).filter((name) => name.startsWith('kerbside.db'));
  return Object.fromEntries(names.map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]));
}

test('nobody but the owner may read the files of the database, in which private keys lie (S-07)', async () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const store = await openStore({ folder });
  await store.commit([{ op: 'putDocument', station: 'CS', collection: 'c', key: 'k', value: 'secret' }]);
  assert.deepEqual(modesIn(folder), { 'kerbside.db': '600', 'kerbside.db-wal': '600' });
});

test('files of an earlier version become private when they are opened', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'kerbside.db'), '', { mode: 0o644 });
  chmodSync(join(folder, 'kerbside.db'), 0o644);
  await openStore({ folder });
  assert.equal(modesIn(folder)['kerbside.db'], '600');
});
