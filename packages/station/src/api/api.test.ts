import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { isRecord } from '../core/json.ts';
import { AccessDesk } from './access/access-desk.ts';
import { createApi } from './api.ts';
import type { ApiApp, ApiBindings } from './api.ts';
import { LiveViews } from './live/live-views.ts';
import { createTestLive } from './live/test-live.ts';
import type { TestHost, TestHostOptions } from './test-host.ts';
import { createTestHost } from './test-host.ts';

const tokens = { operator: 'operator-token-0123', manufacturer: 'manufacturer-token-0' };
const network: ApiBindings = { transport: 'tcp', address: '127.0.0.1', secure: false };
const local: ApiBindings = { transport: 'socket', address: '', secure: false };
const station = `/api/v1/stations/${encodeURIComponent('Säule 1/A')}`;

interface AskOptions {
  readonly body?: unknown;
  readonly token?: string | null;
  readonly bindings?: ApiBindings;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Headers;
}

interface Fixture {
  readonly app: ApiApp;
  readonly host: TestHost;
  readonly defects: string[];
  readonly ask: (method: string, path: string, options?: AskOptions) => Promise<Answer>;
}

async function fixture(options: TestHostOptions = {}): Promise<Fixture> {
  const host = await createTestHost(options);
  const defects: string[] = [];
  let nowMs = 0;
  const live = new LiveViews({ host, source: createTestLive(), after: () => () => undefined });
  const access = new AccessDesk({ tokens, accounts: null, monotonicMs: () => (nowMs += 1) });
  const deps = { host, access, live, loopbackOnly: true };
  const app = createApi({ ...deps, onDefect: (problem) => defects.push(problem) });
  return {
    app,
    host,
    defects,
    ask: async (method, path, { body, token = tokens.operator, bindings = network, headers = {} } = {}) => {
      const init: RequestInit = {
        method,
        headers: {
          host: 'localhost:8080',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      };
      const response = await app.request(`http://localhost:8080${path}`, init, bindings);
      const text = await response.text();
      const isFile = response.headers.has('content-disposition');
      const parsed: unknown = text === '' || isFile ? {} : JSON.parse(text);
      return {
        status: response.status,
        body: isRecord(parsed) ? parsed : { list: parsed },
        text,
        headers: response.headers,
      };
    },
  };
}

/** A refusal as RFC 9457 has it. */
function errorOf(body: Record<string, unknown>): Record<string, unknown> {
  assert.deepEqual(Object.keys(body).slice(0, 6), ['type', 'title', 'status', 'detail', 'code', 'remedy']);
  assert.equal(body['type'], `urn:kerbside:problem:${String(body['code'])}`);
  return body;
}

describe('the status page and its events', () => {
  it('gives everybody the page, which holds nothing of the station, under a policy of its own', async () => {
    const { app } = await fixture();
    const response = await app.request('http://localhost/', { headers: { host: 'localhost' } }, network);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-security-policy') ?? '', /script-src 'self'/);
    assert.match(await response.text(), /<title>Kerbside/);
    const etag = response.headers.get('etag') ?? '';
    const headers = { host: 'localhost', 'if-none-match': etag };
    assert.equal((await app.request('http://localhost/', { headers }, network)).status, 304);
  });

  it('opens no view for those who only ask for the head, and none without a token', async () => {
    const { app } = await fixture();
    const ask = (method: string, authorization: string): Response | Promise<Response> =>
      app.request('http://localhost/api/v1/events', { method, headers: { host: 'localhost', authorization } }, network);
    const token = `Bearer ${tokens.operator}`;
    for (let count = 0; count < 20; count++) assert.equal((await ask('HEAD', token)).status, 200);
    assert.equal((await ask('GET', 'Bearer wrong')).status, 401);
    const opened = await ask('GET', token);
    assert.deepEqual([opened.status, opened.headers.get('content-type')], [200, 'text/event-stream']);
    await opened.body?.cancel();
  });
});

describe('a refusal', () => {
  it('is a problem in the language of whoever asks', async () => {
    const { ask } = await fixture();
    const asked = async (language: string): Promise<Answer> =>
      ask('GET', '/api/v1/stations/nobody', { headers: { 'accept-language': language } });
    const german = await asked('fr;q=0.9, de-AT;q=0.8');
    assert.deepEqual(
      [german.headers.get('content-type'), german.headers.get('content-language'), german.body['title']],
      ['application/problem+json', 'de', 'Diese Station gibt es nicht.'],
    );
    assert.equal((await asked('fr')).body['title'], 'There is no such station.');
    assert.equal((await ask('GET', '/api/v1/stations/nobody?lang=de')).headers.get('content-language'), 'de');
  });
});

describe('health and readiness', () => {
  it('need no token', async () => {
    const { ask } = await fixture();
    assert.deepEqual((await ask('GET', '/healthz', { token: null })).body, { status: 'ok', version: '1.2.3' });
    const ready = await ask('GET', '/readyz', { token: null });
    assert.deepEqual([ready.status, ready.body], [200, { ready: true, reasons: [] }]);
  });

  it('say which station is not ready and why, and what safe mode is about', async () => {
    const { ask } = await fixture({ notReady: ['not registered'], problems: ['kerbside.yaml line 2: broken'] });
    const { status, body } = await ask('GET', '/readyz', { token: null });
    assert.equal(status, 503);
    assert.deepEqual(body, { ready: false, reasons: ['kerbside.yaml line 2: broken', 'Säule 1/A: not registered'] });
  });
});

describe('root certificates', () => {
  it('are listed, installed and deleted, and what is no request is refused', async () => {
    const { ask, host } = await fixture();
    const listed = await ask('GET', `${station}/certificates`);
    assert.ok(Array.isArray(listed.body['roots']));
    const installed = await ask('POST', `${station}/certificates`, { body: { certificate: 'PEM' } });
    assert.deepEqual([installed.status, installed.body], [200, { installed: true }]);
    const deleted = await ask('POST', `${station}/certificates/delete`, { body: { fingerprint: 'AB:CD:EF' } });
    assert.deepEqual([deleted.status, deleted.body], [200, { deleted: true }]);
    assert.deepEqual(host.calls, ['install centralSystem PEM', 'delete AB:CD:EF']);
    for (const body of [{}, { certificate: '' }, { certificate: 'PEM', kind: 'other' }, { certificate: 7 }])
      assert.equal((await ask('POST', `${station}/certificates`, { body })).status, 400);
    const unknown = await ask('POST', `${station}/certificates/delete`, { body: { fingerprint: '00' } });
    assert.deepEqual([unknown.status, errorOf(unknown.body)['code']], [404, 'certificate.unknown']);
  });
});

describe('admission', () => {
  it('is refused without a token, and with a wrong one', async () => {
    const { ask } = await fixture();
    for (const token of [null, 'wrong-token-0123456', '']) {
      const { status, body, headers } = await ask('GET', station, { token });
      assert.equal(status, 401);
      assert.equal(errorOf(body)['code'], 'api.unauthorized');
      assert.match(headers.get('www-authenticate') ?? '', /^Bearer/);
    }
  });

  it('gives the local socket the rights of the manufacturer without a token', async () => {
    const { ask } = await fixture();
    const asManufacturer = { body: { value: 'Acme' }, token: null, bindings: local };
    assert.equal((await ask('PUT', `${station}/parameters/station.vendor`, asManufacturer)).status, 200);
  });

  it('lets the manufacturer change what the operator may not', async () => {
    const { ask } = await fixture();
    const path = `${station}/parameters/station.vendor`;
    const refused = await ask('PUT', path, { body: { value: 'Acme' } });
    assert.deepEqual([refused.status, errorOf(refused.body)['code']], [403, 'config.forbidden']);
    assert.match(String(errorOf(refused.body)['detail']), /Only the manufacturer/);
    assert.equal((await ask('PUT', path, { body: { value: 'Acme' }, token: tokens.manufacturer })).status, 200);
  });

  it('slows an address down that guesses tokens, and only this one', async () => {
    const { ask } = await fixture();
    for (let guess = 0; guess < 10; guess++) await ask('GET', station, { token: `guess-${guess}-0123456789` });
    const limited = await ask('GET', station);
    assert.equal(limited.status, 429);
    assert.ok(Number(limited.headers.get('retry-after')) >= 1);
    assert.equal((await ask('GET', station, { bindings: { ...network, address: '10.0.0.9' } })).status, 200);
    assert.equal((await ask('GET', station, { bindings: local })).status, 200);
  });

  it('refuses host names that are not this machine (DNS rebinding), but not over the local socket', async () => {
    const { ask } = await fixture();
    const headers = { host: 'evil.example.com' };
    const refused = await ask('GET', '/healthz', { headers });
    assert.equal(refused.status, 421);
    assert.equal(errorOf(refused.body)['code'], 'api.misdirected');
    assert.equal((await ask('GET', '/healthz', { headers, bindings: local })).status, 200);
    for (const host of ['127.0.0.1:8080', '[::1]:8080', 'localhost']) {
      assert.equal((await ask('GET', '/healthz', { headers: { host } })).status, 200);
    }
  });

  it('answers everything with headers that keep browsers out', async () => {
    const { ask } = await fixture();
    for (const path of ['/healthz', '/nothing', station]) {
      const { headers } = await ask('GET', path, { token: null });
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('access-control-allow-origin'), null);
    }
  });
});

