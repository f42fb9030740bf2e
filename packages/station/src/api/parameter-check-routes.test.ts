import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isRecord } from '../core/json.ts';
import { AccessDesk } from './access/access-desk.ts';
import { createApi } from './api.ts';
import { LiveViews } from './live/live-views.ts';
import { createTestLive } from './live/test-live.ts';
import { createTestHost, type TestHost } from './test-host.ts';

const tokens = { operator: 'operator-token-0123', manufacturer: 'manufacturer-token-0' };
const station = `/api/v1/stations/${encodeURIComponent('Säule 1/A')}`;

type Ask = (method: string, path: string, body?: unknown, how?: How) => Promise<readonly [number, unknown]>;

interface How {
  readonly language?: string;
  readonly by?: keyof typeof tokens;
  readonly address?: string;
}

async function fixture(given?: TestHost): Promise<Ask> {
  const host = given ?? (await createTestHost());
  const live = new LiveViews({ host, source: createTestLive(), after: () => () => undefined });
  const access = new AccessDesk({ tokens, accounts: null, monotonicMs: () => 0 });
  const app = createApi({ host, access, live, loopbackOnly: true, onDefect: (text): void => assert.fail(text) });
  return async (method, path, body, { language = 'en', by = 'operator', address = '127.0.0.1' } = {}) => {
    const headers = {
      host: 'localhost:8080',
      authorization: `Bearer ${tokens[by]}`,
      'accept-language': language,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const network = { transport: 'tcp', address, secure: false } as const;
    const response = await app.request(`${station}${path}`, init, network);
    return [response.status, await response.json()];
  };
}

function field(answer: unknown, name: string): unknown {
  return isRecord(answer) ? answer[name] : undefined;
}

const change = (ask: Ask, value: string): Promise<readonly [number, unknown]> =>
  ask('PATCH', '/parameters', { changes: { 'backend.heartbeatInterval': value } });

test('checking stores nothing, and answers in the language of the request', async () => {
  const ask = await fixture();
  const [status, said] = await ask(
    'POST',
    '/parameters/check',
    { changes: { HeartbeatInterval: 'x' } },
    { language: 'de-DE' },
  );
  assert.equal(status, 200);
  assert.match(JSON.stringify(said), /ganze Zahl/);
  assert.equal((await ask('POST', '/parameters/check', {}))[0], 400);
  assert.deepEqual((await ask('GET', '/parameters/history'))[1], []);
});

test('a change is taken back, but not over the head of a newer one', async () => {
  const ask = await fixture();
  await change(ask, '600');
  await change(ask, '700');
  const [refused, why] = await ask('POST', '/parameters/history/0/undo', {});
  assert.deepEqual([refused, field(why, 'code'), field(why, 'now')], [409, 'config.changedSince', '700']);
  assert.equal((await ask('POST', '/parameters/history/1/undo', {}))[0], 200);
  assert.equal(field((await ask('GET', '/parameters/HeartbeatInterval'))[1], 'value'), '600');
  assert.equal((await ask('POST', '/parameters/history/0/undo', { force: true }))[0], 200);
  assert.equal(field((await ask('GET', '/parameters/HeartbeatInterval'))[1], 'value'), '300');
});

test('what a secret was before cannot be brought back, nor what is not remembered', async () => {
  const ask = await fixture();
  await ask('PATCH', '/parameters', { changes: { 'backend.authorizationKey': 'geheim-4711-geheim' } });
  assert.equal((await ask('POST', '/parameters/history/0/undo', {}))[0], 422);
  assert.equal((await ask('POST', '/parameters/history/77/undo', {}))[0], 404);
});

test('the standing of the backend address counts every change', async () => {
  const ask = await fixture();
  const before = (await ask('GET', '/endpoint'))[1];
  await ask('PATCH', '/parameters', { changes: { 'backend.host': 'csms.example.com' } });
  const after = (await ask('GET', '/endpoint'))[1];
  assert.deepEqual([field(before, 'kind'), field(after, 'kind')], ['settled', 'staged']);
  assert.deepEqual(field(after, 'staged'), ['backend.host']);
  assert.equal(Number(field(after, 'changes')) > Number(field(before, 'changes')), true);
  assert.equal(field(after, 'rolledBack'), null);
});

test('changes that shall wait are judged at once, shown while they wait, and can be taken back', async () => {
  const ask = await fixture();
  const bad = { changes: { 'backend.heartbeatInterval': 'x' }, when: 'idle' };
  assert.equal((await ask('PATCH', '/parameters', bad))[0], 422);
  assert.deepEqual(await ask('GET', '/parameters/scheduled'), [200, null]);
  const good = { changes: { 'backend.heartbeatInterval': '600' }, when: 'idle' };
  assert.equal((await ask('PATCH', '/parameters', good))[0], 200);
  const [, waiting] = await ask('GET', '/parameters/scheduled');
  assert.deepEqual(field(waiting, 'changes'), { 'backend.heartbeatInterval': '600' });
  assert.equal((await ask('DELETE', '/parameters/scheduled'))[0], 200);
  assert.deepEqual(await ask('GET', '/parameters/scheduled'), [200, null]);
});

test('secrets leave in a file for the manufacturer only, and not over a network that others read', async () => {
  const host = await createTestHost();
  const ask = await fixture(host);
  await ask('PATCH', '/parameters', { changes: { 'backend.authorizationKey': 'geheim-4711-geheim' } });
  const path = '/parameters/export?secrets=true';
  const [status, file] = await ask('GET', path, undefined, { by: 'manufacturer' });
  assert.equal(status, 200);
  assert.ok(JSON.stringify(file).includes('geheim-4711'));
  assert.equal((await ask('GET', path))[0], 403);
  assert.equal((await ask('GET', path, undefined, { by: 'manufacturer', address: '192.168.1.9' }))[0], 403);
  const [, without] = await ask('GET', '/parameters/export', undefined, { by: 'manufacturer' });
  assert.equal(JSON.stringify(without).includes('geheim'), false);
  assert.deepEqual(
    host.calls.filter((line) => line.startsWith('secretsExported')),
    ['secretsExported manufacturer token'],
    'only the file that went out is in the security log',
  );
});

test('an import says in German why it refuses', async () => {
  const ask = await fixture();
  const file = { 'backend.heartbeatInterval': 'x', 'no.such': 1 };
  const [, said] = await ask('POST', '/parameters/import?dryRun=true', file, { language: 'de' });
  assert.match(JSON.stringify(said), /ganze Zahl.*Einen Parameter „no.such“ gibt es nicht/);
});

test('a task is carried out whole, first only in thought', async () => {
  const ask = await fixture();
  const listed = (await ask('GET', '/presets'))[1];
  assert.ok(Array.isArray(listed) && listed.some((preset) => field(preset, 'name') === 'energyManager'));
  assert.equal((await ask('POST', '/presets/energyManager', { dryRun: true }))[0], 200);
  assert.equal(field((await ask('GET', '/parameters/charging.externalLimitTimeout'))[1], 'value'), '0');
  assert.equal((await ask('POST', '/presets/energyManager', {}))[0], 200);
  assert.equal(field((await ask('GET', '/parameters/charging.externalLimitTimeout'))[1], 'value'), '300');
  assert.equal((await ask('POST', '/presets/no-such', {}))[0], 404);
});

test('the report tells what was set, by whom it was made, and no secret', async () => {
  const ask = await fixture();
  await ask('PATCH', '/parameters', {
    changes: { 'backend.authorizationKey': 'geheim-4711-geheim', HeartbeatInterval: '600' },
  });
  const [status, report] = await ask('GET', '/report');
  assert.equal(status, 200);
  assert.ok(JSON.stringify(field(report, 'changed')).includes('backend.heartbeatInterval'));
  assert.equal(field(report, 'madeBy'), 'operator token');
  assert.equal(JSON.stringify(report).includes('geheim'), false);
  const findings = field((await ask('GET', '/security-check'))[1], 'findings');
  assert.deepEqual(field(report, 'security'), findings);
});
