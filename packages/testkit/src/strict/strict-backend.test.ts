import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import rpc, { type RPCClient } from 'ocpp-rpc';

import type { Behaviour } from '../script/rule.ts';
import { CertificateAuthority } from '../tls/certificate-authority.ts';
import { ControlApi } from './control-api.ts';
import { StrictBackend, type StrictBackendOptions } from './strict-backend.ts';

async function startBackend(context: TestContext, options: StrictBackendOptions = {}): Promise<StrictBackend> {
  const backend = new StrictBackend(options);
  await backend.start();
  context.after(() => backend.close());
  return backend;
}

/** A station made of ocpp-rpc's own client. */
function station(context: TestContext, backend: StrictBackend, options: object = {}): RPCClient {
  const client = new rpc.RPCClient({
    endpoint: backend.url,
    identity: 'CP1',
    protocols: ['ocpp1.6'],
    strictMode: false,
    reconnect: false,
    pingIntervalMs: 0,
    callTimeoutMs: 2000,
    ...options,
  } as ConstructorParameters<typeof rpc.RPCClient>[0]);
  client.handle('ClearCache', async () => await Promise.resolve({ status: 'Accepted' }));
  context.after(() => client.close({ force: true }));
  return client;
}

const boot = { chargePointVendor: 'v', chargePointModel: 'm' };
const start = { connectorId: 1, idTag: 'TAG', meterStart: 100, timestamp: '2026-11-22T12:00:00Z' };

test('a whole session with the strict server leaves one clean transaction', async (context) => {
  const backend = await startBackend(context);
  const client = station(context, backend);
  await client.connect();
  assert.equal(((await client.call('BootNotification', boot)) as { status: string }).status, 'Accepted');
  assert.deepEqual(await client.call('StartTransaction', start), {
    idTagInfo: { status: 'Accepted' },
    transactionId: 1,
  });
  const meterValue = [{ timestamp: '2026-11-22T12:01:00Z', sampledValue: [{ value: '150' }] }];
  await client.call('MeterValues', { connectorId: 1, transactionId: 1, meterValue });
  await client.call('StopTransaction', { transactionId: 1, meterStop: 200, timestamp: '2026-11-22T12:02:00Z' });
  assert.deepEqual(await backend.call('CP1', 'ClearCache'), { status: 'Accepted' });
  assert.deepEqual(backend.ledger.problems(), []);
  assert.equal(backend.ledger.counts.meterValues, 1);
  assert.deepEqual(backend.finish(), [], backend.checker.summary());
});

test('what breaks the schema is refused, noted and not booked', async (context) => {
  const backend = await startBackend(context);
  const client = station(context, backend);
  await client.connect();
  await client.call('BootNotification', boot);
  await assert.rejects(client.call('StartTransaction', { ...start, meterStart: '100' }));
  assert.deepEqual(
    backend
      .finish()
      .map(({ rule }) => rule)
      .toSorted(),
    ['schema.request', 'schema.strictServer'],
  );
  assert.equal(backend.ledger.entries.length, 0);
});

test('wss, Basic authentication with raw bytes, an identity with space and umlaut', async (context) => {
  const authority = new CertificateAuthority(Date.now());
  const tls = authority.issue({ commonName: 'localhost', hosts: ['127.0.0.1', 'localhost'] });
  const password = Buffer.from('ff00c3a9', 'hex');
  const identity = 'Säule 1';
  const backend = await startBackend(context, { tls, passwords: { [identity]: password } });
  const wsOpts = { ca: authority.cert };
  await assert.rejects(station(context, backend, { identity, wsOpts, password: Buffer.from('no') }).connect(), {
    code: 401,
  });
  await assert.rejects(station(context, backend, { identity, password }).connect(), /certificate/);
  const client = station(context, backend, { identity, wsOpts, password });
  await client.connect();
  await client.call('BootNotification', boot);
  assert.ok(backend.online(identity));
  assert.deepEqual(backend.finish(), []);
});

