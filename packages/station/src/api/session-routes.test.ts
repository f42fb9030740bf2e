import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readOcmf, readTransparencyXml } from '@kerbside/ocmf';

import { VirtualTime } from '../core/virtual-time.ts';
import { testAccess } from './access/test-access.ts';
import { createApi } from './api.ts';
import { LiveViews } from './live/live-views.ts';
import { testKey, testOcmf } from './test-archives.ts';
import { createTestHost } from './test-host.ts';

const base = 'http://localhost/api/v1/stations/CP-1';
const tokens = { operator: 'o'.repeat(24), manufacturer: 'm'.repeat(24) };

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

async function asked(): Promise<Ask> {
  const host = await createTestHost({ names: ['CP-1'] });
  const time = new VirtualTime();
  const source = { subscribe: () => () => undefined, latest: () => [] } as never;
  const live = new LiveViews({ host, source, after: (delayMs, callback) => time.after(delayMs, callback) });
  const defects: string[] = [];
  const app = createApi({
    host,
    access: testAccess(tokens),
    live,
    loopbackOnly: false,
    onDefect: (text) => defects.push(text),
  });
  return async (path, init) => app.fetch(new Request(`${base}${path}`, init), { transport: 'socket', address: '' });
}

async function json(ask: Ask, path: string): Promise<Record<string, unknown>> {
  const response = await ask(path);
  assert.equal(response.status, 200, path);
  return (await response.json()) as Record<string, unknown>;
}

describe('sessions over the API', () => {
  it('come page by page, the newest first, with what a person wants to know', async () => {
    const ask = await asked();
    const first = await json(ask, '/sessions?limit=2');
    const [newest, second] = first['sessions'] as Record<string, unknown>[];
    assert.deepEqual([newest?.['transaction'], newest?.['transactionId'], newest?.['records']], ['tx-3', '-16', 0]);
    assert.deepEqual(
      [second?.['billing'], second?.['problem'], second?.['records']],
      ['unbillable', 'the meter was lost', 1],
    );
    const rest = await json(ask, `/sessions?limit=2&before=${String(first['next'])}`);
    const [oldest, ...none] = rest['sessions'] as Record<string, unknown>[];
    assert.deepEqual([none.length, rest['next']], [0, null]);
    assert.deepEqual(
      [oldest?.['number'], oldest?.['state'], oldest?.['transactionId'], oldest?.['energyWh'], oldest?.['idToken']],
      [1, 'delivered', '4711', 11_000, '04A1B2C3'],
    );
    assert.equal(oldest?.['endedAt'], '2026-11-02T09:30:00.000Z');
  });

  it('one comes with its signed records, exactly as the meter wrote them', async () => {
    const ask = await asked();
    const session = await json(ask, '/sessions/tx-1');
    const records = session['signedRecords'] as Record<string, unknown>[];
    assert.deepEqual(
      records.map((record) => [record['number'], record['pagination'], record['context']]),
      [
        [1, 'T1', 'Transaction.Begin'],
        [2, 'T2', 'Transaction.End'],
      ],
    );
    assert.equal(records[0]?.['data'], testOcmf('T1', 'B', '2935.600'));
    assert.equal((await json(ask, `/sessions/${encodeURIComponent('tx/2 ä')}`))['records'], 1);
  });

  it('what is asked for wrongly is refused with what to do', async () => {
    const ask = await asked();
    const wrong = [
      ['/sessions?limit=0', 400],
      ['/sessions?before=-1', 400],
      ['/sessions?before=x', 400],
      ['/sessions/none', 404],
      ['/sessions/none/records', 404],
      ['/sessions/tx-1/records?form=pdf', 400],
      ['/signed-records?form=toString', 400],
      ['/signed-records?after=1e9', 400],
      ['/logbook?limit=many', 400],
    ] as const;
    for (const [path, status] of wrong) {
      const response = await ask(path);
      const error = (await response.json()) as { readonly remedy: string };
      assert.equal(response.status, status, path);
      assert.notEqual(error.remedy, '', path);
    }
  });
});

describe('files of signed records', () => {
  it('as OCMF are the records to the character, one a line', async () => {
    const ask = await asked();
    const response = await ask('/sessions/tx-1/records');
    assert.equal(response.headers.get('content-disposition'), 'attachment; filename="CP-1-session-tx-1.ocmf"');
    const lines = (await response.text()).split('\n');
    assert.deepEqual(lines, [testOcmf('T1', 'B', '2935.600'), testOcmf('T2', 'E', '2946.600'), '']);
    const all = (await (await ask('/signed-records')).text()).trimEnd().split('\n');
    assert.deepEqual(
      all.map((line) => readOcmf(line).pagination?.text),
      ['T1', 'T2', 'T4'],
    );
    assert.equal((await (await ask('/signed-records?after=1&limit=1')).text()).split('\n').length, 2);
  });

  it('as XML are what the public transparency software reads', async () => {
    const ask = await asked();
    const response = await ask('/sessions/tx-1/records?form=xml');
    assert.match(response.headers.get('content-type') ?? '', /^text\/xml/);
    const text = await response.text();
    const values = readTransparencyXml(text);
    assert.deepEqual(
      values.map(({ transactionId, context }) => [transactionId, context]),
      [
        [4711, 'Transaction.Begin'],
        [4711, 'Transaction.End'],
      ],
    );
    assert.equal(values[1]?.data, testOcmf('T2', 'E', '2946.600'));
    assert.match(text, />OCMF\|/, 'no blank before the data');
    const all = readTransparencyXml(await (await ask('/signed-records?form=xml')).text());
    assert.deepEqual(
      all.map(({ transactionId }) => transactionId),
      [1, 1, 3],
    );
  });

  it('as CSV have the fields of the records, and nothing that a table program carries out', async () => {
    const ask = await asked();
    const text = await (await ask('/signed-records?form=csv')).text();
    const lines = text.split('\r\n');
    assert.equal(lines.length, 5);
    assert.match(lines[0] ?? '', /^number,archived,transaction,evse,context,/);
    assert.match(lines[1] ?? '', /,2935\.600,G,/);
    assert.match(lines[1] ?? '', new RegExp(testKey));
    assert.match(lines[3] ?? '', /,"'=1\+1, ""0,39 €""",/);
  });

  it('have names that are safe whatever the station and the transaction are called', async () => {
    const ask = await asked();
    const response = await ask(`/sessions/${encodeURIComponent('tx/2 ä')}/records?form=csv`);
    assert.equal(response.headers.get('content-disposition'), 'attachment; filename="CP-1-session-tx_2_.csv"');
  });
});

describe('the check and the logbook over the API', () => {
  it('a gap in the numbers of a meter is shown', async () => {
    const ask = await asked();
    const response = await ask('/signed-records/check', { method: 'POST' });
    const found = (await response.json()) as Record<string, unknown>;
    assert.deepEqual(found, {
      records: 3,
      problems: [],
      gaps: [{ evse: 1, meterSerial: 'M-1', from: 'T3', to: 'T3' }],
    });
  });

  it('the logbook shows its entries with their numbers', async () => {
    const { entries, next } = await json(await asked(), '/logbook');
    assert.equal(next, null);
    const [entry] = entries as Record<string, unknown>[];
    assert.deepEqual(
      [entry?.['number'], entry?.['kind'], entry?.['evse'], entry?.['by']],
      [1, 'timeSet', 1, 'station'],
    );
    assert.deepEqual([entry?.['detail'], entry?.['at']], ['M-1', '2026-11-02T08:00:00.000Z']);
  });
});