describe('stations', () => {
  it('are found by identities with spaces, umlauts, slashes and percent signs', async () => {
    const names = ['Säule 1', 'a/b', 'a%2Fb', '100%', '..x', 'a?b#c', '日本'];
    const { ask } = await fixture({ names });
    for (const name of names) {
      const { status, body } = await ask('GET', `/api/v1/stations/${encodeURIComponent(name)}`);
      assert.deepEqual([status, body['name']], [200, name]);
    }
    assert.equal((await ask('GET', '/api/v1/stations')).status, 200);
  });

  it('that do not exist are answered with what to do', async () => {
    const { ask } = await fixture();
    const { status, body } = await ask('GET', '/api/v1/stations/nobody');
    assert.equal(status, 404);
    assert.equal(errorOf(body)['code'], 'api.unknownStation');
  });

  it('can be told to connect, to reset, to send again and to apply an endpoint', async () => {
    const { ask, host } = await fixture();
    assert.equal((await ask('POST', `${station}/connect`)).status, 202);
    assert.equal((await ask('POST', `${station}/reset`)).status, 202);
    assert.equal((await ask('POST', `${station}/reset`, { body: { kind: 'hard' } })).status, 202);
    assert.equal((await ask('POST', `${station}/outbox/dead-letters/resend`)).status, 202);
    assert.equal((await ask('POST', `${station}/endpoint/apply`, { body: { confirmed: true } })).status, 202);
    assert.equal((await ask('POST', `${station}/endpoint/apply`)).status, 422);
    const told = [
      'connectNow',
      'reset soft',
      'reset hard',
      'resendParked',
      'applyEndpoint true',
      'applyEndpoint false',
    ];
    assert.deepEqual(host.calls, told);
  });

  it('can be told to look at the way to their backend, disconnecting only when asked', async () => {
    const { ask, host } = await fixture();
    const { status, body } = await ask('POST', `${station}/doctor`);
    assert.equal(status, 200);
    assert.deepEqual(body['steps'], []);
    assert.equal((await ask('POST', `${station}/doctor`, { body: { disconnect: true } })).status, 200);
    assert.equal((await ask('POST', `${station}/doctor`, { body: { disconnect: 'yes' } })).status, 400);
    assert.deepEqual(host.calls, ['doctor false', 'doctor true']);
  });

  it('show the installed charging profiles, and what they allow', async () => {
    const { ask } = await fixture();
    const { body } = await ask('GET', `${station}/charging-profiles`);
    const schedule = { unit: 'A', periods: [{ startSeconds: 0, limit: 16, phases: null }] };
    const profile = {
      id: 42,
      evse: 1,
      purpose: 'TxDefaultProfile',
      stackLevel: 0,
      kind: 'absolute',
      transaction: null,
    };
    const times = { validFrom: null, validTo: '1970-01-02T00:00:00.000Z', accepted: '1970-01-01T00:00:01.000Z' };
    assert.deepEqual(body, { list: [{ ...profile, ...times, start: null, durationSeconds: null, ...schedule }] });
    const day = await ask('GET', `${station}/charging-schedule`);
    const start = '1970-01-01T00:00:00.000Z';
    assert.deepEqual(day.body, { evse: 0, start, durationSeconds: 86_400, ...schedule });
    const hour = await ask('GET', `${station}/charging-schedule?evse=2&hours=1&unit=W`);
    assert.deepEqual(hour.body, { evse: 2, start, durationSeconds: 3_600, ...schedule, unit: 'W' });
    for (const wrong of ['evse=3', 'evse=-1', 'evse=x', 'hours=0', 'hours=169', 'hours=1.5', 'unit=kW'])
      assert.equal((await ask('GET', `${station}/charging-schedule?${wrong}`)).status, 400, wrong);
    assert.equal((await ask('GET', `${station}/charging-profiles`, { token: null })).status, 401);
  });

  it('show the reservations, and end one on site', async () => {
    const { ask, host } = await fixture();
    const list = `${station}/reservations`;
    const view = { id: 7, evse: 1, idTag: 'Card1', parentIdTag: 'FLEET', expiry: '2026-11-22T12:00:00.000Z' };
    assert.deepEqual((await ask('GET', list)).body, { list: [view] });
    assert.equal((await ask('DELETE', `${list}/7`)).status, 200);
    const unknown = await ask('DELETE', `${list}/-9`);
    assert.deepEqual([unknown.status, errorOf(unknown.body)['code']], [404, 'api.unknownReservation']);
    assert.equal((await ask('DELETE', `${list}/8`)).status, 503);
    assert.equal((await ask('DELETE', `${list}/seven`)).status, 400);
    for (const [method, path] of [
      ['GET', list],
      ['DELETE', `${list}/7`],
    ] as const)
      assert.equal((await ask(method, path, { token: null })).status, 401);
    assert.deepEqual(host.calls, ['cancelReservation 7', 'cancelReservation -9', 'cancelReservation 8']);
  });

  it('take a white list card by card and as a whole, and say what is wrong with an entry', async () => {
    const { ask } = await fixture();
    const list = `${station}/white-list`;
    const until = '2027-06-30T22:00:00.000Z';
    const added = await ask('POST', list, { body: { idTag: 'Card/1', note: 'caretaker', expiry: until } });
    assert.deepEqual([added.status, added.body], [201, { count: 1, maxLength: 1000 }]);
    assert.equal((await ask('POST', list, { body: { idTag: 'CARD/1' } })).status, 409);
    for (const body of [{}, { idTag: '' }, { idTag: 5 }, { idTag: 'A', expiry: 'soon' }, { idTag: 'A', note: 5 }])
      assert.equal((await ask('POST', list, { body })).status, 400, JSON.stringify(body));
    assert.equal((await ask('POST', list, { body: { idTag: 'x'.repeat(21) } })).status, 422);
    const entries = [{ idTag: 'Card/1', note: 'caretaker', expiry: until }];
    assert.deepEqual((await ask('GET', list)).body, { count: 1, maxLength: 1000, entries });
    const whole = [...entries, { idTag: 'A' }, { idTag: 'B', expiry: null }];
    assert.equal((await ask('PUT', list, { body: { entries: [...whole, { idTag: 'a' }] } })).status, 422);
    assert.equal((await ask('PUT', list, { body: { entries: [{ idTag: 'A', expiry: 'x' }] } })).status, 400);
    assert.equal((await ask('GET', list)).body['count'], 1);
    assert.deepEqual((await ask('PUT', list, { body: { entries: whole } })).body, { count: 3, maxLength: 1000 });
    const gone = `${list}/${encodeURIComponent('CARD/1')}`;
    assert.deepEqual((await ask('DELETE', gone)).body, { count: 2, maxLength: 1000 });
    assert.equal((await ask('DELETE', gone)).status, 404);
    for (const [method, path] of [
      ['GET', list],
      ['POST', list],
      ['PUT', list],
      ['DELETE', gone],
    ] as const)
      assert.equal((await ask(method, path, { token: null })).status, 401, method);
  });

  it("show the backend's list of cards page by page", async () => {
    const { ask, host } = await fixture();
    const { body } = await ask('GET', `${station}/local-list?offset=20&limit=5`);
    const entries = [{ idToken: 'Card1', status: 'accepted', expiryMs: 86_400_000, parentIdToken: 'FLEET' }];
    assert.deepEqual(body, { enabled: true, version: 4, count: 1, entries });
    for (const page of ['', '?offset=-1&limit=none', '?limit=5000']) await ask('GET', `${station}/local-list${page}`);
    assert.deepEqual(host.calls, ['localList 20 5', 'localList 0 100', 'localList 0 100', 'localList 0 1000']);
    assert.equal((await ask('GET', `${station}/local-list`, { token: null })).status, 401);
  });

  it('show their outbox and what is parked in it', async () => {
    const { ask } = await fixture();
    assert.equal((await ask('GET', `${station}/outbox`)).body['parked'], 1);
    const { text } = await ask('GET', `${station}/outbox/dead-letters`);
    assert.match(text, /FormationViolation/);
  });
});

