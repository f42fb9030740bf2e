import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ConnectFailure, VirtualTime, type Connection, type ConnectRequest } from '@kerbside/station';

import type { Behaviour, Rule } from '../script/rule.ts';
import { CallRefused } from '../testkit-error.ts';
import { FakeBackend, type FakeBackendOptions } from './fake-backend.ts';

/** The simplest station: notes what it hears, says what it is told. */
class Probe {
  readonly heard: string[] = [];
  readonly closed: number[] = [];
  pongs = 0;
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
    connection.listen({
      text: (text) => this.heard.push(text),
      pong: () => {
        this.pongs += 1;
      },
      activity: () => undefined,
      closed: (code) => this.closed.push(code),
    });
  }

  send(...elements: unknown[]): void {
    this.connection.send(JSON.stringify(elements));
  }
}

function request(more: Partial<ConnectRequest> = {}): ConnectRequest {
  return {
    url: 'ws://backend/ocpp/CP%201',
    subProtocols: ['ocpp1.6'],
    compression: false,
    maxPayloadBytes: 1_048_576,
    ...more,
  };
}

async function begin(
  options: Partial<FakeBackendOptions> = {},
): Promise<{ time: VirtualTime; backend: FakeBackend; probe: Probe }> {
  const time = new VirtualTime();
  const backend = new FakeBackend({ time, ...options });
  const probe = new Probe(await backend.transport().connect(request(), new AbortController().signal));
  return { time, backend, probe };
}

const boot = [2, 'b', 'BootNotification', { chargePointVendor: 'v', chargePointModel: 'm' }];

/** Plays one rule for Heartbeat and returns what the station heard within 10 s. */
async function playRule(behaviour: Behaviour): Promise<{ probe: Probe; backend: FakeBackend; time: VirtualTime }> {
  const world = await begin();
  world.probe.send(...boot);
  await world.time.advance(0);
  world.probe.heard.length = 0;
  world.backend.setRules([{ on: { action: 'Heartbeat', nth: 1 }, do: behaviour }]);
  world.probe.send(2, 'h', 'Heartbeat', {});
  await world.time.advance(10_000);
  return world;
}

test('every action of a station has an answer', async () => {
  const { time, backend, probe } = await begin();
  probe.send(...boot);
  probe.send(2, 'a', 'Authorize', { idTag: 'TAG' });
  probe.send(2, 's', 'StartTransaction', {
    connectorId: 1,
    idTag: 'TAG',
    meterStart: 5,
    timestamp: '2026-11-22T12:00:00Z',
  });
  probe.send(2, 'm', 'MeterValues', { connectorId: 1, transactionId: 1, meterValue: [] });
  probe.send(2, 'x', 'StopTransaction', {
    transactionId: 1,
    meterStop: 9,
    timestamp: '2026-11-22T12:01:00Z',
    idTag: 'TAG',
  });
  probe.send(2, 'r', 'RemoteStartTransaction', {});
  await time.advance(0);
  const info = { idTagInfo: { status: 'Accepted' } };
  assert.deepEqual(
    probe.heard.map((text) => JSON.parse(text)),
    [
      [3, 'b', { status: 'Accepted', currentTime: '2026-11-22T12:00:00.000Z', interval: 300 }],
      [3, 'a', info],
      [3, 's', { ...info, transactionId: 1 }],
      [3, 'm', {}],
      [3, 'x', info],
      [4, 'r', 'NotImplemented', 'A station may not send RemoteStartTransaction.', {}],
    ],
  );
  assert.deepEqual(backend.ledger.problems(), []);
  assert.deepEqual(backend.identities, ['CP 1']);
});

test('idTags are known in any case, with parent and expiry', async () => {
  const idTags = {
    Tag1: { parentIdTag: 'P', expiryDate: '2027-01-01T00:00:00Z' },
    bad: { status: 'Blocked' },
  } as const;
  const { time, backend, probe } = await begin({ settings: { idTags, unknownIdTag: 'Invalid', concurrentTx: true } });
  for (const idTag of ['TAG1', 'bad', 'other']) probe.send(2, idTag, 'Authorize', { idTag });
  await time.advance(0);
  const statuses = probe.heard.map((text) => JSON.parse(text)[2].idTagInfo);
  assert.deepEqual(statuses, [{ ...idTags.Tag1, status: 'Accepted' }, { status: 'Blocked' }, { status: 'Invalid' }]);
  assert.equal(backend.frames.calls('Authorize').length, 3);
});

