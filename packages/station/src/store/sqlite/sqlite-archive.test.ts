import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';

import { archived } from '../archive-contract.ts';
import type { Write } from '../store.ts';
import { openStore, temporaryFolder } from './test-folder.ts';

/** A closed database with three records: 1 delivered, 2 waiting, 3 of a logbook. */
async function filled(): Promise<{ readonly folder: string; readonly database: DatabaseSync }> {
  const folder = temporaryFolder();
  const store = await openStore({ folder });
  await store.commit([archived('s', 'a', 1, { state: 'delivered', group: 'g', key: 'k' }), archived('s', 'a', 2)]);
  await store.commit([archived('s', 'logbook', 1, { state: '' }), archived('s', 'logbook', 2, { state: '' })]);
  await store.close();
  return { folder, database: new DatabaseSync(join(folder, 'kerbside.db')) };
}

describe('the database itself', () => {
  it('lets nobody change an archived record, or remove one that must stay (E-11, E-13)', async () => {
    const { folder, database } = await filled();
    const refused = [
      `UPDATE archive SET body = 'forged' WHERE name = 'a' AND seq = 1`,
      `UPDATE archive SET seq = 9 WHERE name = 'a' AND seq = 1`,
      `UPDATE archive SET grp = NULL, state = 'waiting' WHERE name = 'a' AND seq = 1`,
      `UPDATE archive SET at = at + 1`,
      `UPDATE archive SET station = 't'`,
      `UPDATE archive SET chain = 'forged'`,
      `DELETE FROM archive WHERE name = 'a' AND seq = 2`,
      `DELETE FROM archive WHERE name = 'logbook' AND seq = 1`,
      `DELETE FROM archive`,
      `INSERT OR REPLACE INTO archive (station, name, seq, at, state, previous, chain, body) VALUES ('s', 'a', 1, 0, 'kept', 0, '', 'x')`,
      `REPLACE INTO archive (id, station, name, seq, at, state, previous, chain, body) VALUES (1, 's', 'a', 5, 0, 'kept', 0, '', 'x')`,
    ];
    for (const sql of refused) assert.throws(() => database.exec(sql), { errcode: 1811 }, sql);
    database.close();
    const store = await openStore({ folder });
    const bodies = (await store.readArchive('s', 'a', { limit: 9 })).map(({ body }) => body);
    assert.deepEqual(bodies, ['record 1 of a', 'record 2 of a']);
    await store.close();
  });

  it('finds pages, groups and keys by an index alone', async () => {
    const { database } = await filled();
    const queries = [
      [`seq > 5 ORDER BY seq LIMIT 5`, /USING INDEX sqlite_autoindex_archive_1/],
      [`grp = 'g' ORDER BY seq LIMIT 5`, /USING INDEX archive_group/],
      [`key = 'k' ORDER BY seq LIMIT 5`, /USING INDEX archive_key/],
      [`state = 'waiting' AND seq > 5 ORDER BY seq DESC LIMIT 5`, /USING INDEX archive_state/],
    ] as const;
    for (const [where, index] of queries) {
      const plan = database.prepare(
        `EXPLAIN QUERY PLAN SELECT * FROM archive WHERE station = 's' AND name = 'a' AND ${where}`,
      );
      const detail = plan
        .all()
        .map((row) => String(row['detail']))
        .join('; ');
      assert.match(detail, index);
      assert.doesNotMatch(detail, /SCAN|TEMP B-TREE/);
    }
    database.close();
  });

  it('damaged in the middle gives back every record that can be read, with its number, its state and its place in the chain', async () => {
    const folder = temporaryFolder();
    const store = await openStore({ folder });
    const body = 'x'.repeat(1_500);
    await store.commit(
      Array.from({ length: 400 }, (_, at): Write => {
        const state = at % 2 === 0 ? 'waiting' : 'delivered';
        return {
          op: 'archive',
          station: 's',
          archive: 'a',
          row: { seq: 0, group: 'g', key: `k${at}`, atMs: at, state },
          body,
        };
      }),
    );
    const before = await store.readArchive('s', 'a', { limit: 1_000 });
    await store.close();
    const file = join(folder, 'kerbside.db');
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, Buffer.alloc(4_096, 0xa5), 0, 4_096, Math.floor(statSync(file).size / 8_192) * 4_096);
    closeSync(descriptor);
    writeFileSync(join(folder, 'kerbside.db.is-damaged'), '');
    const reopened = await openStore({ folder });
    const left = await reopened.readArchive('s', 'a', { limit: 1_000 });
    assert.ok(left.length > 300 && left.length < 400, `${left.length} are left`);
    for (const record of left) assert.deepEqual(record, before[record.row.seq - 1]);
    assert.notEqual(reopened.health.kind === 'ok' ? reopened.health.setAside : undefined, undefined);
    await reopened.close();
  });

  it('of an earlier program gets the archives and keeps what it holds', async () => {
    const { folder, database } = await filled();
    database.exec(`
      DROP TABLE archive; PRAGMA user_version = 1;
      INSERT INTO documents (station, collection, key, value) VALUES ('s', 'c', 'k', '"old"');`);
    database.close();
    const store = await openStore({ folder });
    await store.commit([archived('s', 'a', 1)]);
    assert.equal((await store.archiveEdges('s', 'a')).count, 1);
    assert.equal((await store.readDocuments('s', 'c')).get('k'), 'old');
    await store.close();
  });
});
