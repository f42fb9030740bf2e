import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { StrictBackend } from '@kerbside/testkit';

import { buildBundle } from '../../tools/build/bundle.ts';
import { Child } from './parts/child.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';

test('the single file starts, registers, keeps its data and ends in order', async (t) => {
  const folder = temporaryFolder(t);
  await buildBundle(folder);
  const backend = new StrictBackend();
  await backend.start();
  t.after(() => backend.close());
  for (const life of [1, 2]) {
    // Elsewhere than in the repository: nothing of it may be needed.
    const args = [join(folder, 'kerbside.mjs'), 'run', '--simulate', '--data', join(folder, 'data')];
    const daemon = new Child([...args, '--backend', backend.url, '--identity', 'CP1'], {
      name: 'bundle',
      workingFolder: folder,
      environment: { KERBSIDE_API_PORT: '0' },
    });
    t.after(() => daemon.kill());
    await daemon.line(/"text":"registration accepted"/);
    await daemon.line(/The API listens at/);
    assert.equal((await daemon.stop()).code, 0, `life ${life}: ${daemon.errors}`);
  }
  assert.equal(backend.frames.calls('BootNotification').length, 2);
  assert.deepEqual(backend.finish(), []);
});