const heartbeat = '[3,"h",{"currentTime":"2026-11-22T12:00:00.000Z"}]';

const behaviours: readonly (readonly [string, Behaviour, readonly string[], readonly number[]])[] = [
  ['delay', { delay: { ms: 9000 } }, [heartbeat], []],
  ['lateAnswer', { lateAnswer: { ms: 9000 } }, [heartbeat], []],
  ['callError', { callError: { code: 'GenericError', description: 'no' } }, ['[4,"h","GenericError","no",{}]'], []],
  ['noAnswer', { noAnswer: {} }, [], []],
  [
    'answer merge',
    { answer: { merge: { more: 1 } } },
    ['[3,"h",{"currentTime":"2026-11-22T12:00:00.000Z","more":1}]'],
    [],
  ],
  ['answer replace', { answer: { replace: {} } }, ['[3,"h",{}]'], []],
  ['duplicateAnswer', { duplicateAnswer: { times: 2 } }, [heartbeat, heartbeat, heartbeat], []],
  ['garbage', { garbage: { text: '{' } }, ['{'], []],
  ['garbage after', { garbage: { text: '{', when: 'after' } }, [heartbeat, '{'], []],
  ['close', { close: { code: 1011 } }, [], [1011]],
  ['close after', { close: { code: 1001, when: 'after' } }, [heartbeat], [1001]],
  ['drop', { drop: {} }, [], [1006]],
  ['halfOpen', { halfOpen: {} }, [], []],
];

for (const [name, behaviour, heard, closed] of behaviours) {
  test(`rule ${name} does what it says, once`, async () => {
    const { probe, backend, time } = await playRule(behaviour);
    assert.deepEqual(probe.heard, heard);
    assert.deepEqual(probe.closed, closed);
    probe.heard.length = 0;
    probe.send(2, 'h2', 'Heartbeat', {});
    await time.advance(0);
    assert.equal(probe.heard.length, closed.length === 0 && name !== 'halfOpen' ? 1 : 0);
    assert.deepEqual(
      backend.finish().map(({ rule }) => rule),
      name === 'noAnswer' || name === 'garbage' ? ['call.twoInFlight'] : [],
    );
  });
}

test('rule send plays a CALL before or after the answer', async () => {
  const { probe } = await playRule({
    send: [
      { action: 'ClearCache', when: 'before' },
      { action: 'Reset', payload: { type: 'Soft' } },
    ],
  });
  assert.deepEqual(
    probe.heard.map((text) => JSON.parse(text)[2]),
    ['ClearCache', { currentTime: '2026-11-22T12:00:00.000Z' }, 'Reset'],
  );
});

test('a noAnswer is booked or not as the rule says, a callError is not', async () => {
  const { time, backend, probe } = await begin();
  const values = (id: string): void => probe.send(2, id, 'MeterValues', { connectorId: 1, meterValue: [{ id }] });
  backend.setRules([
    { on: { action: 'MeterValues', nth: 1 }, do: { noAnswer: {} } },
    { on: { action: 'MeterValues', nth: 2 }, do: { noAnswer: { booked: false } } },
    { on: { action: 'MeterValues', nth: 3 }, do: { callError: { code: 'InternalError' } } },
  ]);
  for (const id of ['a', 'b', 'c']) values(id);
  await time.advance(0);
  assert.deepEqual(
    backend.ledger.entries.map(({ messageId }) => messageId),
    ['a'],
  );
});