describe('bad requests', () => {
  const path = `${station}/parameters`;
  const bodies: readonly (readonly [string, unknown, number, string])[] = [
    ['no JSON', '{"changes":', 400, 'api.badRequest'],
    ['a list', [1], 400, 'api.badRequest'],
    ['no changes', {}, 400, 'api.badRequest'],
    ['empty changes', { changes: {} }, 400, 'api.badRequest'],
    ['a nested value', { changes: { HeartbeatInterval: { deep: 1 } } }, 400, 'api.badRequest'],
    ['dryRun as text', { changes: { HeartbeatInterval: 60 }, dryRun: 'yes' }, 400, 'api.badRequest'],
    ['an unknown parameter', { changes: { Foo: 1 } }, 404, 'config.unknownParameter'],
    ['a value out of range', { changes: { HeartbeatInterval: -1 } }, 422, 'config.refused'],
    ['a pinned value', { changes: { 'backend.messageTimeout': 30 } }, 422, 'config.refused'],
  ];
  for (const [name, body, status, code] of bodies) {
    it(`with ${name} get ${status}`, async () => {
      const { ask, defects } = await fixture();
      const answer = await ask('PATCH', path, { body });
      assert.equal(answer.status, status);
      assert.equal(errorOf(answer.body)['code'], code);
      assert.deepEqual(defects, []);
    });
  }

  it('that are larger than 1 MiB, or of another type, are not read', async () => {
    const { ask } = await fixture();
    const large = await ask('PATCH', path, { body: `"${'x'.repeat(1_048_577)}"` });
    assert.deepEqual([large.status, errorOf(large.body)['code']], [413, 'api.tooLarge']);
    const form = await ask('PATCH', path, { body: 'a=b', headers: { 'content-type': 'text/plain' } });
    assert.equal(form.status, 415);
  });

  it('to a known address with another method are told the methods', async () => {
    const { ask } = await fixture();
    const { status, headers } = await ask('DELETE', path);
    assert.equal(status, 405);
    assert.equal(headers.get('allow'), 'GET, HEAD, PATCH');
    assert.equal((await ask('GET', '/api/v1/nothing')).status, 404);
  });
});