const plays: readonly (readonly [string, Behaviour, readonly unknown[], number | undefined])[] = [
  ['delay', { delay: { ms: 30 } }, ['h'], undefined],
  ['lateAnswer', { lateAnswer: { ms: 30 } }, ['h'], undefined],
  ['callError', { callError: { code: 'GenericError' } }, [[4, 'h', 'GenericError', '', {}]], undefined],
  ['noAnswer', { noAnswer: {} }, [], undefined],
  ['wrong answer', { answer: { replace: { currentTime: 5 } } }, [[3, 'h', { currentTime: 5 }]], undefined],
  ['duplicateAnswer', { duplicateAnswer: {} }, ['h', 'h'], undefined],
  ['garbage', { garbage: { text: '7' } }, [7], undefined],
  [
    'send',
    { send: { action: 'Reset', payload: { type: 'Never' } } },
    ['h', [2, 'Reset', { type: 'Never' }]],
    undefined,
  ],
  ['close', { close: { code: 1011 } }, [], 1011],
  ['close after', { close: { code: 1012, when: 'after' } }, ['h'], 1012],
  ['drop', { drop: {} }, [], 1006],
  ['halfOpen', { halfOpen: {} }, [], undefined],
];

for (const [name, behaviour, heard, closed] of plays) {
  test(`rule ${name} works on the real server`, async (context) => {
    const backend = await startBackend(context);
    const client = station(context, backend);
    await client.connect();
    await client.call('BootNotification', boot);
    const messages: unknown[] = [];
    const codes: unknown[] = [];
    client.on('message', ({ message, outbound }: { message: string; outbound: boolean }) => {
      if (!outbound) messages.push(shorten(JSON.parse(message)));
    });
    client.on('close', ({ code }: { code: number }) => codes.push(code));
    backend.setRules([{ on: { action: 'Heartbeat' }, do: behaviour }]);
    client.sendRaw(JSON.stringify([2, 'h', 'Heartbeat', {}]));
    await sleep(120);
    assert.deepEqual(messages, heard);
    assert.deepEqual(codes, closed === undefined ? [] : [closed]);
    assert.equal(backend.online('CP1'), closed === undefined);
  });
}

/** Leaves out what changes: times and the ids of the backend. */
function shorten(frame: unknown): unknown {
  if (!Array.isArray(frame)) return frame;
  const [type, id, third, ...rest] = frame as readonly unknown[];
  if (type === 2) return [type, third, ...rest];
  return type === 3 && typeof (third as { currentTime?: unknown }).currentTime === 'string' ? id : frame;
}

test('the upgrade can be refused, and answered without or with a foreign sub-protocol', async (context) => {
  const backend = await startBackend(context);
  backend.setRules([
    { on: { action: '@connect', nth: 1 }, do: { refuseUpgrade: { status: 503 } } },
    { on: { action: '@connect', nth: 2 }, do: { selectSubProtocol: { name: null } } },
    { on: { action: '@connect', nth: 3 }, do: { selectSubProtocol: { name: 'ocpp9' } } },
    { on: { action: '@connect', nth: 4 }, do: { refuseTcp: {} } },
  ]);
  await assert.rejects(station(context, backend).connect(), { code: 503 });
  await assert.rejects(station(context, backend).connect(), /no subprotocol/);
  await assert.rejects(station(context, backend).connect(), /invalid subprotocol/);
  await assert.rejects(station(context, backend).connect());
  await station(context, backend).connect();
  await assert.rejects(station(context, backend, { protocols: ['ocpp2.0.1'] }).connect(), { code: 400 });
  assert.equal(backend.attempts.length, 6);
});

test('a port in use is refused with its name', async (context) => {
  const { port } = await startBackend(context);
  const second = new StrictBackend({ port });
  await assert.rejects(second.start(), { code: 'backend.usage', message: new RegExp(`127.0.0.1:${port}.*EADDRINUSE`) });
});

test('rules that no server can play are refused', async (context) => {
  const backend = await startBackend(context);
  assert.throws(() => backend.setRules([{ on: { action: '@connect' }, do: { dnsFailure: {} } }]), {
    code: 'rules.invalid',
  });
});

test('pings get pongs unless a rule swallows them', async (context) => {
  const backend = await startBackend(context);
  const pings = async (): Promise<number> => {
    const client = station(context, backend, { pingIntervalMs: 20 });
    let count = 0;
    client.on('ping', () => {
      count += 1;
    });
    await client.connect();
    await sleep(70);
    await client.close({});
    return count;
  };
  assert.ok((await pings()) > 0);
  backend.setRules([{ on: { action: '@open' }, do: { ignorePings: {} } }]);
  assert.equal(await pings(), 0);
});

