import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, registered } from './backend-steps.ts';
import { leave, reported, startByCard, statusOf, untilReported } from './steps.ts';

/** The reports of a connector. */
function reportsOf(world: World, connectorId: number): readonly JsonObject[] {
  return world
    .calls('StatusNotification')
    .map(({ payload }) => payload)
    .filter((payload) => payload['connectorId'] === connectorId);
}

scenario(
  'a session is reported transition by transition, each once and with NoError (N-01, N-03)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'pause', evse: 1 });
    await untilReported(world, 1, 'SuspendedEV');
    await world.sim({ action: 'resume', evse: 1 });
    await untilReported(world, 1, 'Charging');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Finishing');
    await leave(world, 1);
    await untilReported(world, 1, 'Available');
    assert.deepEqual(reported(world, 1), [
      'Available',
      'Preparing',
      'Charging',
      'SuspendedEV',
      'Charging',
      'Finishing',
      'Available',
    ]);
    assert.deepEqual(new Set(reportsOf(world, 1).map(({ errorCode }) => errorCode)), new Set(['NoError']));
  },
);

scenario(
  'after its end a session leaves Finishing, from which a new card leads through Preparing (N-05)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Finishing');
    await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(reported(world, 1, 3), ['Finishing', 'Preparing', 'Charging']);
    await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
    await untilReported(world, 1, 'Finishing');
    await leave(world, 1);
    await untilReported(world, 1, 'Available');
  },
);

scenario(
  'SuspendedEVSE wins over SuspendedEV, and a car that takes nothing of what it asked for is Charging (N-04)',
  { defaults: { 'charging.stopTransactionOnInvalidId': false } },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'draw', evse: 1, amps: 0 });
    await world.pass(10_000);
    assert.equal(reported(world, 1, 1)[0], 'Charging');
    await world.sim({ action: 'pause', evse: 1 });
    await untilReported(world, 1, 'SuspendedEV');
    world.backend.setRules([
      { on: { action: 'StartTransaction' }, do: { answer: { merge: { idTagInfo: { status: 'Invalid' } } } } },
    ]);
    await world.sim({ action: 'plug', evse: 2, soc: 20, capacityKwh: 500, ready: false });
    await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
    await untilReported(world, 2, 'SuspendedEVSE');
    assert.ok(!reported(world, 2).includes('SuspendedEV'));
    for (const evse of [1, 2]) await world.sim({ action: 'unplug', evse, force: true });
    await untilReported(world, 2, 'Available');
  },
);

scenario(
  'connector 0 shows what concerns the station: Faulted with each of its connectors, or a warning for itself (N-02, N-03)',
  {},
  async (world) => {
    const last = (connectorId: number): readonly unknown[] => {
      const { status, errorCode } = reportsOf(world, connectorId).at(-1) ?? {};
      return [status, errorCode];
    };
    const fault = async (id: string, active: boolean): Promise<readonly (readonly unknown[])[]> => {
      await world.sim({ action: 'fault', evse: 0, fault: id, active });
      await world.pass(3_000);
      return [0, 1].map(last);
    };
    const free = ['Available', 'NoError'];
    for (const [id, errorCode] of [
      ['reader', 'ReaderFailure'],
      ['weakSignal', 'WeakSignal'],
      ['reset', 'ResetFailure'],
      ['internal', 'InternalError'],
      ['temperatureWarning', 'HighTemperature'],
    ] as const) {
      assert.deepEqual(await fault(id, true), [['Available', errorCode], free]);
      assert.deepEqual(await fault(id, false), [free, free]);
      assert.match(String(reportsOf(world, 0).at(-1)?.['info']), /^Resolved: /);
    }
    for (const [id, errorCode] of [
      ['highTemperature', 'HighTemperature'],
      ['emergencyStop', 'OtherError'],
    ] as const) {
      assert.deepEqual(await fault(id, true), [
        ['Faulted', errorCode],
        ['Faulted', errorCode],
      ]);
      assert.deepEqual(await fault(id, false), [free, free]);
    }
    const known = reportsOf(world, 0).map(({ status }) => String(status));
    assert.deepEqual(new Set(known), new Set(['Available', 'Faulted']));
  },
);

scenario(
  'a status that is triggered while its transition waits is told once, and in its place (N-01, TR-01)',
  { only: 'virtual' },
  async (world) => {
    world.backend.setRules([
      {
        on: { action: 'StatusNotification', payload: { connectorId: 2, status: 'Preparing' } },
        do: { delay: { ms: 8_000 } },
      },
    ]);
    await world.pass(2_000);
    await world.sim({ action: 'plug', evse: 2 });
    await world.sim({ action: 'plug', evse: 1 });
    await ask(world, 'TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 });
    await world.pass(20_000);
    assert.deepEqual(reported(world, 1), ['Available', 'Preparing']);
    await ask(world, 'TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 });
    await world.pass(2_000);
    assert.deepEqual(reported(world, 1), ['Available', 'Preparing', 'Preparing']);
    for (const evse of [1, 2]) await leave(world, evse);
  },
);

scenario(
  'a backend that refuses a status gets it again ever later, and at last no longer, until something changes (N-01)',
  { only: 'virtual' },
  async (world) => {
    const preparing = { action: 'StatusNotification', payload: { connectorId: 1, status: 'Preparing' } };
    world.backend.setRules([{ on: preparing, do: { callError: { code: 'InternalError' } } }]);
    await world.configure({ 'charging.connectionTimeOut': '3600' });
    await world.sim({ action: 'plug', evse: 1 });
    await world.pass(3_500_000);
    const refused = world.calls('StatusNotification').filter(({ payload }) => payload['status'] === 'Preparing');
    const minutes = refused.map(({ atMs }) => Math.round((atMs - (refused[0]?.atMs ?? 0)) / 60_000));
    assert.deepEqual(minutes, [0, 1, 3, 7, 15]);
    await leave(world, 1);
    await untilReported(world, 1, 'Available');
  },
);

scenario(
  'what happened without a connection is told as it is at last, with the time at which it became so (N-07, N-08)',
  {},
  async (world) => {
    await world.pass(2_000);
    const before = reportsOf(world, 1).length;
    await world.cutLink();
    await world.sim({ action: 'plug', evse: 1 });
    await world.sim({ action: 'unplug', evse: 1 });
    await world.pass(30_000);
    const pluggedMs = world.time.monotonicMs();
    await world.sim({ action: 'plug', evse: 1 });
    await world.pass(20_000);
    await world.restoreLink();
    await registered(world);
    await world.until('the report', () => reportsOf(world, 1).length > before);
    const backMs = world.time.monotonicMs();
    const [report, ...others] = reportsOf(world, 1).slice(before);
    assert.deepEqual([report?.['status'], others], ['Preparing', []]);
    const sentMs = world.calls('StatusNotification').at(-1)?.atMs ?? 0;
    const agoMs = sentMs - Date.parse(String(report?.['timestamp']));
    assert.ok(agoMs >= 19_000 && agoMs <= backMs - pluggedMs + 2_000, `${agoMs} ms ago`);
    assert.equal(statusOf(world, 1), 'Preparing');
    await leave(world, 1);
  },
);
