import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { KerbsideError } from '../core/errors.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store, Write } from '../store/store.ts';
import type { ChangeAuthor, ChangeOutcome } from './change.ts';
import { parameterIds } from './catalogue.ts';
import type { EndpointInput, OpenParameters, Parameters } from './parameters.ts';
import { openParameters } from './parameters.ts';
import { overridesOf } from './overrides.ts';
import { diffExports } from './transfer.ts';
import { mask } from './value-text.ts';

const backend: ChangeAuthor = { source: 'backend', who: 'ocpp.example.com' };
const operator: ChangeAuthor = { source: 'operator', who: 'anna' };
const manufacturer: ChangeAuthor = { source: 'manufacturer', who: 'factory' };
const key = '5ec4e7005ec4e7005ec4e7005ec4e700';

interface Bench {
  readonly store: Store;
  readonly writes: Write[][];
  failing: boolean;
  nowMs: number;
  readonly open: (options?: Partial<OpenParameters>) => Promise<Parameters>;
}

function bench(): Bench {
  const memory = createMemoryStore();
  const self: Bench = {
    writes: [],
    failing: false,
    nowMs: 1000,
    store: {
      ...memory,
      async commit(writes) {
        if (self.failing) throw new KerbsideError('store.unavailable', 'the disk is full');
        self.writes.push([...writes]);
        await memory.commit(writes);
      },
    },
    open: (options = {}) =>
      openParameters({
        station: 's',
        store: self.store,
        clock: { nowMs: () => 1_000_000 + self.nowMs },
        time: { monotonicMs: () => self.nowMs },
        ...options,
      }),
  };
  return self;
}

const one = async (parameters: Parameters, name: string, value: string, by: ChangeAuthor): Promise<ChangeOutcome> => {
  const [outcome] = await parameters.change([{ name, value }], by);
  assert.ok(outcome !== undefined);
  return outcome;
};

const feed = async (parameters: Parameters, ...inputs: readonly EndpointInput[]): Promise<string[]> => {
  const told: string[] = [];
  for (const input of inputs) told.push(...(await parameters.endpoint(input)).map((event) => event.kind));
  return told;
};

/** A station that works with a backend. */
const connect = async (parameters: Parameters): Promise<void> => {
  await parameters.change(
    [
      { name: 'backend.communicationType', value: 'ocpp1.6' },
      { name: 'BackendUrl', value: 'ws://old.example/ocpp' },
      { name: 'ChargePointId', value: 'CP1' },
    ],
    manufacturer,
  );
  await feed(
    parameters,
    { type: 'bearer', up: true },
    { type: 'idle', idle: true },
    { type: 'apply', confirmed: false },
    { type: 'connected' },
    { type: 'registration', status: 'accepted' },
  );
};