describe('parameters', () => {
  it('reads and writes what each connector has of its own, under the name with its number', async () => {
    const { ask } = await fixture();
    const path = `${station}/parameters/charging.operatorCurrentLimit`;
    assert.equal((await ask('PUT', `${path}_2`, { body: { value: 10 } })).status, 200);
    const { body: second } = await ask('GET', `${station}/parameters/operatorcurrentlimit_2`);
    assert.deepEqual(
      [second['id'], second['connector'], second['key'], second['value'], Object(second['row'])['scope']],
      ['charging.operatorCurrentLimit_2', 2, 'OperatorCurrentLimit_2', '10', 'individual'],
    );
    assert.deepEqual((await ask('GET', path)).body['value'], '');
    for (const name of ['charging.operatorCurrentLimit_3', 'backend.heartbeatInterval_2']) {
      const unknown = await ask('GET', `${station}/parameters/${name}`);
      assert.deepEqual([unknown.status, errorOf(unknown.body)['code']], [404, 'config.unknownParameter'], name);
      assert.equal((await ask('PUT', `${station}/parameters/${name}`, { body: { value: 10 } })).status, 404, name);
    }
    const { body: history } = await ask('GET', `${station}/parameters/history`);
    assert.match(JSON.stringify(history), /operatorCurrentLimit_2/);
    const { body: file } = await ask('GET', `${station}/parameters/export?categories=charging`);
    assert.equal(Object(file['parameters'])['charging.operatorCurrentLimit_2'], 10);
    const { body: differences } = await ask('GET', `${station}/parameters/diff`);
    assert.match(
      JSON.stringify(differences),
      /"charging.operatorCurrentLimit_2","key":"OperatorCurrentLimit_2","from":"","to":"10"/,
    );
    assert.equal((await ask('POST', `${path}_2/reset`)).status, 200);
    assert.equal((await ask('GET', `${path}_2`)).body['value'], '');
  });

  it('are changed together or not at all', async () => {
    const { ask } = await fixture();
    const refused = await ask('PATCH', `${station}/parameters`, {
      body: { changes: { HeartbeatInterval: 60, 'metering.sampleInterval': -5 } },
    });
    assert.equal(refused.status, 422);
    assert.equal((await ask('GET', `${station}/parameters/HeartbeatInterval`)).body['value'], '300');
    const taken = await ask('PATCH', `${station}/parameters`, { body: { changes: { heartbeatINTERVAL: 60 } } });
    assert.deepEqual(taken.body['outcomes'], [{ kind: 'accepted', id: 'backend.heartbeatInterval' }]);
    assert.equal((await ask('GET', `${station}/parameters/backend.heartbeatInterval`)).body['value'], '60');
  });

  it('are only looked at in a dry run', async () => {
    const { ask } = await fixture();
    const body = { changes: { HeartbeatInterval: 60, BackendUrl: 'ws://example.com/ocpp' }, dryRun: true };
    const { status, body: answer } = await ask('PATCH', `${station}/parameters`, { body });
    assert.equal(status, 200);
    assert.deepEqual(answer['outcomes'], [
      { kind: 'accepted', id: 'backend.heartbeatInterval' },
      { kind: 'staged', id: 'backend.host' },
    ]);
    assert.equal((await ask('GET', `${station}/parameters/HeartbeatInterval`)).body['value'], '300');
    const bad = await ask('PATCH', `${station}/parameters`, {
      body: { changes: { HeartbeatInterval: -1 }, dryRun: true },
    });
    assert.equal(bad.status, 422);
  });

  it('go back to their defaults', async () => {
    const { ask } = await fixture();
    await ask('PUT', `${station}/parameters/HeartbeatInterval`, { body: { value: 60 } });
    assert.equal((await ask('POST', `${station}/parameters/HeartbeatInterval/reset`)).status, 200);
    assert.equal((await ask('GET', `${station}/parameters/HeartbeatInterval`)).body['value'], '300');
    assert.equal((await ask('POST', `${station}/parameters/Foo/reset`)).status, 404);
  });

  it('are explained, exported, compared, imported and remembered', async () => {
    const { ask } = await fixture();
    await ask('PUT', `${station}/parameters/HeartbeatInterval`, { body: { value: '60' } });
    const explained = await ask('GET', `${station}/parameters/HeartbeatInterval/explain`);
    assert.match(explained.text, /"layer":"stored","value":"60"/);
    const exported = await ask('GET', `${station}/parameters/export?categories=backend`);
    assert.ok(isRecord(exported.body['parameters']));
    const changed = { ...exported.body['parameters'], 'backend.heartbeatInterval': 90 };
    const file = { ...exported.body, parameters: changed };
    const diff = await ask('POST', `${station}/parameters/diff`, { body: file });
    const expected = { id: 'backend.heartbeatInterval', key: 'HeartbeatInterval', from: '60', to: '90' };
    assert.deepEqual(diff.body['list'], [expected]);
    await ask('POST', `${station}/parameters/import?dryRun=true`, { body: file });
    assert.equal((await ask('GET', `${station}/parameters/HeartbeatInterval`)).body['value'], '60');
    await ask('POST', `${station}/parameters/import`, { body: file });
    assert.equal((await ask('GET', `${station}/parameters/HeartbeatInterval`)).body['value'], '90');
    const history = await ask('GET', `${station}/parameters/history`);
    assert.match(history.text, /"who":"operator token","source":"operator","old":"60","new":"90"/);
  });

  it('never tell a secret, neither when it is written, nor refused, nor read', async () => {
    const { ask } = await fixture();
    const secret = 'correct-horse-battery';
    const bindings = local;
    const answers = [
      await ask('PUT', `${station}/parameters/AuthorizationKey`, { body: { value: secret }, bindings }),
      await ask('PUT', `${station}/parameters/AuthorizationKey`, { body: { value: `${secret}\u0007` }, bindings }),
      await ask('PATCH', `${station}/parameters`, { body: `{"changes": {"AuthorizationKey": ${secret}}}`, bindings }),
      await ask('PATCH', `${station}/parameters`, {
        body: { changes: { AuthorizationKey: secret }, dryRun: true },
        bindings,
      }),
      await ask('POST', `${station}/parameters/import`, { body: { 'backend.authorizationKey': secret }, bindings }),
      await ask('POST', `${station}/parameters/diff`, { body: { 'backend.authorizationKey': secret }, bindings }),
    ];
    for (const path of ['', '/parameters', '/parameters/AuthorizationKey', '/parameters/AuthorizationKey/explain']) {
      answers.push(await ask('GET', `${station}${path}`, { bindings }));
    }
    for (const path of ['export', 'diff', 'history'])
      answers.push(await ask('GET', `${station}/parameters/${path}`, { bindings }));
    for (const { text } of answers) assert.doesNotMatch(text, /correct-horse|manufacturer-token|operator-token/);
    assert.equal(answers[0]?.status, 200);
  });
});

