import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { StrictBackend } from '@kerbside/testkit';

import { root } from '../../tools/source-files.ts';
import { askDaemon } from './parts/local-api.ts';
import { kerbside } from './parts/programs.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';
import { until } from './parts/until.ts';

test('fifty stations from one number register with all their statuses, and write no file each', async (t) => {
  const folder = temporaryFolder(t);
  const backend = new StrictBackend();
  await backend.start();
  t.after(() => backend.close());
  const args = ['run', '--simulate', '--stations', '50', '--identity', 'CP{n:03}', '--data', folder];
  const daemon = kerbside([...args, '--backend', backend.url], { environment: { KERBSIDE_API_PORT: '0' } });
  t.after(() => daemon.kill());
  await until('all statuses', () => backend.frames.calls('StatusNotification').length === 150);
  const identities = new Set(backend.frames.calls('BootNotification').map(({ identity }) => identity));
  assert.deepEqual(
    [...identities].toSorted(),
    Array.from({ length: 50 }, (_, index) => `CP${String(index + 1).padStart(3, '0')}`),
  );
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('simulator')),
    [],
  );
  assert.equal((await daemon.stop()).code, 0, daemon.errors);
  assert.deepEqual(backend.finish(), []);
});

test('a station with a configuration that cannot be used is shown with it, and the others run', async (t) => {
  const folder = temporaryFolder(t);
  const backend = new StrictBackend();
  await backend.start();
  t.after(() => backend.close());
  const file = join(folder, 'kerbside.yaml');
  writeFileSync(
    file,
    'pinned: { api.port: 0 }\nstations:\n  - identity: A\n  - identity: B\n    pinned: { backend.port: x }\n',
  );
  const daemon = kerbside(['run', '--simulate', '--data', folder, '--backend', backend.url]);
  t.after(() => daemon.kill());
  await until('A to be registered', () => backend.frames.calls('StatusNotification', 'A').length === 3);
  const { body } = await until('the API', () => askDaemon(folder, '/readyz'));
  assert.deepEqual(body, {
    ready: false,
    reasons: [`B: ${file} line 5: backend.port: Must be a whole number 1…65535.`],
  });
  assert.equal((await askDaemon(folder, '/api/v1/stations/B/parameters')).status, 503);
  assert.deepEqual([...backend.identities], ['A']);
  assert.equal((await daemon.stop()).code, 0);
});

test('more stations than there may be open files are refused before anything is started', (t) => {
  const folder = join(temporaryFolder(t), 'data');
  const main = join(root, 'packages/station/src/main.ts');
  const command = 'ulimit -n 256 && exec "$0" --conditions=source --disable-warning=ExperimentalWarning "$@"';
  const args = [main, 'run', '--simulate', '--stations', '1000', '--backend', 'ws://localhost:9', '--data', folder];
  const ended = spawnSync('sh', ['-c', command, process.execPath, ...args], { encoding: 'utf8', timeout: 30_000 });
  assert.equal(ended.status, 1);
  assert.match(
    ended.stderr,
    /1000 stations need 1096 open files, but this process may open 256: enough for 160 stations\./,
  );
  assert.match(ended.stderr, /ulimit -n NUMBER.*LimitNOFILE=NUMBER/);
  assert.equal(existsSync(folder), false);
});
