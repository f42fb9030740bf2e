import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { createSeededRandom } from '../../core/random.ts';
import { openStore, temporaryFolder } from './test-folder.ts';

const childFile = fileURLToPath(new URL('./killed-process.ts', import.meta.url));
const roundRows = 1_000_000;

/** Runs the child, kills it some time after its first acknowledgement, and returns the last one of each station. */
async function commitUntilKilled(folder: string, first: number, lifeMs: number): Promise<Map<string, number>> {
  const child = spawn(process.execPath, ['--conditions=source', childFile, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  const began = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      resolve();
    });
    child.once('exit', (code) => reject(new RangeError(`the child ended with ${code} before it committed`)));
  });
  const closed = new Promise((resolve) => {
    child.once('close', resolve);
  });
  await began;
  await sleep(lifeMs);
  child.kill('SIGKILL');
  await closed;
  const last = new Map<string, number>();
  for (const line of printed.split('\n').slice(0, -1)) {
    const [station = '', seq] = line.split(' ');
    last.set(station, Number(seq));
  }
  return last;
}

it('keeps every acknowledged row, in order and with its documents, when the process is killed at any moment', async (t) => {
  const folder = temporaryFolder();
  const seed = String(process.pid);
  t.diagnostic(`seed ${seed}`);
  const random = createSeededRandom(seed);
  let rows = 0;
  for (let round = 0; round < 4; round++) {
    const first = round * roundRows;
    const acknowledged = await commitUntilKilled(folder, first, 5 + random.next() * 150);
    const store = await openStore({ folder });
    assert.deepEqual(store.health, { kind: 'ok' });
    for (const [station, last] of acknowledged) {
      const seqs = (await store.readOutbox(station)).map((row) => row.seq).filter((seq) => seq >= first);
      assert.deepEqual(
        seqs,
        seqs.map((_, index) => first + index),
        'a gap or a wrong order',
      );
      const stored = seqs.at(-1) ?? -1;
      assert.ok(stored >= last, `row ${last} of ${station} was acknowledged, but ${stored} is the last one stored`);
      assert.equal((await store.readDocuments(station, 'last')).get('seq'), stored, 'half a batch was stored');
      assert.equal((await store.readBodies(station, [last])).get(last), `${station} ${last}`);
      rows += seqs.length;
    }
    await store.close();
  }
  assert.ok(rows > 100, `only ${rows} rows were committed`);
});
