import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import { ask, reset } from '../backend-steps.ts';
import { startByCard, statusOf } from '../steps.ts';
import { blocks, causes, isFree, lastReport, legalWorld, session } from './blocking-steps.ts';

scenario('meterLost: a meter that does not answer is Faulted, until it answers (E-06)', legalWorld, async (world) => {
  await session(world);
  await world.sim({ action: 'meterPower', evse: 1, state: 'off' });
  await blocks(world, 'meterLost', {
    status: 'Faulted',
    errorCode: 'PowerMeterFailure',
    info: 'The meter does not answer',
  });
  await world.sim({ action: 'meterPower', evse: 1, state: 'on' });
  await isFree(world);
});

scenario('meterFailed: a meter that says that it failed blocks, until it is well (E-06)', legalWorld, async (world) => {
  await world.sim({ action: 'meterCondition', evse: 1, state: 'failed', problem: 'memory test' });
  await blocks(world, 'meterFailed', {
    status: 'Unavailable',
    errorCode: 'PowerMeterFailure',
    info: 'The meter reports a failure',
  });
  await world.sim({ action: 'meterCondition', evse: 1, state: 'good' });
  await isFree(world);
});

scenario(
  'meterShared: two connectors with one meter number charge nobody, until their meters differ (E-06, pitfall 14)',
  { ...legalWorld, evses: [{ signs: true }, { signs: true }] },
  async (world) => {
    await session(world);
    await world.sim({ action: 'meterExchange', evse: 2, serial: 'SIM-METER-1' });
    const info = 'Two connectors share one meter';
    await blocks(world, 'meterShared', { status: 'Unavailable', errorCode: 'PowerMeterFailure', info });
    const { connectors } = await world.station.eichrecht.view();
    assert.ok(connectors[1]?.blocks.some(({ cause }) => cause === 'meterShared'));
    await world.sim({ action: 'meterExchange', evse: 2, serial: 'SIM-METER-2' });
    await isFree(world);
  },
);

scenario(
  'meterReplaced: another meter blocks, also after a restart, until the manufacturer commissions it (E-06, E-13)',
  legalWorld,
  async (world) => {
    await session(world);
    await world.sim({ action: 'meterExchange', evse: 1, serial: 'SIM-METER-NEW', wattHours: 200_000 });
    const seen = {
      status: 'Unavailable',
      errorCode: 'PowerMeterFailure',
      info: 'Another meter than the commissioned',
    } as const;
    await blocks(world, 'meterReplaced', seen);
    await world.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted');
    await blocks(world, 'meterReplaced', seen);
    const release = { evse: 1, cause: 'meterReplaced', reason: 'it looks fine to me' };
    await assert.rejects(world.station.eichrecht.release(release, { role: 'manufacturer', who: 'test' }));
    const reason = 'exchanged and sealed by B. Kunz';
    await world.station.eichrecht.commission({ evse: 1, reason }, { role: 'manufacturer', who: 'local console' });
    await isFree(world);
    await world.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted');
    await isFree(world);
  },
);

scenario(
  'keyChanged: a meter with another key blocks, until it has its own again (E-06)',
  legalWorld,
  async (world) => {
    await session(world);
    await world.sim({ action: 'meterKey', evse: 1, state: 'changed' });
    await blocks(world, 'keyChanged', {
      status: 'Unavailable',
      errorCode: 'PowerMeterFailure',
      info: 'The key of the meter changed',
    });
    await world.sim({ action: 'meterKey', evse: 1, state: 'restored' });
    await isFree(world);
  },
);

scenario('keyMissing: a meter without a key blocks, until it has one (E-06)', legalWorld, async (world) => {
  await session(world);
  await world.sim({ action: 'meterKey', evse: 1, state: 'lost' });
  await blocks(world, 'keyMissing', {
    status: 'Unavailable',
    errorCode: 'PowerMeterFailure',
    info: 'The meter has no key',
  });
  await world.sim({ action: 'meterKey', evse: 1, state: 'restored' });
  await isFree(world);
});

scenario(
  'notSigning: where the law is switched on, a meter that does not sign blocks (E-06)',
  { defaults: { 'eichrecht.mode': 'on', 'metering.sampleInterval': 0 }, evses: [{}] },
  async (world) => {
    await blocks(world, 'notSigning', {
      status: 'Unavailable',
      errorCode: 'PowerMeterFailure',
      info: 'The meter does not sign',
    });
    const [outcome] = await world.station.parameters.change([{ name: 'eichrecht.mode', value: 'auto' }], {
      source: 'manufacturer',
      who: 'local console',
    });
    assert.equal(outcome?.kind, 'accepted');
    await isFree(world);
  },
);

