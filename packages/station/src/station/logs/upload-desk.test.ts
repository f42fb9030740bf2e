import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { LogStatusReport, Outcome } from '../../delivery/session.ts';
import type { FileTransfer } from '../../diagnostics/file-transfer.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { leftUpload, UploadDesk, type UploadJob } from './upload-desk.ts';

const job: UploadJob = {
  requestId: null,
  location: 'https://files.example/in',
  fromMs: null,
  untilMs: null,
  retries: null,
  retryIntervalSeconds: null,
  fileName: 'a.zip',
  contentType: 'application/zip',
  content: async () => new Uint8Array(10),
};

/** A desk whose link and server do what the test says. */
function fixture(tellsReplaced: boolean): {
  readonly desk: UploadDesk;
  readonly time: VirtualTime;
  readonly told: string[];
  readonly store: ReturnType<typeof createMemoryStore>;
  readonly link: { up: boolean };
} {
  const time = new VirtualTime();
  const store = createMemoryStore();
  const told: string[] = [];
  const link = { up: true };
  const send = async ({ status }: LogStatusReport): Promise<Outcome<Record<never, never>>> => {
    if (!link.up) return { kind: 'linkLost' };
    told.push(status);
    return { kind: 'answered', answer: {} };
  };
  const files: FileTransfer = {
    schemes: ['https'],
    upload: async () => ({ kind: 'done' }),
    download: async () => ({ kind: 'unsupported', problem: 'not asked for' }),
  };
  const voice = { what: 'a file', collection: 'test', tellsReplaced, tellsEveryBegin: true, send };
  const desk = new UploadDesk({ station: 's', store, time, files, roots: () => [], voice, onProblem: assert.fail });
  return { desk, time, told, store, link };
}

test('a request that is replaced before it began is told all the same, where the answer says nothing of it (F-05)', async () => {
  const { desk, time, told } = fixture(true);
  assert.deepEqual(await Promise.all([desk.take(job), desk.take(job)]), ['accepted', 'canceled']);
  await time.advance(0);
  assert.deepEqual(told, ['uploading', 'uploadFailure', 'uploading', 'uploaded']);
});

test('a request that is replaced before it began is not told where the answer said so (S-16)', async () => {
  const { desk, time, told } = fixture(false);
  assert.deepEqual(await Promise.all([desk.take(job), desk.take(job)]), ['accepted', 'canceled']);
  await time.advance(0);
  assert.deepEqual(told, ['uploading', 'uploaded']);
});

test('the record of the last upload leaves with its end being told, not with that of an earlier one (F-05)', async () => {
  const { desk, time, told, store, link } = fixture(true);
  link.up = false;
  for (let each = 0; each < 2; each++) {
    await desk.take(job);
    await time.advance(0);
  }
  assert.equal((await leftUpload(store, 's', 'test'))?.status, 'uploaded');
  link.up = true;
  desk.registered();
  await time.advance(0);
  assert.deepEqual(told, ['uploading', 'uploaded', 'uploading', 'uploaded']);
  assert.equal(await leftUpload(store, 's', 'test'), null);
});

test('a desk that has ended takes nothing', async () => {
  const { desk, told } = fixture(true);
  desk.stop();
  assert.equal(await desk.take(job), 'rejected');
  assert.deepEqual(told, []);
});
