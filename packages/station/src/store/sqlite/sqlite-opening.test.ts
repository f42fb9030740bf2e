import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { buildSync } from 'esbuild';

import { VirtualTime } from '../../core/virtual-time.ts';
import { enqueue, put, testRow } from '../store-contract.ts';
import { createSqliteStore } from './sqlite-store.ts';
import { openStore, temporaryFolder } from './test-folder.ts';

const databaseOf = (folder: string): string => join(folder, 'kerbside.db');

/** A closed database with one fact and one document. */
async function filledFolder(): Promise<string> {
  const folder = temporaryFolder();
  const store = await openStore({ folder });
  await store.commit([enqueue('s', 1), put('s', 'c', 'k', 'kept')]);
  await store.close();
  return folder;
}

function change(folder: string, sql: string): void {
  const database = new DatabaseSync(databaseOf(folder));
  database.exec(sql);
  database.close();
}

describe('opening the database', () => {
  it('makes the folder and finds everything again after a restart', async () => {
    const folder = join(temporaryFolder(), 'not', 'there', 'yet');
    const state = { standing: 'parked', attempts: 2, refusals: 1, dueMs: 1.5, parkedAtMs: 2, lastError: 'x' } as const;
    const first = await openStore({ folder });
    await first.commit([enqueue('s', 1, 'one', { group: 'g', state }), enqueue('s', 2, 'two')]);
    first.commitLater([put('s', 'c', 'k', [1])]);
    await first.close();
    assert.equal(existsSync(`${databaseOf(folder)}-wal`), false, 'a clean end leaves no log');
    const second = await openStore({ folder });
    assert.deepEqual(await second.readOutbox('s'), [testRow(1, { group: 'g', state }), testRow(2)]);
    assert.deepEqual(
      [...(await second.readBodies('s', [1, 2]))],
      [
        [1, 'one'],
        [2, 'two'],
      ],
    );
    assert.deepEqual([...(await second.readDocuments('s', 'c'))], [['k', [1]]]);
    await second.close();
  });

  it('refuses a folder that another store uses, and takes it when that one has closed', async () => {
    const folder = temporaryFolder();
    const first = await openStore({ folder });
    await assert.rejects(createSqliteStore({ folder }), { code: 'store.locked' });
    await first.commit([enqueue('s', 1)]);
    await first.close();
    await (await openStore({ folder })).close();
  });

  it('refuses a folder that another process uses', async () => {
    const folder = temporaryFolder();
    const childFile = fileURLToPath(new URL('./killed-process.ts', import.meta.url));
    const child = spawn(process.execPath, ['--conditions=source', childFile, folder]);
    await new Promise((resolve) => {
      child.stdout.once('data', resolve);
    });
    await assert.rejects(createSqliteStore({ folder }), { code: 'store.locked' });
    child.kill('SIGKILL');
    await new Promise((resolve) => {
      child.once('close', resolve);
    });
    await (await openStore({ folder })).close();
  });

  it('reads a newer database whose changes only add, and keeps its version', async () => {
    const folder = await filledFolder();
    change(folder, `ALTER TABLE outbox ADD COLUMN colour TEXT; PRAGMA user_version = 99`);
    const store = await openStore({ folder });
    await store.commit([enqueue('s', 2)]);
    assert.equal((await store.readOutbox('s')).length, 2);
    await store.close();
    const database = new DatabaseSync(databaseOf(folder));
    assert.equal(database.prepare('PRAGMA user_version').get()?.['user_version'], 99);
    database.close();
  });

  it('refuses a database that only newer programs can read, and leaves it alone', async () => {
    const folder = await filledFolder();
    change(folder, `UPDATE meta SET value = 98 WHERE name = 'minReader'; PRAGMA user_version = 99`);
    await assert.rejects(createSqliteStore({ folder }), { code: 'store.newer' });
    change(folder, `UPDATE meta SET value = 1 WHERE name = 'minReader'; PRAGMA user_version = 1`);
    const store = await openStore({ folder });
    assert.equal((await store.readOutbox('s')).length, 1);
    await store.close();
  });

  it('says that a folder which cannot be made is unavailable', async () => {
    const file = join(temporaryFolder(), 'a-file');
    writeFileSync(file, '');
    await assert.rejects(createSqliteStore({ folder: join(file, 'data') }), { code: 'store.unavailable' });
  });

  it('reports a worker file that is no worker', async () => {
    const workerEntry = pathToFileURL(join(temporaryFolder(), 'none.mjs'));
    await assert.rejects(createSqliteStore({ folder: temporaryFolder(), workerEntry }), { code: 'store.unavailable' });
  });
});

describe('late writes', () => {
  it('are durable a second later without any commit', async () => {
    const folder = temporaryFolder();
    const time = new VirtualTime();
    const store = await openStore({ folder, time });
    store.commitLater([put('s', 'c', 'k', 1)]);
    await time.advance(1_000);
    // An outbox is read after the transaction; the copy shows what a power cut would leave.
    await store.readOutbox('s');
    const copy = temporaryFolder();
    copyFileSync(databaseOf(folder), databaseOf(copy));
    copyFileSync(`${databaseOf(folder)}-wal`, `${databaseOf(copy)}-wal`);
    const rebooted = await openStore({ folder: copy });
    assert.deepEqual([...(await rebooted.readDocuments('s', 'c'))], [['k', 1]]);
    await rebooted.close();
    await store.close();
  });
});

describe('a program in one file', () => {
  it('is program and worker', async () => {
    const folder = temporaryFolder();
    const entry = join(folder, 'entry.ts');
    const here = fileURLToPath(new URL('.', import.meta.url));
    writeFileSync(
      entry,
      `import { isMainThread } from 'node:worker_threads';
       import { runStoreWorker } from '${here}worker-service.ts';
       import { createSqliteStore } from '${here}sqlite-store.ts';
       if (!isMainThread) runStoreWorker();
       else {
         const store = await createSqliteStore({ folder: process.argv[2], workerEntry: new URL(import.meta.url) });
         await store.commit([{ op: 'putDocument', station: 's', collection: 'c', key: 'k', value: 'from a bundle' }]);
         await store.close();
       }`,
    );
    const outfile = join(folder, 'bundle.mjs');
    buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
    const child = spawn(process.execPath, [outfile, join(folder, 'data')], { stdio: 'inherit' });
    const code = await new Promise((resolve) => {
      child.once('exit', resolve);
    });
    assert.equal(code, 0);
    const store = await openStore({ folder: join(folder, 'data') });
    assert.deepEqual([...(await store.readDocuments('s', 'c'))], [['k', 'from a bundle']]);
    await store.close();
  });
});
