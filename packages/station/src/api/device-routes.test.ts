import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { isRecord } from '../core/json.ts';
import { AccessDesk } from './access/access-desk.ts';
import { createApi } from './api.ts';
import { LiveViews } from './live/live-views.ts';
import { createTestLive } from './live/test-live.ts';
import { createTestHost, type TestHost } from './test-host.ts';

const tokens = { operator: 'operator-token-0123', manufacturer: 'manufacturer-token-0' };
const station = `/api/v1/stations/${encodeURIComponent('Säule 1/A')}`;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly code: unknown;
}

interface Asked {
  readonly body?: unknown;
  readonly by?: 'operator' | 'manufacturer';
  readonly language?: string;
}

async function fixture(): Promise<{
  readonly host: TestHost;
  readonly ask: (method: string, path: string, asked?: Asked) => Promise<Answer>;
}> {
  const host = await createTestHost();
  const live = new LiveViews({ host, source: createTestLive(), after: () => () => undefined });
  const access = new AccessDesk({ tokens, accounts: null, monotonicMs: () => 0 });
  const onDefect = (problem: string): void => assert.fail(problem);
  const app = createApi({ host, access, live, loopbackOnly: true, onDefect });
  const network = { transport: 'tcp', address: '127.0.0.1', secure: false } as const;
  return {
    host,
    ask: async (method, path, { body, by = 'operator', language } = {}) => {
      const headers = {
        host: 'localhost:8080',
        authorization: `Bearer ${tokens[by]}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(language === undefined ? {} : { 'accept-language': language }),
      };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const response = await app.request(`${station}${path}`, init, network);
      const answer: unknown = await response.json();
      assert.ok(isRecord(answer));
      return { status: response.status, body: answer, code: codeOf(answer) };
    },
  };
}

function codeOf(body: Record<string, unknown>): unknown {
  return isRecord(body['error']) ? body['error']['code'] : body['code'];
}

describe('the outbox', () => {
  it('shows by class what waits, what is in flight, and why the first message failed', async () => {
    const { ask } = await fixture();
    const { body } = await ask('GET', '/outbox');
    assert.deepEqual(body['waiting'], { transaction: 2, event: 1, state: 0 });
    assert.deepEqual(body['inFlight'], { action: 'MeterValues', ageMs: 1_500, id: 'abc-12' });
    assert.deepEqual([body['bytes'], body['bound'], body['lastError']], [640, 5_000, 'InternalError: no']);
  });

  it('sends one dead letter again, and refuses what is none', async () => {
    const { ask, host } = await fixture();
    assert.equal((await ask('POST', '/outbox/dead-letters/7/resend')).status, 202);
    const unknown = await ask('POST', '/outbox/dead-letters/8/resend');
    assert.deepEqual([unknown.status, unknown.code], [404, 'outbox.unknown']);
    assert.equal((await ask('POST', '/outbox/dead-letters/seven/resend')).code, 'api.badRequest');
    assert.deepEqual(host.calls, ['resend 7', 'resend 8']);
  });

  it('deletes one only when that is confirmed, and passes on who did it', async () => {
    const { ask, host } = await fixture();
    const asked = await ask('DELETE', '/outbox/dead-letters/7');
    assert.deepEqual([asked.status, asked.code], [422, 'outbox.confirm']);
    const done = await ask('DELETE', '/outbox/dead-letters/7', { body: { confirm: true } });
    assert.deepEqual([done.status, done.body], [200, { deleted: 3 }]);
    assert.equal((await ask('DELETE', '/outbox/dead-letters/7', { body: { confirm: 'yes' } })).code, 'api.badRequest');
    assert.match(host.calls.at(-1) ?? '', /^delete 7 true .+ operator$/);
  });
});

describe('cards', () => {
  it('are shown as the cache knows them, in pages, and forgotten', async () => {
    const { ask, host } = await fixture();
    const { body } = await ask('GET', '/authorization/cache?offset=10&limit=5');
    assert.deepEqual([body['count'], body['size'], body['enabled']], [1, 1000, true]);
    assert.deepEqual((await ask('DELETE', '/authorization/cache')).body, { forgotten: 1 });
    assert.equal((await ask('GET', '/authorization/cache?limit=0')).code, 'api.badRequest');
    assert.equal((await ask('GET', '/authorization/cache?offset=-1')).code, 'api.badRequest');
    assert.deepEqual(host.calls, ['cache 10 5', 'clearCache']);
  });

  it('are told what would be decided, with the reason in both languages and what counts without an answer', async () => {
    const { ask } = await fixture();
    const { body } = await ask('GET', '/authorization/decide?idTag=04AABB');
    assert.deepEqual([body['decision'], body['by'], body['idTag']], ['ask', 'backend', '04AABB']);
    assert.deepEqual(body['text'], {
      en: 'The backend is asked: nothing that is known decides it by itself.',
      de: 'Das Backend wird gefragt: nichts Bekanntes entscheidet es allein.',
    });
    assert.ok(isRecord(body['otherwise']) && isRecord(body['otherwise']['text']));
    assert.equal(body['otherwise']['text']['de'], 'Zugelassen: so hat das Backend zuvor geantwortet (Cache).');
    for (const query of ['', '?idTag=', `?idTag=${'x'.repeat(256)}`])
      assert.equal((await ask('GET', `/authorization/decide${query}`)).code, 'api.badRequest');
  });
});

describe('certificates', () => {
  it('are listed with the own one and what is wrong, in the language that is asked for', async () => {
    const { ask } = await fixture();
    const { body } = await ask('GET', '/certificates', { language: 'de-DE,de;q=0.9,en;q=0.5' });
    assert.deepEqual([body['own'], body['awaited']], [null, false]);
    assert.deepEqual(body['problems'], ['Das Zertifikat läuft ab.']);
    assert.deepEqual((await ask('GET', '/certificates?lang=en')).body['problems'], ['The certificate ends.']);
    assert.deepEqual((await ask('GET', '/certificates', { language: 'fr' })).body['problems'], [
      'The certificate ends.',
    ]);
  });

  it('of the station are requested and brought by manufacturers only', async () => {
    const { ask, host } = await fixture();
    const by = 'manufacturer';
    const csr = await ask('POST', '/certificates/csr', { by, body: { commonName: 'SN-1' } });
    assert.match(String(csr.body['pem']), /BEGIN CERTIFICATE REQUEST/);
    assert.deepEqual((await ask('PUT', '/certificates/own', { by, body: { pem: 'chain' } })).body, { installed: true });
    const foreign = await ask('PUT', '/certificates/own', { by, body: { pem: 'foreign' } });
    assert.deepEqual([foreign.status, foreign.code], [409, 'certificate.refused']);
    assert.equal((await ask('PUT', '/certificates/own', { by, body: {} })).code, 'api.badRequest');
    assert.equal((await ask('POST', '/certificates/csr')).code, 'api.forbidden');
    assert.equal((await ask('PUT', '/certificates/own', { body: { pem: 'chain' } })).code, 'api.forbidden');
    assert.deepEqual(host.calls, ['csr SN-1 own', 'installOwn chain', 'installOwn foreign']);
  });

  it('that decide which firmware runs are installed by manufacturers only', async () => {
    const { ask } = await fixture();
    const body = { kind: 'manufacturer', certificate: 'PEM' };
    assert.equal((await ask('POST', '/certificates', { body })).code, 'api.forbidden');
    assert.equal((await ask('POST', '/certificates', { body, by: 'manufacturer' })).status, 200);
  });
});

describe('the address of a backend', () => {
  it('is told as it would be dialled', async () => {
    const { ask } = await fixture();
    const query = '?protocol=wss&host=csms.example.com&port=&path=/ocpp/&identity=CP%201';
    const { status, body } = await ask('GET', `/backend/preview${query}`);
    assert.deepEqual([status, body['url']], [200, 'wss://csms.example.com/ocpp/CP%201']);
  });

  it('that cannot be one is refused', async () => {
    const { ask } = await fixture();
    const bad = await ask('GET', '/backend/preview?protocol=wss&host=https://x/y&identity=A');
    assert.deepEqual([bad.status, bad.code], [422, 'endpoint.invalid']);
    for (const query of ['protocol=http&host=x', 'host=x&port=12a&identity=A'])
      assert.equal((await ask('GET', `/backend/preview?${query}`)).code, 'api.badRequest');
  });
});