describe('the simulator', () => {
  it('shows its state and does what it is told', async () => {
    const { ask } = await fixture();
    assert.equal((await ask('POST', `${station}/simulator`, { body: { action: 'plug', evse: 1 } })).status, 200);
    const { body, text } = await ask('GET', `${station}/simulator`);
    assert.match(text, /"simulated":true/);
    assert.ok(Array.isArray(body['actions']) && body['actions'].length > 10);
    const again = await ask('POST', `${station}/simulator`, { body: { action: 'plug', evse: 1 } });
    assert.deepEqual([again.status, errorOf(again.body)['code']], [409, 'simulator.refused']);
    assert.equal((await ask('POST', `${station}/simulator`, { body: 'x' })).status, 400);
  });

  it('does not exist for real hardware', async () => {
    const { ask } = await fixture({ realHardware: true });
    const { status, body } = await ask('GET', `${station}/simulator`);
    assert.deepEqual([status, errorOf(body)['code']], [404, 'api.notSimulated']);
  });
});

describe('a defect', () => {
  it('is told to the log and not to the caller', async () => {
    const { ask, host, defects } = await fixture();
    const [first] = host.stations();
    assert.ok(first !== undefined);
    Object.assign(first, {
      connectNow: () => {
        throw new TypeError('secret detail');
      },
    });
    const { status, body, text } = await ask('POST', `${station}/connect`);
    assert.deepEqual([status, errorOf(body)['code']], [500, 'internal.bug']);
    assert.doesNotMatch(text, /secret detail/);
    assert.deepEqual(defects, ['secret detail']);
  });
});

