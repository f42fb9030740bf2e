import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openStore, temporaryFolder } from '../store/sqlite/test-folder.ts';
import { LocalList } from './local-list.ts';

test('a list of ten thousand is on the disk when it is accepted, and read from there again (L-05)', async () => {
  const folder = temporaryFolder();
  const limits = { lines: 10_000, entries: 10_000 };
  const answer = { status: 'accepted', expiryMs: null, parentIdToken: 'FLEET' } as const;
  const lines = Array.from({ length: 10_000 }, (_, index) => ({ idToken: `Card ${index}`, answer }));
  const first = await openStore({ folder });
  const list = new LocalList({ station: 's', store: first });
  assert.deepEqual(await list.update({ kind: 'full', version: 1, lines }, limits), { kind: 'accepted' });
  const change = [{ idToken: 'CARD 7', answer: null }];
  assert.deepEqual(await list.update({ kind: 'differential', version: 2, lines: change }, limits), {
    kind: 'accepted',
  });
  await first.close();
  const second = await openStore({ folder });
  const again = new LocalList({ station: 's', store: second });
  await again.load();
  assert.deepEqual([again.version, again.count], [2, 9_999]);
  assert.deepEqual([again.find('card 7'), again.find('CARD 9999')], [null, answer]);
  const other = new LocalList({ station: 'other', store: second });
  await other.load();
  assert.equal(other.count, 0);
});