scenario(
  'clockUnset: a meter whose clock nobody can set blocks, until the station has the time (E-06, E-16)',
  { ...legalWorld, only: 'virtual', startWallMs: 0, unregistered: true },
  async (world) => {
    world.backend.configure({ clockOffsetMs: Date.UTC(2026, 10, 22, 12) });
    await world.cutLink();
    await world.pass(30_000);
    assert.deepEqual(await causes(world), ['clockUnset']);
    const { status, errorCode, info } = world.status().evses[0] ?? {};
    assert.deepEqual(
      [status, errorCode, info],
      ['Unavailable', 'PowerMeterFailure', 'The clock of the meter is not set'],
    );
    await world.restoreLink();
    await world.until('registration', () => world.status().registration === 'accepted', 600_000);
    await isFree(world);
  },
);

scenario(
  'openInMeter: a session that the meter could not close blocks, until the meter closes it (E-06, E-09)',
  { ...legalWorld, only: 'virtual', defaults: { ...legalWorld.defaults, 'eichrecht.signedEndTimeout': 30 } },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'meterPower', evse: 1, state: 'off' });
    await world.until(
      'the session to end without the meter',
      () => world.calls('StopTransaction').length === 1,
      300_000,
    );
    await world.sim({ action: 'unplug', evse: 1 });
    await world.pass(5_000);
    assert.deepEqual(lastReport(world).status, 'Faulted');
    assert.deepEqual((await causes(world)).toSorted(), ['meterLost', 'openInMeter']);
    await world.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted');
    await world.pass(10_000);
    assert.ok((await causes(world)).includes('openInMeter'));
    await world.sim({ action: 'meterPower', evse: 1, state: 'on' });
    await isFree(world);
  },
);

scenario(
  'undelivered: what the backend does not take blocks where that is wanted, until it takes it (E-11)',
  {
    ...legalWorld,
    only: 'virtual',
    allow: { books: { parkedResends: true } },
    defaults: {
      ...legalWorld.defaults,
      'traffic.eichrechtMessageAttempts': 1,
      'eichrecht.onUndelivered': 'block',
    },
  },
  async (world) => {
    world.backend.checker.expect({ parkedResends: true, finishingMayOvertake: true });
    world.backend.setRules([
      { on: { action: 'StopTransaction', times: 1 }, do: { callError: { code: 'InternalError' } } },
    ]);
    await session(world);
    await blocks(world, 'undelivered', {
      status: 'Unavailable',
      errorCode: 'InternalError',
      info: 'Signed data are not delivered',
    });
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await isFree(world);
  },
);

scenario(
  'undelivered: a session that runs goes on when another message of the connector is given up (E-11)',
  {
    ...legalWorld,
    only: 'virtual',
    allow: { books: { parkedResends: true } },
    defaults: {
      ...legalWorld.defaults,
      'traffic.eichrechtMessageAttempts': 2,
      'traffic.transactionMessageRetryInterval': 60,
      'eichrecht.onUndelivered': 'block',
    },
  },
  async (world) => {
    world.backend.checker.expect({ parkedResends: true, finishingMayOvertake: true });
    world.backend.setRules([
      { on: { action: 'StopTransaction', times: 1_000 }, do: { callError: { code: 'InternalError' } } },
    ]);
    await session(world);
    await startByCard(world, 1, 'CARD2');
    await world.until('it to be given up', () => world.status().outbox.parked === 1);
    await world.pass(1_000);
    assert.deepEqual([statusOf(world, 1), await causes(world)], ['Charging', ['undelivered']]);
    assert.deepEqual(lastReport(world), {
      status: 'Charging',
      errorCode: 'InternalError',
      info: 'Signed data are not delivered',
    });
    world.backend.setRules([]);
    await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
    await world.until('the end', () => world.status().evses[0]?.transaction === null);
    await world.sim({ action: 'unplug', evse: 1 });
    await world.until('all to be delivered', () => world.status().outbox.parked === 0, 7_200_000);
    await isFree(world);
  },
);

scenario(
  'after a restart a connector whose meter was lost is not announced as free before the meter was asked (E-06)',
  legalWorld,
  async (world) => {
    await session(world);
    await world.sim({ action: 'meter', evse: 1, mode: 'silent' });
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the block', () => lastReport(world).info === 'The meter does not answer', 200_000);
    const before = world.calls('StatusNotification').length;
    await reset(world, 'Soft');
    await world.until(
      'the first status',
      () =>
        world.calls('StatusNotification').some(({ payload }, place) => place >= before && payload['connectorId'] === 1),
      200_000,
    );
    await world.pass(20_000);
    const statuses = world
      .calls('StatusNotification')
      .slice(before)
      .filter(({ payload }) => payload['connectorId'] === 1)
      .map(({ payload }) => String(payload['status']));
    assert.deepEqual([...new Set(statuses)], ['Faulted']);
    await world.sim({ action: 'meter', evse: 1, mode: 'ok' });
    await world.sim({ action: 'unplug', evse: 1 });
    await isFree(world);
  },
);