test('a suspended server refuses TCP and comes back on the same port', async (context) => {
  const backend = await startBackend(context);
  const { port } = backend;
  await backend.suspend();
  await assert.rejects(station(context, backend).connect(), { code: 'ECONNREFUSED' });
  await backend.resume();
  assert.equal(backend.port, port);
  await station(context, backend).connect();
});

test('a raw CALL may break the schema, a usual one may not', async (context) => {
  const backend = await startBackend(context);
  const client = station(context, backend);
  await client.connect();
  await client.call('BootNotification', boot);
  await assert.rejects(backend.call('CP1', 'Reset', { type: 'Never' }), { code: 'call.invalid' });
  await assert.rejects(backend.call('CP1', 'Reset', { type: 'Never' }, { raw: true }), {
    code: 'call.refused',
    errorCode: 'NotImplemented',
  });
  await assert.rejects(backend.call('CP1', 'Reset', { type: 'Soft' }), {
    code: 'call.refused',
    errorCode: 'NotImplemented',
  });
});

test('everything can be told and asked over HTTP', async (context) => {
  const backend = await startBackend(context);
  const control = new ControlApi(backend);
  await control.start();
  context.after(() => control.close());
  const client = station(context, backend, { identity: 'CP 1' });
  await client.connect();
  await client.call('BootNotification', boot);
  await client.call('StartTransaction', start);
  const ask = async (path: string, body?: unknown): Promise<{ status: number; json: unknown }> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${control.url}${path}`, init);
    return { status: response.status, json: await response.json() };
  };
  assert.deepEqual((await ask('/healthz')).json, { status: 'ok' });
  assert.deepEqual((await ask('/stations')).json, [{ identity: 'CP 1', online: true }]);
  assert.match(JSON.stringify((await ask('/ledger')).json), /"kind":"openForEver"/);
  assert.match(JSON.stringify((await ask('/ledger?open=allowed')).json), /"problems":\[\]/);
  assert.match(JSON.stringify((await ask('/frames?identity=CP%201&since=2')).json), /^\[{"sequence":3,/);
  assert.deepEqual((await ask('/call/CP%201/ClearCache', {})).json, { status: 'Accepted' });
  assert.equal((await ask('/call/nobody/ClearCache', {})).status, 404);
  assert.match(
    JSON.stringify(await ask('/call/CP%201/Reset', { type: 'Soft' })),
    /"status":502.*"errorCode":"NotImplemented"/,
  );
  assert.equal(
    (await ask('/rules', [{ on: { action: 'Heartbeat' }, do: { callError: { code: 'GenericError' } } }])).status,
    200,
  );
  await assert.rejects(client.call('Heartbeat', {}));
  assert.match(
    JSON.stringify(await ask('/rules', [{ on: {}, do: {} }])),
    /"status":400.*rules\[0\]\.on\.action is missing/,
  );
  assert.equal((await ask('/settings', { heartbeatInterval: 7 })).status, 200);
  assert.equal(backend.settings.heartbeatInterval, 7);
  assert.equal((await ask('/settings', { heartbeat: 7 })).status, 400);
  assert.equal((await ask('/settings', { heartbeatInterval: '7' })).status, 400);
  assert.deepEqual((await ask('/violations')).json, []);
  assert.equal((await ask('/disconnect/CP%201', { code: 1012 })).status, 200);
  await backend.waitFor(() => !backend.online('CP 1'), 'the end of the connection');
});

test('a backend that goes on with the books of an earlier run knows its transactions', async (context) => {
  const first = await startBackend(context);
  const client = station(context, first);
  await client.connect();
  await client.call('BootNotification', boot);
  await client.call('StartTransaction', start);
  const second = await startBackend(context);
  second.recall(first.ledger.export().entries);
  const again = station(context, second);
  await again.connect();
  await again.call('StopTransaction', { transactionId: 1, meterStop: 200, timestamp: '2026-11-22T12:02:00Z' });
  assert.deepEqual(second.ledger.problems(), []);
  assert.deepEqual(second.finish(), [], second.checker.summary());
});