void describe('a parameter that is changed', () => {
  void it('takes effect at once, is told, and survives a restart (K-03, K-05)', async () => {
    const { open, writes } = bench();
    const parameters = await open();
    const told: string[] = [];
    parameters.onChange((changed) => told.push(...changed));
    assert.deepEqual(await one(parameters, 'metervaluesampleINTERVAL', '30', backend), {
      kind: 'accepted',
      id: 'metering.sampleInterval',
    });
    assert.equal(parameters.get('metering.sampleInterval'), 30);
    assert.deepEqual(told, ['metering.sampleInterval']);
    assert.equal(writes.length, 1);
    assert.equal((await open()).get('metering.sampleInterval'), 30);
  });

  void it('is on disk before it counts', async () => {
    const self = bench();
    const parameters = await self.open();
    const waiting = parameters.change([{ name: 'metering.sampleInterval', value: '30' }], backend);
    assert.equal(parameters.get('metering.sampleInterval'), 60);
    await waiting;
    self.failing = true;
    const refused = await one(parameters, 'metering.sampleInterval', '20', backend);
    assert.deepEqual(refused, { kind: 'rejected', id: 'metering.sampleInterval', reason: 'the disk is full' });
    assert.equal(parameters.get('metering.sampleInterval'), 30);
  });

  void it('answers the same class when the value is the same again (K-03)', async () => {
    const parameters = await bench().open();
    await one(parameters, 'metering.sampleInterval', '30', backend);
    assert.deepEqual(await one(parameters, 'metering.sampleInterval', '30', backend), {
      kind: 'unchanged',
      id: 'metering.sampleInterval',
      as: 'accepted',
    });
    await one(parameters, 'BackendPath', '/x', backend);
    assert.deepEqual(await one(parameters, 'BackendPath', '/x', backend), {
      kind: 'unchanged',
      id: 'backend.path',
      as: 'staged',
    });
  });

  void it('stays the default when nobody set it, and keeps what was set when the default changes', async () => {
    const { open } = bench();
    const first = await open();
    await one(first, 'metering.sampleInterval', '60', backend);
    const overrides = overridesOf({ defaults: { 'metering.sampleInterval': 10, 'traffic.queueSize': 77 } });
    const second = await open({ overrides });
    assert.deepEqual([second.get('metering.sampleInterval'), second.get('traffic.queueSize')], [60, 77]);
    await second.reset('metering.sampleInterval', operator);
    assert.equal(second.get('metering.sampleInterval'), 10);
  });

  void it('that needs a restart is pending until then, and shown to the backend already', async () => {
    const { open } = bench();
    const parameters = await open();
    assert.equal((await one(parameters, 'StartSpread', '60', backend)).kind, 'restartRequired');
    assert.equal(parameters.get('backend.startSpread'), 0);
    assert.deepEqual(parameters.view('StartSpread', 'operator')?.pending, { value: '60', until: 'restart' });
    assert.equal(parameters.ocppKey('startspread')?.value, '60');
    assert.equal((await one(parameters, 'HeartbeatInterval', '60', backend)).kind, 'accepted');
    assert.equal((await open()).get('backend.startSpread'), 60);
    await one(parameters, 'StartSpread', '0', backend);
    assert.equal(parameters.view('StartSpread', 'operator')?.pending, null);
  });

  const refusals: readonly (readonly [string, string, ChangeAuthor, ChangeOutcome['kind'], RegExp])[] = [
    ['NoSuchKey', '1', backend, 'unknown', /no parameter/],
    ['api.port', '1', backend, 'unknown', /no parameter/],
    ['NumberOfConnectors', '3', backend, 'rejected', /read only/],
    ['NumberOfConnectors', '3', manufacturer, 'rejected', /read only/],
    ['TlsVerification', 'encryptOnly', backend, 'rejected', /on site/],
    ['TlsVerification', 'encryptOnly', operator, 'rejected', /manufacturer/],
    ['OCPPMode', 'off', backend, 'rejected', /on site/],
    ['BackendHost', '', backend, 'rejected', /on site/],
    ['ChargePointId', '', backend, 'rejected', /on site/],
    ['ChargePointVendor', 'x', backend, 'rejected', /on site/],
    ['AuthorizationKey', 'short', backend, 'rejected', /32 to 40/],
    ['api.port', '1', manufacturer, 'rejected', /KERBSIDE_API_PORT/],
    ['HeartbeatInterval', '-1', backend, 'rejected', /0…604800/],
    ['BackendUrl', 'http://x', backend, 'rejected', /ws:/],
    ['RetryBackOffWaitMinimum', '400', backend, 'rejected', /longest redial/],
  ];
  for (const [name, value, by, kind, reason] of refusals) {
    void it(`is ${kind}: ${name}=${value} by the ${by.source}`, async () => {
      const { open, writes } = bench();
      const outcome = await one(await open(), name, value, by);
      assert.equal(outcome.kind, kind);
      assert.match('reason' in outcome ? outcome.reason : '', reason);
      assert.equal(writes.length, 0);
    });
  }

  void it('is stored together with others or not at all', async () => {
    const { open, writes } = bench();
    const parameters = await open();
    const outcomes = await parameters.change(
      [
        { name: 'HeartbeatInterval', value: '60' },
        { name: 'OcppQueueSize', value: '1' },
      ],
      operator,
    );
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['rejected', 'rejected'],
    );
    assert.deepEqual([writes.length, parameters.get('backend.heartbeatInterval')], [0, 300]);
    const together = await parameters.change(
      [
        { name: 'backend.backoffMinimum', value: '400' },
        { name: 'backend.backoffMaximum', value: '500' },
      ],
      operator,
    );
    assert.deepEqual(
      together.map(({ kind }) => kind),
      ['accepted', 'accepted'],
    );
    assert.equal(writes.length, 1);
  });

  void it('carries a warning instead of a refusal where the value is only unwise', async () => {
    const outcome = await one(await bench().open(), 'TcpWatchdogTimeout', '60', backend);
    assert.equal(outcome.kind, 'accepted');
    assert.match('warning' in outcome ? (outcome.warning ?? '') : '', /watchdog/);
  });

  void it('waits for the change before it', async () => {
    const parameters = await bench().open();
    const [first, second] = await Promise.all([
      one(parameters, 'backend.backoffMaximum', '500', operator),
      one(parameters, 'backend.backoffMinimum', '400', operator),
    ]);
    assert.deepEqual([first.kind, second.kind], ['accepted', 'accepted']);
  });

  void it('is refused when the meter cannot measure it, phases included (V-09)', async () => {
    const parameters = await bench().open({
      measurands: () => new Set(['Energy.Active.Import.Register', 'Current.Import', 'Current.Import.L1']),
    });
    assert.equal((await one(parameters, 'MeterValuesSampledData', 'SoC', backend)).kind, 'rejected');
    assert.equal((await one(parameters, 'StopTxnSampledData', 'Current.Import.L1,Voltage', backend)).kind, 'rejected');
    assert.equal((await one(parameters, 'MeterValuesSampledData', 'current.import.l1', backend)).kind, 'accepted');
    assert.deepEqual(parameters.get('metering.sampledData'), ['Current.Import.L1']);
  });

  void it('is only judged by a preview', async () => {
    const { open, writes } = bench();
    const parameters = await open();
    assert.deepEqual(parameters.preview([{ name: 'HeartbeatInterval', value: '60' }], operator), [
      { kind: 'accepted', id: 'backend.heartbeatInterval' },
    ]);
    assert.deepEqual([writes.length, parameters.get('backend.heartbeatInterval')], [0, 300]);
  });
});

