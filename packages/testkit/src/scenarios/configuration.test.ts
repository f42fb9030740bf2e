import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import {
  ask,
  askInVain,
  changeKey,
  happenedAfter,
  readKey,
  registered,
  reset,
  type ChangeStatus,
} from './backend-steps.ts';

function entriesOf(answer: JsonObject): readonly JsonObject[] {
  const entries = answer['configurationKey'];
  assert.ok(Array.isArray(entries));
  return entries;
}

async function change(world: World, key: string, value: string): Promise<unknown> {
  return (await ask(world, 'ChangeConfiguration', { key, value }))['status'];
}

/** The keys that 1.6 requires of the profiles that are served (§9.1, §9.2 …). */
const required = [
  'AuthorizeRemoteTxRequests',
  'ClockAlignedDataInterval',
  'ConnectionTimeOut',
  'ConnectorPhaseRotation',
  'GetConfigurationMaxKeys',
  'HeartbeatInterval',
  'LocalAuthorizeOffline',
  'LocalPreAuthorize',
  'MeterValuesAlignedData',
  'MeterValuesSampledData',
  'MeterValueSampleInterval',
  'NumberOfConnectors',
  'ResetRetries',
  'StopTransactionOnInvalidId',
  'StopTxnAlignedData',
  'StopTxnSampledData',
  'SupportedFeatureProfiles',
  'TransactionMessageAttempts',
  'TransactionMessageRetryInterval',
  'UnlockConnectorOnEVSideDisconnect',
] as const;

scenario(
  'GetConfiguration without and with an empty key list tells all readable keys, as strings, and every one that 1.6 requires (K-01, K-02, K-06, fault 42, TC_019)',
  {},
  async (world) => {
    const all = entriesOf(await ask(world, 'GetConfiguration', {}));
    assert.deepEqual(entriesOf(await ask(world, 'GetConfiguration', { key: [] })), all);
    for (const { key, value, readonly } of all) {
      assert.equal(typeof value, 'string', String(key));
      assert.ok(String(value).length <= 500, String(key));
      assert.equal(typeof readonly, 'boolean', String(key));
    }
    const names = all.map(({ key }) => String(key));
    assert.equal(new Set(names.map((name) => name.toLowerCase())).size, names.length, 'no key twice');
    assert.deepEqual(
      required.filter((key) => !names.includes(key)),
      [],
    );
    assert.ok(!names.includes('AuthorizationKey'), 'secrets are not listed');
  },
);

scenario(
  'asked for by name, in any letter case, keys are told in their own spelling and unknown ones echoed as they came (K-01, fault 42, TC_019)',
  {},
  async (world) => {
    const unknown = ['NoSuchKey', 'nosuchkey', 'x'.repeat(50), '__proto__', 'constructor'];
    const answer = await ask(world, 'GetConfiguration', {
      key: ['heartbeatINTERVAL', ...unknown, 'NumberOfConnectors'],
    });
    assert.deepEqual(answer['unknownKey'], unknown);
    assert.deepEqual(answer['configurationKey'], [
      { key: 'HeartbeatInterval', readonly: false, value: '300' },
      { key: 'NumberOfConnectors', readonly: true, value: '2' },
    ]);
    const many = Array.from({ length: 200 }, (_, index) => `Key${index}`);
    const first = await ask(world, 'GetConfiguration', { key: many });
    const limit = Number((await readKey(world, 'GetConfigurationMaxKeys'))?.['value']);
    assert.ok(limit >= 50, `${limit} keys at once`);
    assert.deepEqual(first['unknownKey'], many.slice(0, limit));
  },
);

/** What ChangeConfiguration answers, each time when it is asked twice. */
const changes: readonly (readonly [key: string, value: string, status: ChangeStatus])[] = [
  ['NoSuchKey', '1', 'NotSupported'],
  ['constructor', '1', 'NotSupported'],
  ['NumberOfConnectors', '3', 'Rejected'],
  ['NumberOfConnectors', '2', 'Rejected'],
  ['SupportedFeatureProfiles', 'Core', 'Rejected'],
  ['HeartbeatInterval', '-1', 'Rejected'],
  ['HeartbeatInterval', 'often', 'Rejected'],
  ['HeartbeatInterval', '1.5', 'Rejected'],
  ['HeartbeatInterval', '0x10', 'Rejected'],
  ['HeartbeatInterval', '1e2', 'Rejected'],
  ['HeartbeatInterval', '', 'Rejected'],
  ['HeartbeatInterval', '99999999999999999999', 'Rejected'],
  ['LocalPreAuthorize', 'perhaps', 'Rejected'],
  ['MeterValuesSampledData', 'Energy.Active.Import.Register,Happiness', 'Rejected'],
  ['WebSocketPingInterval', '-5', 'Rejected'],
  ['HeartbeatInterval', '120', 'Accepted'],
  ['LocalPreAuthorize', 'true', 'Accepted'],
  ['MeterValuesSampledData', 'Energy.Active.Import.Register,Voltage', 'Accepted'],
  ['StartSpread', '60', 'RebootRequired'],
  ['BackendHost', 'elsewhere.test', 'RebootRequired'],
];