void describe('the diagnostics', () => {
  it('come as an archive to the operator only (F-05)', async () => {
    const { ask } = await fixture();
    const answer = await ask('GET', `${station}/diagnostics`);
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'application/zip']);
    assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="[\w.-]+-diagnostics\.zip"$/);
    assert.equal(answer.text.length, 100_002);
    assert.equal((await ask('GET', `${station}/diagnostics`, { token: null })).status, 401);
  });
});

void describe('the security log', () => {
  it('is shown page by page and exported as text to the operator', async () => {
    const { ask } = await fixture();
    const page = await ask('GET', `${station}/security-log?limit=10`);
    assert.deepEqual([page.status, page.body['count'], page.body['left']], [200, 1, 0]);
    assert.match(page.text, /"type":"StartupOfTheDevice"/);
    assert.deepEqual((await ask('GET', `${station}/security-log?after=3`)).body['entries'], []);
    assert.equal((await ask('GET', `${station}/security-log`, { token: null })).status, 401);
  });

  it('is cleared by the manufacturer only', async () => {
    const { ask, host } = await fixture();
    assert.equal((await ask('DELETE', `${station}/security-log`)).status, 403);
    assert.equal((await ask('DELETE', `${station}/security-log`, { token: tokens.manufacturer })).status, 200);
    assert.match(host.calls.join(), /clearSecurityLog/);
  });
});