void describe('precedence', () => {
  void it('is computed, pinned, stored, default, factory, and explained', async () => {
    const { open } = bench();
    const overrides = overridesOf({
      pinned: { 'traffic.queueSize': 100 },
      defaults: { 'traffic.queueSize': 200, 'backend.messageTimeout': 20 },
    });
    const first = await open();
    await one(first, 'traffic.queueSize', '300', operator);
    await one(first, 'backend.messageTimeout', '40', operator);
    const parameters = await open({ overrides, provide: { 'charging.connectionTimeOut': () => 9 } });
    assert.deepEqual(
      [
        parameters.get('traffic.queueSize'),
        parameters.get('backend.messageTimeout'),
        parameters.get('charging.connectionTimeOut'),
      ],
      [100, 40, 9],
    );
    const chain = parameters.explain('OcppQueueSize');
    assert.deepEqual(
      chain?.map(({ layer, value, inForce }) => [layer, value, inForce]),
      [
        ['pinned', '100', true],
        ['stored', '300', false],
        ['default', '200', false],
        ['factory', '5000', false],
      ],
    );
    assert.equal((await one(parameters, 'OcppQueueSize', '400', backend)).kind, 'rejected');
    assert.equal(parameters.ocppKey('OcppQueueSize')?.readonly, true);
    assert.match(parameters.view('traffic.queueSize', 'operator')?.notWritableBecause ?? '', /pinned by the program/);
    assert.equal((await one(parameters, 'charging.connectionTimeOut', '400', operator)).kind, 'rejected');
  });

  void it('derives what has no number of its own', async () => {
    const parameters = await bench().open();
    assert.deepEqual(
      [parameters.get('backend.keepAliveInterval'), parameters.get('backend.tlsTrust')],
      [25, 'installed+public'],
    );
    assert.equal(parameters.ocppKey('WebSocketPingInterval')?.value, '25');
    assert.equal(parameters.view('WebSocketPingInterval', 'viewer')?.value, 'auto');
    const told: string[] = [];
    parameters.onChange((changed) => told.push(...changed));
    await one(parameters, 'backend.tlsCaFile', '/roots.pem', manufacturer);
    assert.equal(parameters.get('backend.tlsTrust'), 'installed');
    assert.deepEqual(told.toSorted(), ['backend.tlsCaFile', 'backend.tlsTrust']);
  });
});