scenario(
  'each kind of change gets its true answer, twice alike, and what was refused changed nothing (K-03, fault 43, TC_040_1, TC_040_2)',
  { only: 'virtual' },
  async (world) => {
    for (const [key, value, status] of changes) {
      const before = await readKey(world, key);
      for (const turn of ['first', 'again'])
        assert.equal(await change(world, key, value), status, `${key}=${value} ${turn}`);
      const after = await readKey(world, key);
      if (status === 'Accepted' || status === 'RebootRequired') assert.equal(after?.['value'], value, key);
      else assert.deepEqual(after, before, key);
    }
  },
);

const pinned = {
  'backend.host': 'backend.test',
  'backend.port': 8080,
  'backend.path': '',
  'backend.protocol': 'ws',
  'backend.heartbeatInterval': 77,
} as const;

scenario(
  'a key that is pinned on site is read only and Rejected, also when it is set to its own value; so is BackendUrl (K-02, K-03)',
  { only: 'virtual', pinned },
  async (world) => {
    for (const [key, other] of [
      ['HeartbeatInterval', '60'],
      ['BackendUrl', 'ws://elsewhere.test/'],
    ] as const) {
      const entry = await readKey(world, key);
      assert.equal(entry?.['readonly'], true, key);
      assert.equal(await change(world, key, other), 'Rejected', key);
      assert.equal(await change(world, key, String(entry['value'])), 'Rejected', key);
      assert.deepEqual(await readKey(world, key), entry);
    }
  },
);

scenario(
  'BackendUrl that is not pinned answers RebootRequired, also for the present address (K-03)',
  { only: 'virtual' },
  async (world) => {
    const url = String((await readKey(world, 'BackendUrl'))?.['value']);
    for (const turn of ['first', 'again']) assert.equal(await change(world, 'BackendUrl', url), 'RebootRequired', turn);
  },
);

scenario(
  'booleans in any letter case, integers with zeros, lists with spaces are understood and told in one spelling (K-04)',
  {},
  async (world) => {
    for (const [key, value, told] of [
      ['LocalPreAuthorize', 'TRUE', 'true'],
      ['LocalPreAuthorize', 'False', 'false'],
      ['HeartbeatInterval', '0060', '60'],
      ['MeterValuesSampledData', ' energy.active.import.register , VOLTAGE ', 'Energy.Active.Import.Register,Voltage'],
      ['StopTxnSampledData', '', ''],
    ] as const) {
      assert.equal(await change(world, key, value), 'Accepted', `${key}=${value}`);
      assert.equal((await readKey(world, key))?.['value'], told);
    }
  },
);

scenario(
  'what was changed is in effect at once and survives Reset and power cut (K-03, K-05, H-01, fault 43, TC_021)',
  {},
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    await changeKey(world, 'MeterValueSampleInterval', '7');
    await changeKey(world, 'LocalPreAuthorize', 'true');
    await changeKey(world, 'StopTxnSampledData', 'Voltage');
    await changeKey(world, 'HeartbeatInterval', '6');
    const changedMs = world.time.monotonicMs();
    await world.until('a Heartbeat', () => world.calls('Heartbeat').length === 1);
    happenedAfter(world, (world.time.monotonicMs() - changedMs) / 1000, 6, 'the Heartbeat came');
    for (const restart of [() => reset(world), () => reset(world, 'Hard'), () => world.powerCycle()]) {
      await world.pass(1_000);
      await restart();
      await registered(world);
      for (const [key, value] of [
        ['MeterValueSampleInterval', '7'],
        ['LocalPreAuthorize', 'true'],
        ['StopTxnSampledData', 'Voltage'],
      ] as const) {
        assert.equal((await readKey(world, key))?.['value'], value, key);
      }
    }
  },
);

scenario(
  'SupportedFeatureProfiles names what is served, and calls of every other profile are NotSupported (K-06, T-14)',
  {},
  async (world) => {
    const calls: Readonly<Record<string, readonly [string, JsonObject]>> = {
      LocalAuthListManagement: ['GetLocalListVersion', {}],
      Reservation: ['CancelReservation', { reservationId: 1 }],
      SmartCharging: ['ClearChargingProfile', {}],
      FirmwareManagement: ['GetDiagnostics', { location: 'ftp://files.test/' }],
      RemoteTrigger: ['TriggerMessage', { requestedMessage: 'Heartbeat' }],
      Core: ['ClearCache', {}],
    };
    const named = String((await readKey(world, 'SupportedFeatureProfiles'))?.['value']).split(',');
    for (const [profile, [action, payload]] of Object.entries(calls)) {
      if (named.includes(profile)) await ask(world, action, payload);
      else assert.equal(await askInVain(world, action, payload), 'NotSupported', profile);
    }
    assert.ok(
      named.every((profile) => profile in calls),
      named.join(),
    );
  },
);
