import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { isRecord } from '@kerbside/station';
import { StrictBackend } from '@kerbside/testkit';

import { writeConfiguration } from './parts/configuration.ts';
import { apiUrl, registered, startDaemon } from './parts/daemon.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';
import { until } from './parts/until.ts';

const identity = 'CP 1/2';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks the API of a daemon as a program on the network does. */
class Api {
  readonly #url: string;
  readonly #token: string | undefined;

  constructor(url: string, token?: string) {
    this.#url = url;
    this.#token = token;
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(this.#token === undefined ? {} : { Authorization: `Bearer ${this.#token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }
}

function field(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
}

test('health, readiness, tokens, parameters and the description of the API', async (t) => {
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  const backend = new StrictBackend();
  await backend.start();
  t.after(() => backend.close());
  await backend.suspend();
  const config = writeConfiguration(folder, {
    'backend.backoffFirst': 1,
    'backend.backoffMinimum': 1,
    'backend.backoffRandomRange': 0,
  });
  const paths = ['--simulate', '--data', data, '--config', config];
  const daemon = startDaemon([...paths, '--backend', backend.url, '--identity', identity]);
  t.after(() => daemon.child.kill());
  const url = await apiUrl(daemon);
  const nobody = new Api(url);
  const station = `/api/v1/stations/${encodeURIComponent(identity)}`;

  await t.test('it lives, and is ready only when the backend has registered it', async () => {
    assert.equal((await nobody.ask('GET', '/healthz')).status, 200);
    const before = await nobody.ask('GET', '/readyz');
    assert.equal(before.status, 503);
    assert.match(JSON.stringify(field(before.body, 'reasons')), /CP 1\/2: /);
    await backend.resume();
    await registered(daemon);
    await until('readiness', async () => (await nobody.ask('GET', '/readyz')).status === 200);
    assert.deepEqual((await nobody.ask('GET', '/readyz')).body, { ready: true, reasons: [] });
  });

  const tokensFile = join(data, 'tokens.json');
  const tokens: unknown = JSON.parse(readFileSync(tokensFile, 'utf8'));
  const operator = new Api(url, String(field(tokens, 'operator')));
  const manufacturer = new Api(url, String(field(tokens, 'manufacturer')));

  await t.test('tokens are made at the first start, told once and kept for their owner alone', async () => {
    assert.equal(statSync(tokensFile).mode & 0o777, 0o600);
    assert.ok(daemon.child.errors.includes(String(field(tokens, 'operator'))));
    assert.ok(!daemon.child.output.includes(String(field(tokens, 'operator'))), 'the log holds a token');
    assert.equal((await nobody.ask('GET', station)).status, 401);
    assert.equal((await new Api(url, 'guessed').ask('GET', station)).status, 401);
    const { status, body } = await operator.ask('GET', station);
    assert.equal(status, 200);
    assert.deepEqual([field(body, 'identity'), field(body, 'registration')], [identity, 'accepted']);
    assert.equal((await operator.ask('GET', '/api/v1/stations/nobody')).status, 404);
  });

  await t.test('parameters are read and changed by id and by OCPP key, all or nothing', async () => {
    const path = `${station}/parameters`;
    assert.equal((await operator.ask('PUT', `${path}/MeterValueSampleInterval`, { value: 30 })).status, 200);
    assert.equal(String(field((await operator.ask('GET', `${path}/metering.sampleInterval`)).body, 'value')), '30');
    const bad = { changes: { 'metering.sampleInterval': 60, ConnectionTimeOut: -5 } };
    const refused = await operator.ask('PATCH', path, bad);
    assert.ok(refused.status >= 400 && refused.status < 500, JSON.stringify(refused));
    assert.match(JSON.stringify(refused.body), /connectionTimeOut/);
    assert.equal(String(field((await operator.ask('GET', `${path}/metering.sampleInterval`)).body, 'value')), '30');
    assert.equal((await operator.ask('GET', `${path}/no.such.parameter`)).status, 404);
    assert.equal((await manufacturer.ask('PUT', `${path}/station.vendor`, { value: 'ACME' })).status, 200);
    const forbidden = await operator.ask('PUT', `${path}/station.vendor`, { value: 'OTHER' });
    assert.ok(forbidden.status >= 400 && forbidden.status < 500);
    assert.match(JSON.stringify(forbidden.body), /manufacturer/);
  });

  await t.test('a change over HTTP is what the backend reads', async () => {
    const { configurationKey } = await backend.call(identity, 'GetConfiguration', {
      key: ['MeterValueSampleInterval'],
    });
    assert.deepEqual(configurationKey, [{ key: 'MeterValueSampleInterval', readonly: false, value: '30' }]);
  });

  await t.test('the API describes itself, and every path that it names is there', async () => {
    const { status, body } = await nobody.ask('GET', '/api/v1/openapi.json');
    assert.equal(status, 200);
    assert.match(String(field(body, 'openapi')), /^3\.1\./);
    const described = Object.entries(Object(field(body, 'paths')) as Record<string, Record<string, unknown>>);
    assert.ok(described.length > 5);
    // A stream never ends, and texts are no JSON: those who show them have tests that read them.
    const isJson = (operation: unknown): boolean =>
      field(operation, 'responses', '200', 'content', 'application/json') !== undefined;
    for (const [path] of described.filter(([, methods]) => 'get' in methods && isJson(methods['get']))) {
      const real = path
        .replace('{identity}', encodeURIComponent(identity))
        .replace('{name}', 'metering.sampleInterval')
        .replace('{transaction}', 'none')
        .replace(/\/authorization\/decide$/, '$&?idTag=04AABBCC');
      // No session ended so far: the path is there, and there is none of this name.
      const expected = path.includes('{transaction}') ? 404 : 200;
      assert.equal((await operator.ask('GET', real)).status, expected, `GET ${real}`);
    }
  });

  assert.equal((await daemon.child.stop()).code, 0);
  assert.deepEqual(backend.finish(), []);
});