void describe('the keys that the backend reads', () => {
  void it('are canonical, texts, short enough, without secrets and without what is local (K-01, K-02, S-03)', async () => {
    const parameters = await bench().open();
    const keys = parameters.ocppKeys();
    assert.ok(
      keys.every(({ key: name, value }) => name.length <= 50 && typeof value === 'string' && value.length <= 500),
    );
    assert.ok(!keys.some(({ key: name }) => name === 'AuthorizationKey'));
    assert.deepEqual(parameters.ocppKey('AUTHORIZATIONKEY'), { key: 'AuthorizationKey', readonly: false });
    assert.deepEqual(parameters.ocppKey('tlsverification'), {
      key: 'TlsVerification',
      value: 'strict',
      readonly: true,
    });
    assert.equal(parameters.ocppKey('api.port'), undefined);
    assert.equal(parameters.ocppKey('Nonsense'), undefined);
    assert.ok(keys.length < parameters.get('station.getConfigurationMaxKeys'));
  });

  void it('include every Core key that this version gives effect to', async () => {
    const parameters = await bench().open();
    for (const name of [
      'AuthorizeRemoteTxRequests',
      'ConnectionTimeOut',
      'GetConfigurationMaxKeys',
      'HeartbeatInterval',
      'LocalAuthorizeOffline',
      'LocalPreAuthorize',
      'MeterValuesSampledData',
      'MeterValueSampleInterval',
      'NumberOfConnectors',
      'ResetRetries',
      'StopTransactionOnInvalidId',
      'StopTxnSampledData',
      'SupportedFeatureProfiles',
      'TransactionMessageAttempts',
      'TransactionMessageRetryInterval',
      'UnlockConnectorOnEVSideDisconnect',
      'WebSocketPingInterval',
    ])
      assert.ok(parameters.ocppKey(name) !== undefined, name);
  });

  void it('are numeric when asked for, and both styles are understood', async () => {
    const parameters = await bench().open();
    await one(parameters, 'KeyValueStyle', 'numeric', backend);
    assert.equal(parameters.ocppKey('RetransmitMeterValues')?.value, '1');
    await one(parameters, 'RetransmitMeterValues', '0', backend);
    assert.equal(parameters.get('metering.retransmit'), false);
    await one(parameters, 'RetransmitMeterValues', 'True', backend);
    assert.equal(parameters.get('metering.retransmit'), true);
  });
});

void describe('a new endpoint', () => {
  void it('is staged as one address, shown as pending, and applied together', async () => {
    const { open } = bench();
    const parameters = await open();
    await connect(parameters);
    assert.equal(parameters.get('backend.host'), 'old.example');
    assert.deepEqual(await one(parameters, 'BackendUrl', 'ws://new.example:9000/x', backend), {
      kind: 'staged',
      id: 'backend.host',
    });
    assert.equal(parameters.get('backend.host'), 'old.example');
    assert.equal(parameters.ocppKey('BackendUrl')?.value, 'ws://new.example:9000/x');
    assert.equal(parameters.ocppKey('BackendPort')?.value, '9000');
    assert.deepEqual(parameters.view('backend.host', 'viewer')?.pending, { value: 'new.example', until: 'apply' });
    assert.deepEqual(parameters.endpointStatus.staged.toSorted(), ['backend.host', 'backend.path', 'backend.port']);
    assert.equal((await open()).endpointStatus.kind, 'staged');
    const told: string[] = [];
    parameters.onChange((changed) => told.push(...changed));
    assert.deepEqual(await feed(parameters, { type: 'apply', confirmed: false }), ['applied']);
    assert.deepEqual([parameters.get('backend.host'), parameters.get('backend.port')], ['new.example', 9000]);
    assert.deepEqual(told.toSorted(), ['backend.host', 'backend.path', 'backend.port']);
  });

  void it('that does not work gives way to the last good one, across a restart', async () => {
    const self = bench();
    const parameters = await self.open();
    await connect(parameters);
    await one(parameters, 'BackendHost', 'new.example', backend);
    await feed(parameters, { type: 'apply', confirmed: false }, { type: 'attemptFailed' }, { type: 'attemptFailed' });
    const again = await self.open();
    assert.equal(again.get('backend.host'), 'new.example');
    await feed(again, { type: 'bearer', up: true });
    self.nowMs += 900_000;
    assert.deepEqual(await feed(again, { type: 'attemptFailed' }), ['rolledBack']);
    assert.equal(again.get('backend.host'), 'old.example');
    const [newest] = await again.history();
    assert.deepEqual([newest?.source, newest?.old, newest?.new], ['rollback', 'new.example', 'old.example']);
    assert.equal((await self.open()).get('backend.host'), 'old.example');
  });

  void it('does not count while the disk refuses it', async () => {
    const self = bench();
    const parameters = await self.open();
    await connect(parameters);
    await one(parameters, 'BackendHost', 'new.example', backend);
    self.failing = true;
    assert.deepEqual(await feed(parameters, { type: 'apply', confirmed: false }), ['failed']);
    assert.equal(parameters.get('backend.host'), 'old.example');
  });

  void it('takes a password that is written meanwhile with it', async () => {
    const parameters = await bench().open();
    await connect(parameters);
    assert.equal((await one(parameters, 'AuthorizationKey', key, backend)).kind, 'accepted');
    assert.deepEqual(parameters.passwordBytes(), new Uint8Array(Buffer.from(key, 'hex')));
    await feed(parameters, { type: 'connected' }, { type: 'callResult' });
    await one(parameters, 'BackendHost', 'new.example', backend);
    assert.equal((await one(parameters, 'AuthorizationKey', 'ff'.repeat(16), backend)).kind, 'staged');
    assert.deepEqual(parameters.passwordBytes(), new Uint8Array(Buffer.from(key, 'hex')));
    await feed(parameters, { type: 'apply', confirmed: false });
    assert.deepEqual(parameters.passwordBytes(), new Uint8Array(Buffer.from('ff'.repeat(16), 'hex')));
  });

  void it('falls back to the old password when the new one is refused', async () => {
    const self = bench();
    const parameters = await self.open();
    await connect(parameters);
    await one(parameters, 'AuthorizationKey', key, backend);
    await feed(parameters, { type: 'attemptFailed' }, { type: 'attemptFailed' });
    self.nowMs += 900_000;
    assert.deepEqual(await feed(parameters, { type: 'attemptFailed' }), ['rolledBack']);
    assert.equal(parameters.passwordBytes(), null);
  });

  void it('with parts that are pinned to the same value is taken', async () => {
    const parameters = await bench().open({ overrides: overridesOf({ pinned: { 'backend.protocol': 'ws' } }) });
    assert.equal((await one(parameters, 'BackendUrl', 'ws://x.example/', operator)).kind, 'staged');
    assert.equal((await one(parameters, 'BackendUrl', 'wss://x.example/', operator)).kind, 'rejected');
  });
});

