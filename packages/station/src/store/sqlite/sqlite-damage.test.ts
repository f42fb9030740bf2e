import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';

import type { Store } from '../store.ts';
import { enqueue, put } from '../store-contract.ts';
import type { StoreEvent } from './messages.ts';
import { createSqliteStore } from './sqlite-store.ts';
import { openStore, temporaryFolder } from './test-folder.ts';

const pageBytes = 4_096;
const rowCount = 2_000;

const databaseOf = (folder: string): string => join(folder, 'kerbside.db');
const damagedFilesOf = (folder: string): string[] => readdirSync(folder).filter((name) => /\.damaged-.*Z$/.test(name));

/** A closed database with documents and enough rows for several hundred pages. */
async function filledFolder(): Promise<string> {
  const folder = temporaryFolder();
  const store = await createSqliteStore({ folder });
  await store.commit([put('s', 'c', 'k', 'kept'), put('s', 'c', 'l', 'also')]);
  const filler = 'x'.repeat(600);
  await store.commit(Array.from({ length: rowCount }, (_, seq) => enqueue('s', seq, `${seq} ${filler}`)));
  await store.close();
  return folder;
}

/** Overwrites a part of the database with noise. */
function overwrite(folder: string, at: number, length: number): void {
  const descriptor = openSync(databaseOf(folder), 'r+');
  writeSync(descriptor, Buffer.alloc(length, 0xa5), 0, length, at);
  closeSync(descriptor);
}

async function reopen(folder: string): Promise<{ readonly store: Store; readonly events: StoreEvent[] }> {
  const events: StoreEvent[] = [];
  const store = await openStore({ folder, onEvent: (event) => events.push(event) });
  return { store, events };
}

describe('a damaged database', () => {
  it('with a row of one station that cannot be read refuses that station, and serves the others', async () => {
    const folder = await filledFolder();
    const database = new DatabaseSync(databaseOf(folder));
    database.exec(`INSERT INTO documents (station, collection, key, value) VALUES ('other', 'c', 'k', '{"half')`);
    database.exec("UPDATE outbox SET state = '{' WHERE seq = 7");
    database.close();
    const { store } = await reopen(folder);
    await assert.rejects(store.readDocuments('other', 'c'), { code: 'store.corrupt' });
    await assert.rejects(store.readOutbox('s'), { code: 'store.corrupt' });
    assert.equal((await store.readDocuments('s', 'c')).get('k'), 'kept');
    await store.commit([put('s', 'c', 'm', 'goes on')]);
    assert.equal((await store.readDocuments('s', 'c')).size, 3);
    await store.close();
  });

  it('that is no database is set aside unchanged, and the station comes up with an empty one', async () => {
    const folder = temporaryFolder();
    const noise = Buffer.alloc(50_000, 'this is no database ');
    writeFileSync(databaseOf(folder), noise);
    const { store, events } = await reopen(folder);
    const [damaged = ''] = damagedFilesOf(folder);
    assert.match(damaged, /^kerbside\.db\.damaged-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
    assert.deepEqual(store.health, { kind: 'ok', setAside: damaged });
    assert.deepEqual(readFileSync(join(folder, damaged)), noise);
    assert.deepEqual(
      events.map((event) => event.type),
      ['setAside', 'salvaged'],
    );
    await store.commit([enqueue('s', 1)]);
    await store.close();
    const next = await reopen(folder);
    assert.deepEqual(next.store.health, { kind: 'ok' });
    assert.equal((await next.store.readOutbox('s')).length, 1);
  });

  it('gives back what can still be read', async () => {
    const folder = await filledFolder();
    const pages = statSync(databaseOf(folder)).size / pageBytes;
    overwrite(folder, Math.floor(pages / 2) * pageBytes, 3 * pageBytes);
    overwrite(folder, (pages - 1) * pageBytes, pageBytes);
    writeFileSync(join(folder, 'kerbside.db.is-damaged'), '');
    const { store, events } = await reopen(folder);
    const salvaged = events.find((event) => event.type === 'salvaged');
    assert.ok(salvaged !== undefined);
    assert.equal(salvaged.complete, false);
    assert.equal(salvaged.documents, 2);
    const rows = await store.readOutbox('s');
    assert.equal(rows.length, salvaged.rows);
    assert.ok(rows.length > rowCount * 0.95 && rows.length < rowCount, `${rows.length} of ${rowCount} rows came back`);
    const last = rows.at(-1)?.seq ?? 0;
    assert.match((await store.readBodies('s', [last])).get(last) ?? '', new RegExp(`^${last} x{600}$`));
    assert.deepEqual((await store.readDocuments('s', 'c')).get('k'), 'kept');
    assert.equal(damagedFilesOf(folder).length, 1);
    assert.equal(readdirSync(folder).includes('kerbside.db.is-damaged'), false);
  });

  it('is noticed at opening when a whole table is unreadable', async () => {
    const folder = await filledFolder();
    overwrite(folder, pageBytes, statSync(databaseOf(folder)).size - pageBytes);
    const { store, events } = await reopen(folder);
    assert.equal(store.health.kind === 'ok' && store.health.setAside !== undefined, true);
    assert.equal(events[0]?.type, 'setAside');
    assert.deepEqual(await store.readOutbox('s'), []);
  });

  it('is noticed when it is read; then nothing is written any more, and the next start sets it aside', async () => {
    const folder = await filledFolder();
    const pages = statSync(databaseOf(folder)).size / pageBytes;
    overwrite(folder, Math.floor(pages / 2) * pageBytes, 3 * pageBytes);
    const { store } = await reopen(folder);
    const told: string[] = [];
    store.onHealth((health) => told.push(health.kind));
    assert.deepEqual(store.health, { kind: 'ok' });
    await assert.rejects(store.readOutbox('s'), { code: 'store.corrupt' });
    assert.equal(store.health.kind, 'failed');
    const before = readFileSync(databaseOf(folder));
    await assert.rejects(store.commit([enqueue('s', rowCount)]), { code: 'store.unavailable' });
    await assert.rejects(store.readDocuments('s', 'c'), { code: 'store.unavailable' });
    await store.close();
    assert.deepEqual(readFileSync(databaseOf(folder)), before);
    assert.deepEqual(told, ['failed']);
    const next = await reopen(folder);
    assert.equal(next.store.health.kind, 'ok');
    assert.equal(damagedFilesOf(folder).length, 1);
    assert.ok((await next.store.readOutbox('s')).length > rowCount * 0.95);
  });

  it('is found by the full check after an unclean end', async () => {
    const folder = await filledFolder();
    const pages = statSync(databaseOf(folder)).size / pageBytes;
    overwrite(folder, Math.floor(pages / 2) * pageBytes, pageBytes);
    writeFileSync(`${databaseOf(folder)}-wal`, 'an end without a close');
    const { store, events } = await reopen(folder);
    assert.equal(events[0]?.type, 'setAside');
    assert.ok((await store.readOutbox('s')).length > rowCount * 0.95);
  });
});
