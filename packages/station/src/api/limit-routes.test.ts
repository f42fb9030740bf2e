import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { testAccess } from './access/test-access.ts';
import { createApi } from './api.ts';
import { logCsv } from './limit-view.ts';
import { LiveViews } from './live/live-views.ts';
import { createTestLive } from './live/test-live.ts';
import { createTestHost, type TestHost } from './test-host.ts';

const path = `/api/v1/stations/${encodeURIComponent('Säule 1/A')}/external-limit`;

interface Fixture {
  readonly host: TestHost;
  readonly ask: (method: string, at: string, body?: unknown) => Promise<Response>;
}

async function fixture(): Promise<Fixture> {
  const host = await createTestHost();
  const live = new LiveViews({ host, source: createTestLive(), after: () => () => undefined });
  const tokens = { operator: 'operator-token-0123', manufacturer: 'manufacturer-token-0' };
  const deps = { host, access: testAccess(tokens), live, loopbackOnly: true };
  const app = createApi({ ...deps, onDefect: assert.fail });
  return {
    host,
    ask: async (method, at, body) => {
      const headers = {
        host: 'localhost',
        authorization: `Bearer ${tokens.operator}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      return app.request(`http://localhost${at}`, init, { transport: 'tcp', address: '127.0.0.1' });
    },
  };
}

describe('the limit from outside over the API', () => {
  it('is set in watts or amperes, with an end or without, shown, and released', async () => {
    const { host, ask } = await fixture();
    const set = await ask('PUT', path, { limitW: 4200 });
    assert.equal(set.status, 200);
    assert.deepEqual(await set.json(), {
      enabled: true,
      api: { limitW: 4200, limitA: null, until: null },
      hardware: null,
    });
    await ask('PUT', path, { limitA: 16, until: '2026-11-22T18:00:00+01:00' });
    const shown = await ask('GET', path);
    assert.deepEqual(await shown.json(), {
      enabled: true,
      api: { limitW: null, limitA: 16, until: '2026-11-22T17:00:00.000Z' },
      hardware: null,
    });
    assert.deepEqual(await (await ask('DELETE', path)).json(), { enabled: true, api: null, hardware: null });
    assert.deepEqual(
      host.calls.map((call) => call.replace(/ by .*/, '')),
      [
        'externalLimit {"unit":"W","amount":4200000,"untilMs":null}',
        'externalLimit {"unit":"A","amount":16000,"untilMs":1795366800000}',
        'externalLimit null',
      ],
    );
  });

  it('is refused when it makes no sense, and nothing changes', async () => {
    const { host, ask } = await fixture();
    for (const body of [
      {},
      { limitW: 1, limitA: 1 },
      { limitW: -1 },
      { limitW: '4200' },
      { limitA: 16, until: 'tonight' },
      { limitA: 16, until: '2026-11-22T18:00:00' },
      { limitA: 16, until: '1960-01-01T00:00:00Z' },
      { limit: 4200 },
    ]) {
      assert.equal((await ask('PUT', path, body)).status, 400, JSON.stringify(body));
    }
    assert.deepEqual(host.calls, []);
  });

  it('leaves a log, as JSON and for spreadsheets', async () => {
    const { ask } = await fixture();
    assert.deepEqual(await (await ask('GET', `${path}/log`)).json(), [
      {
        seq: 1,
        at: '1970-01-01T00:00:01.000Z',
        source: 'api',
        by: 'operator',
        event: 'set',
        limitW: 4200,
        limitA: null,
        until: null,
        effective: '1970-01-01T00:00:02.000Z',
      },
    ]);
    const csv = await ask('GET', `${path}/log?format=csv`);
    assert.equal(csv.headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.equal(
      await csv.text(),
      'seq,at,source,by,event,limitW,limitA,until,effective\r\n1,1970-01-01T00:00:01.000Z,api,operator,set,4200,,,1970-01-01T00:00:02.000Z\r\n',
    );
  });

  it('keeps commas, quotes and formulas in the log harmless', () => {
    const row = logCsv([{ seq: 1, by: '=HYPERLINK("x"),y' }]).split('\r\n')[1];
    assert.equal(row, `1,,,"'=HYPERLINK(""x""),y",,,,,`);
  });
});