void describe('export and import', () => {
  void it('round trip onto another station, with differences before and none after', async () => {
    const source = await bench().open();
    await connect(source);
    await source.change(
      [
        { name: 'metering.sampledData', value: 'SoC' },
        { name: 'backend.keepAliveInterval', value: '40' },
      ],
      operator,
    );
    await one(source, 'AuthorizationKey', key, backend);
    const file: unknown = JSON.parse(JSON.stringify(source.exportJson({ secrets: true })));
    const target = await bench().open();
    assert.ok(diffExports(source.exportJson(), target.exportJson()).length >= 5);
    const dry = await target.importJson(file, manufacturer, { dryRun: true });
    assert.equal(target.get('metering.sampledData').length, 4);
    const outcomes = await target.importJson(file, manufacturer);
    assert.deepEqual(outcomes, dry);
    assert.ok(outcomes.every(({ kind }) => kind === 'applied' || kind === 'unchanged'));
    await feed(target, { type: 'apply', confirmed: false });
    assert.deepEqual(diffExports(source.exportJson({ secrets: true }), target.exportJson({ secrets: true })), []);
    assert.deepEqual(target.passwordBytes(), source.passwordBytes());
    const again = await target.importJson(file, manufacturer);
    assert.ok(again.every(({ kind }) => kind === 'unchanged'));
  });

  void it('refuses single entries with their reasons and takes the rest', async () => {
    const parameters = await bench().open();
    const outcomes = await parameters.importJson(
      {
        'traffic.queueSize': 77,
        'backend.communicationType': 'ocpp1.6-soap',
        HeartbeatIntervall: 5,
        'backend.backoffMinimum': 3600,
        'log.level': 'debug',
      },
      operator,
    );
    assert.deepEqual(
      outcomes.map(({ name, kind }) => [name, kind]),
      [
        ['traffic.queueSize', 'applied'],
        ['backend.communicationType', 'refused'],
        ['HeartbeatIntervall', 'unknown'],
        ['backend.backoffMinimum', 'refused'],
        ['log.level', 'refused'],
      ],
    );
    assert.equal(parameters.get('traffic.queueSize'), 77);
  });

  void it('keeps to categories, and refuses what is no export', async () => {
    const parameters = await bench().open();
    const ids = Object.keys(parameters.exportJson({ categories: ['traffic'] }).parameters);
    assert.ok(ids.length > 5 && ids.every((id) => id.startsWith('traffic.')));
    for (const file of [null, [], 'x', { format: 'kerbside.parameters', version: 2 }, { 'backend.host': {} }]) {
      const [outcome] = await parameters.importJson(file, operator);
      assert.equal(outcome?.kind, 'refused');
    }
  });
});