test('a rule gives any transaction id, and the ledger keeps it', async () => {
  const { time, backend, probe } = await begin();
  backend.setRules([{ on: { action: 'StartTransaction' }, do: { answer: { merge: { transactionId: -16 } } } }]);
  probe.send(2, 's', 'StartTransaction', {
    connectorId: 1,
    idTag: 'T',
    meterStart: 0,
    timestamp: '2026-11-22T12:00:00Z',
  });
  await time.advance(0);
  assert.equal(backend.ledger.transactions()[0]?.transactionId, -16);
  assert.match(probe.heard[0] ?? '', /"transactionId":-16/);
});

test('Pending n times, then Accepted', async () => {
  const { time, backend, probe } = await begin();
  backend.setRules([
    { on: { action: 'BootNotification', times: 1 }, do: { boot: { status: 'Pending', interval: 5 } } },
  ]);
  probe.send(...boot);
  await time.advance(5000);
  probe.send(2, 'b2', 'BootNotification', { chargePointVendor: 'v', chargePointModel: 'm' });
  await time.advance(0);
  assert.deepEqual(
    probe.heard.map((text) => JSON.parse(text)[2].status),
    ['Pending', 'Accepted'],
  );
  assert.deepEqual(backend.finish(), []);
});

async function failure(
  backend: FakeBackend,
  more: Partial<ConnectRequest> = {},
  signal = new AbortController().signal,
): Promise<unknown> {
  try {
    await backend.transport().connect(request(more), signal);
  } catch (error) {
    assert.ok(error instanceof ConnectFailure);
    return error.detail;
  }
  return undefined;
}

const refusals: readonly (readonly [Rule['do'], unknown])[] = [
  [{ refuseUpgrade: { status: 503 } }, { stage: 'upgrade', status: 503 }],
  [{ selectSubProtocol: { name: null } }, { stage: 'subProtocol', selected: null }],
  [{ selectSubProtocol: { name: 'ocpp2.0.1' } }, { stage: 'subProtocol', selected: 'ocpp2.0.1' }],
  [{ refuseTcp: {} }, { stage: 'tcp', code: 'ECONNREFUSED' }],
  [{ dnsFailure: {} }, { stage: 'dns', code: 'ENOTFOUND' }],
];

for (const [behaviour, detail] of refusals) {
  test(`an attempt meets ${JSON.stringify(behaviour)}`, async () => {
    const backend = new FakeBackend({ time: new VirtualTime() });
    backend.setRules([{ on: { action: '@connect', times: 1 }, do: behaviour }]);
    assert.deepEqual(await failure(backend), detail);
    assert.equal(await failure(backend), undefined);
    assert.equal(backend.attempts.length, 2);
  });
}

function header(bytes: Buffer): string {
  return `Basic ${Buffer.concat([Buffer.from('CP 1:'), bytes]).toString('base64')}`;
}

test('the password is asked as raw bytes, the user is the identity', async () => {
  const password = Buffer.from('ff00c3a9', 'hex');
  const backend = new FakeBackend({ time: new VirtualTime(), passwords: { 'CP 1': password } });
  assert.deepEqual(await failure(backend), { stage: 'upgrade', status: 401 });
  assert.deepEqual(await failure(backend, { authorization: header(Buffer.from('ff00c3a8', 'hex')) }), {
    stage: 'upgrade',
    status: 401,
  });
  assert.equal(await failure(backend, { authorization: header(password) }), undefined);
});

test('an attempt that hangs ends when it is given up, and names the stage', async () => {
  const backend = new FakeBackend({ time: new VirtualTime() });
  backend.network.stall('tls');
  const stages: string[] = [];
  const abort = new AbortController();
  const attempt = failure(backend, { url: 'wss://backend/CP', onStage: (stage) => stages.push(stage) }, abort.signal);
  setImmediate(() => abort.abort());
  assert.deepEqual(await attempt, { stage: 'timeout', during: 'tls' });
  assert.deepEqual(stages, ['dns', 'tcp', 'tls']);
});

