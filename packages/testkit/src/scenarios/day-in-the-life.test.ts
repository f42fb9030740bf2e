import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

import { scenario } from '../world/scenario.ts';
import { shortMorning } from './day-story.ts';

/** Another seed lets other cars come, and everybody at other moments. */
const seed = process.env['KERBSIDE_SEED'] ?? 'a day in the life';

test('a day in the life: forty sessions with reservations, profiles, outages, power cuts, a new certificate and new firmware, and the ledger balances to the watt-hour', async () => {
  const worker = new Worker(new URL('./day-worker.ts', import.meta.url), { workerData: seed });
  // What the worker posts is what went wrong.
  const [failure] = (await once(worker, 'message')) as [string];
  await worker.terminate();
  assert.ok(failure === '', failure);
});

const morning = shortMorning(seed);
scenario(
  'a short morning on real sockets: seven sessions over an outage and a power cut, and the ledger balances to the watt-hour',
  morning.options,
  morning.play,
);