void describe('secrets and history', () => {
  void it('never show a secret: not in views, keys, explanations, exports, history, differences', async () => {
    const { open } = bench();
    const parameters = await open({
      overrides: overridesOf({ pinned: { 'api.operatorToken': 'pinned-secret-token' } }),
    });
    await connect(parameters);
    await one(parameters, 'AuthorizationKey', key, backend);
    await one(parameters, 'backend.authorizationKey', 'other secret', operator);
    const shown = JSON.stringify([
      parameters.viewAll('manufacturer'),
      parameters.ocppKeys(),
      parameterIds.map((id) => [parameters.explain(id), parameters.ocppKey(id)]),
      parameters.exportJson(),
      await parameters.history(),
      parameters.endpointStatus,
      diffExports(parameters.exportJson({ secrets: true }), (await bench().open()).exportJson({ secrets: true })),
    ]);
    for (const secret of [key, 'other secret', 'pinned-secret-token']) assert.ok(!shown.includes(secret), secret);
    assert.ok(shown.includes(mask));
    assert.deepEqual(parameters.exportJson().secretsLeftOut, ['backend.authorizationKey']);
  });

  void it('remember who changed what, the last 200', async () => {
    const { open } = bench();
    const parameters = await open();
    for (let count = 1; count <= 205; count++)
      await one(parameters, 'traffic.queueSize', String(100 + count), operator);
    const entries = await (await open()).history();
    assert.equal(entries.length, 200);
    assert.deepEqual(entries[0], {
      number: 204,
      atMs: 1_001_000,
      id: 'traffic.queueSize',
      who: 'anna',
      source: 'operator',
      old: '304',
      new: '305',
    });
    const reopened = await open();
    await one(reopened, 'traffic.queueSize', '99', operator);
    assert.equal((await reopened.history())[0]?.number, 205);
  });

  void it('show a role only what it may read', async () => {
    const parameters = await bench().open();
    assert.equal(parameters.view('api.operatorToken', 'operator'), undefined);
    assert.equal(parameters.view('AuthorizationKey', 'viewer'), undefined);
    assert.equal(parameters.view('HeartbeatInterval', 'viewer')?.writable, false);
    assert.equal(parameters.view('HeartbeatInterval', 'operator')?.writable, true);
    assert.ok(parameters.viewAll('viewer').length < parameters.viewAll('manufacturer').length);
  });

  void it('tell what is missing and what contradicts itself', async () => {
    const overrides = overridesOf({
      pinned: { 'backend.communicationType': 'auto', 'backend.identity': 'a:b', 'backend.authorizationKey': 'x' },
    });
    const parameters = await bench().open({ overrides });
    assert.deepEqual(
      parameters.missing().map(({ id }) => id),
      ['backend.host'],
    );
    assert.ok(parameters.findings().some(({ severity }) => severity === 'refuse'));
  });

  void it('ignore stored values that this version cannot use, and keep them', async () => {
    const self = bench();
    await self.store.commit([
      {
        op: 'putDocument',
        station: 's',
        collection: 'parameters',
        key: 'traffic.queueSize',
        value: { value: 3, source: 'operator', who: 'x', atMs: 1 },
      },
      { op: 'putDocument', station: 's', collection: 'parameters', key: 'future.thing', value: 1 },
      {
        op: 'putDocument',
        station: 's',
        collection: 'parameters',
        key: '#endpoint',
        value: { applied: { 'backend.communicationType': { value: 'ocpp9', source: 'operator', who: 'x', atMs: 1 } } },
      },
    ]);
    const parameters = await self.open();
    assert.equal(parameters.get('traffic.queueSize'), 5000);
    assert.equal(parameters.get('backend.communicationType'), 'off');
    assert.equal((await self.store.readDocuments('s', 'parameters')).size, 3);
  });
});