test('after a cut bytes vanish without a word; a new connection works once the network is restored', async () => {
  const { time, backend, probe } = await begin();
  backend.network.cut();
  probe.send(...boot);
  probe.connection.ping();
  backend.sendText('CP 1', '[2,"q","ClearCache",{}]');
  await time.advance(60_000);
  assert.deepEqual([probe.heard, probe.closed, probe.pongs], [[], [], 0]);
  assert.equal(backend.frames.all().filter(({ direction }) => direction === 'in').length, 0);
  probe.connection.destroy();
  backend.network.restore();
  const again = new Probe(await backend.transport().connect(request(), new AbortController().signal));
  again.send(...boot);
  await time.advance(0);
  assert.equal(again.heard.length, 1);
  assert.deepEqual(backend.finish(), []);
});

test('held bytes arrive in order after the release', async () => {
  const { time, backend, probe } = await begin();
  backend.network.hold();
  probe.send(...boot);
  await time.advance(5000);
  assert.equal(probe.heard.length, 0);
  backend.network.release();
  await time.advance(0);
  assert.equal(probe.heard.length, 1);
});

test('latency delays both ways and keeps the order', async () => {
  const { time, backend, probe } = await begin();
  backend.network.latencyMs = 100;
  probe.send(...boot);
  await time.advance(199);
  assert.equal(probe.heard.length, 0);
  await time.advance(1);
  assert.equal(probe.heard.length, 1);
});

test('a reset closes both ends at once', async () => {
  const { time, backend, probe } = await begin();
  backend.network.reset();
  await time.advance(0);
  assert.deepEqual(probe.closed, [1006]);
  assert.equal(backend.online('CP 1'), false);
});

test('pings are answered unless a rule swallows them', async () => {
  const { time, backend, probe } = await begin();
  probe.connection.ping();
  await time.advance(0);
  assert.equal(probe.pongs, 1);
  backend.setRules([{ on: { action: '@open' }, do: { ignorePings: {} } }]);
  probe.connection.close(1000, '');
  const silent = new Probe(await backend.transport().connect(request(), new AbortController().signal));
  silent.connection.ping();
  await time.advance(0);
  assert.equal(silent.pongs, 0);
});

test('a second socket of one identity replaces the first and is a violation', async () => {
  const { time, backend, probe } = await begin();
  await backend.transport().connect(request(), new AbortController().signal);
  await time.advance(0);
  assert.deepEqual(probe.closed, [1001]);
  assert.deepEqual(
    backend.finish().map(({ rule }) => rule),
    ['socket.two'],
  );
});

test('a CALL of the backend gives the payload, the CALLERROR or the reason why there is none', async () => {
  const { time, backend, probe } = await begin();
  const answerNext = async (...elements: unknown[]): Promise<void> => {
    await time.advance(0);
    const [, id] = JSON.parse(probe.heard.at(-1) ?? '[]');
    probe.send(elements[0], id, ...elements.slice(1));
    await time.advance(0);
  };
  const good = backend.call('CP 1', 'ClearCache');
  await answerNext(3, { status: 'Accepted' });
  assert.deepEqual(await good, { status: 'Accepted' });
  const refused = backend.call('CP 1', 'ClearCache');
  const judged = assert.rejects(refused, (error) => error instanceof CallRefused && error.errorCode === 'NotSupported');
  await answerNext(4, 'NotSupported', '', {});
  await judged;
  const silent = assert.rejects(backend.call('CP 1', 'ClearCache', {}, { timeoutMs: 500 }), { code: 'call.timeout' });
  await time.advance(500);
  await silent;
  const lost = assert.rejects(backend.call('CP 1', 'ClearCache'), { code: 'call.lost' });
  backend.disconnect('CP 1');
  await lost;
  await assert.rejects(backend.call('CP 1', 'ClearCache'), { code: 'call.offline' });
});

test('waitFor ends with the condition or in time', async () => {
  const { time, backend, probe } = await begin();
  const booted = backend.waitFor(() => backend.frames.calls('BootNotification').length === 1);
  probe.send(...boot);
  await time.advance(0);
  await booted;
  const never = assert.rejects(
    backend.waitFor(() => false, 'nothing', 1000),
    { code: 'wait.timeout', message: 'Waited 1000 ms for nothing.' },
  );
  await time.advance(1000);
  await never;
});
