import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { testAccess } from './access/test-access.ts';
import { createApi } from './api.ts';
import { LiveViews } from './live/live-views.ts';
import { createTestLive } from './live/test-live.ts';
import { createTestHost } from './test-host.ts';

const path = `/api/v1/stations/${encodeURIComponent('Säule 1/A')}/eichrecht`;
const tokens = { operator: 'operator-token-0123', manufacturer: 'manufacturer-token-0' };

interface Asked {
  readonly calls: readonly string[];
  readonly ask: (token: keyof typeof tokens, method: string, at: string, body?: unknown) => Promise<Response>;
}

async function fixture(): Promise<Asked> {
  const host = await createTestHost();
  const live = new LiveViews({ host, source: createTestLive(), after: () => () => undefined });
  const app = createApi({ host, access: testAccess(tokens), live, loopbackOnly: true, onDefect: assert.fail });
  return {
    calls: host.calls,
    ask: async (token, method, at, body) => {
      const headers = {
        host: 'localhost',
        authorization: `Bearer ${tokens[token]}`,
        'content-type': 'application/json',
      };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      return app.request(`http://localhost${at}`, init, { transport: 'tcp', address: '127.0.0.1' });
    },
  };
}

describe('calibration law over the API', () => {
  it('shows how it stands', async () => {
    const { ask } = await fixture();
    const shown = await ask('operator', 'GET', path);
    const archive = { records: 3, undelivered: 1, capacity: 50_000, blocked: null };
    assert.deepEqual([shown.status, await shown.json()], [200, { connectors: [], archive }]);
  });

  it('lets an operator release with a reason, and tells who it was', async () => {
    const { ask, calls } = await fixture();
    const request = { evse: 1, cause: 'undelivered', reason: 'repaired on Monday' };
    assert.equal((await ask('operator', 'POST', `${path}/release`, request)).status, 200);
    assert.deepEqual(calls, ['release 1 undelivered repaired on Monday operator operator token']);
  });

  it('takes no release without a reason', async () => {
    const { ask, calls } = await fixture();
    for (const reason of [undefined, '', '    ', 7]) {
      const answer = await ask('operator', 'POST', `${path}/release`, { evse: 1, cause: 'undelivered', reason });
      assert.equal(answer.status, 400, String(reason));
    }
    assert.deepEqual(calls, []);
  });

  it('lets only the manufacturer commission a meter (E-13)', async () => {
    const { ask, calls } = await fixture();
    const request = { evse: 1, reason: 'exchanged' };
    assert.equal((await ask('operator', 'POST', `${path}/commission`, request)).status, 403);
    assert.equal((await ask('manufacturer', 'POST', `${path}/commission`, request)).status, 200);
    assert.deepEqual(calls, ['commission 1 exchanged manufacturer manufacturer token']);
  });
});
