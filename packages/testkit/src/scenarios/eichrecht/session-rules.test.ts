import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import { ask } from '../backend-steps.ts';
import { leave, reported, startByCard, statusOf } from '../steps.ts';
import {
  billedPair,
  commandsFrom,
  logged,
  ocmfOf,
  pagination,
  recordsKept,
  sessionsKept,
  signing,
  stopByCard,
  wattHours,
} from './signed-steps.ts';

scenario(
  'a session has a signed begin before energy flows and a signed end before it is told, and meterStart and meterStop are the floors of the signed registers (E-02, E-06, E-08)',
  { evses: signing },
  async (world) => {
    await world.until('the clock of the meter to be set', () => world.hardware.commands('setMeterClock').length > 0);
    const from = world.hardware.commands().length;
    await startByCard(world, 1, 'CARD1');
    const story = commandsFrom(world, from).filter((type) => type !== 'meterState' && type !== 'setMeterClock');
    assert.deepEqual(story.slice(0, 3), ['lock', 'beginMeter', 'closeContactor']);
    await world.pass(10_000);
    const until = world.hardware.commands().length;
    await stopByCard(world, 1, 'CARD1');
    const ending = commandsFrom(world, until).filter((type) => type !== 'meterState');
    assert.deepEqual(ending.slice(0, 3).toSorted(), ['endMeter', 'openContactor', 'unlock']);
    assert.equal(ending[0], 'openContactor');
    await world.until('the StopTransaction', () => world.calls('StopTransaction').length === 1);
    const [begin, end] = await billedPair(world);
    assert.equal(world.calls('StartTransaction')[0]?.payload['meterStart'], Math.floor(wattHours(begin)));
    assert.equal(world.calls('StopTransaction')[0]?.payload['meterStop'], Math.floor(wattHours(end)));
    assert.deepEqual(await pagination(world), [1, 2]);
    assert.deepEqual([begin.readings[0]?.event, end.readings.at(-1)?.event], ['B', 'L']);
  },
);

scenario(
  'what is written into the meter before the begin says who charges, where, and at which price (E-05, pitfall 8, pitfall 13)',
  {
    only: 'virtual',
    evses: signing,
    defaults: { 'eichrecht.tariffText': '0,49 €/kWh | ab 22 Uhr günstiger', 'eichrecht.evseId': 'DE*ABC*E12345*1' },
  },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await stopByCard(world, 1, 'CARD1');
    const [begin, end] = await billedPair(world);
    for (const { fields, flags } of [begin, end]) {
      const { IS, IL, IT, ID, TT, CT, CI } = fields;
      assert.deepEqual([IS, IL, IT, ID], ['true', 'TRUSTED', 'ISO14443', 'CARD1']);
      assert.deepEqual([TT, CT, CI], ['0,49 €/kWh | ab 22 Uhr günstiger', 'EVSEID', 'DE*ABC*E12345*1']);
      assert.deepEqual(flags, ['RFID_PLAIN', 'OCPP_AUTH']);
    }
  },
);

scenario(
  'a remote start is assigned by the backend, and without an EVSE id the place is identity and connector (E-05)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.backend.call(world.identity, 'RemoteStartTransaction', { connectorId: 1, idTag: 'APP1' });
    await world.until('energy', () => statusOf(world, 1) === 'Charging');
    await world.sim({ action: 'unplug', evse: 1, force: true });
    await world.until('the StopTransaction', () => world.calls('StopTransaction').length === 1, 10_000);
    const [begin] = await billedPair(world);
    const { IS, IL, IT, ID, CT, CI } = begin.fields;
    assert.deepEqual([IS, IL, IT, ID, CT, CI], ['true', 'TRUSTED', 'CENTRAL', 'APP1', 'CBIDC', `${world.identity} 1`]);
    assert.deepEqual(begin.flags, ['OCPP_RS']);
  },
);

scenario(
  'a meter that signs nothing at the begin lets nobody charge: Finishing says why, no StartTransaction, nothing stays open (E-06)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await world.sim({ action: 'meter', evse: 1, mode: 'unsigned' });
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the refusal', () => reported(world, 1, 1)[0] === 'Finishing');
    const told = world.calls('StatusNotification').at(-1)?.payload ?? {};
    assert.deepEqual([told['errorCode'], told['info']], ['PowerMeterFailure', 'The meter gave no valid signed begin']);
    await world.pass(5_000);
    assert.equal(world.calls('StartTransaction').length, 0);
    assert.equal(world.hardware.commands('closeContactor').length, 0);
    await world.sim({ action: 'meter', evse: 1, mode: 'ok' });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('energy', () => statusOf(world, 1) === 'Charging');
    await stopByCard(world, 1, 'CARD1');
    await billedPair(world);
  },
);

scenario(
  'a meter that is lost while charging ends the session within six seconds; it is not begun again, and the connector stays Faulted until it answers (E-07)',
  { only: 'virtual', evses: signing, allow: { checker: [] } },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(30_000);
    const atMs = world.time.monotonicMs();
    await world.sim({ action: 'meterPower', evse: 1, state: 'off' });
    await world.until('the contactor to open', () => world.hardware.commands('openContactor').length > 0, 20_000);
    assert.ok(world.time.monotonicMs() - atMs <= 7_000, `${world.time.monotonicMs() - atMs} ms`);
    await world.until('the StopTransaction', () => world.calls('StopTransaction').length === 1, 200_000);
    assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'Other');
    const [session] = await sessionsKept(world);
    assert.equal(session?.billing, 'unbillable');
    assert.match(session.problem ?? '', /did not close its transaction/);
    assert.equal((await logged(world, 'unbillable')).length, 1);
    await world.pass(5_000);
    assert.equal(statusOf(world, 1), 'Faulted');
    const last = world.calls('StatusNotification').at(-1)?.payload ?? {};
    assert.deepEqual([last['status'], last['errorCode']], ['Faulted', 'PowerMeterFailure']);
    await world.sim({ action: 'meterPower', evse: 1, state: 'on' });
    await world.until('the connector to be usable', () => statusOf(world, 1) === 'Preparing', 60_000);
    assert.equal((await logged(world, 'lateRecord')).length, 1);
    await pagination(world);
    assert.equal(world.calls('StartTransaction').length, 1);
  },
);

scenario(
  'a meter that answers late at the end keeps nobody: the plug is free, and StopTransaction comes with the signed end (E-08, E-25)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(20_000);
    await world.sim({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 25 });
    const stoppedMs = world.status().clock.nowMs;
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(2_000);
    assert.equal(world.hardware.commands('unlock').length, 1);
    assert.equal(world.calls('StopTransaction').length, 0);
    await world.sim({ action: 'unplug', evse: 1 });
    await world.until('the StopTransaction', () => world.calls('StopTransaction').length === 1, 40_000);
    const told = Date.parse(String(world.calls('StopTransaction')[0]?.payload['timestamp']));
    assert.ok(Math.abs(told - stoppedMs) < 1_500, 'its time is that of the stop');
    await billedPair(world);
    await world.until('the connector to be free', () => statusOf(world, 1) === 'Available');
  },
);

for (const [what, action, cause] of [
  ['fails', { action: 'meterCondition', evse: 1, state: 'failed' }, /meter/],
  ['has another key', { action: 'meterKey', evse: 1, state: 'changed' }, /key/],
] as const) {
  scenario(
    `a meter that ${what} while charging ends the session, and nobody starts after it (E-07)`,
    { only: 'virtual', evses: signing },
    async (world) => {
      await startByCard(world, 1, 'CARD1');
      await world.pass(10_000);
      await world.sim(action);
      await world.until('the StopTransaction', () => world.calls('StopTransaction').length === 1, 200_000);
      assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'Other');
      await world.pass(15_000);
      assert.ok(['Unavailable', 'Faulted'].includes(statusOf(world, 1) ?? ''), statusOf(world, 1) ?? '');
      await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
      await world.pass(5_000);
      assert.equal(world.calls('StartTransaction').length, 1);
      assert.match(
        world
          .status()
          .problems.map(({ text }) => text)
          .join('\n'),
        cause,
      );
    },
  );
}

scenario(
  'after a power cut the meter transaction is closed with reason P and delivered with PowerLoss, also when it happens offline (E-09, pitfall 9)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(30_000);
    await world.cutLink();
    await world.powerCycle();
    await world.pass(10_000);
    const [session] = await sessionsKept(world);
    assert.equal(session?.billing, 'signed');
    await world.restoreLink();
    await world.until('the StopTransaction', () => world.calls('StopTransaction').length === 1, 60_000);
    assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'PowerLoss');
    const [, end] = await billedPair(world);
    assert.equal(end.readings.at(-1)?.event, 'P');
    assert.equal(world.calls('StopTransaction')[0]?.payload['meterStop'], Math.floor(wattHours(end)));
    await pagination(world);
  },
);

scenario(
  'a meter that does not answer before the begin lets nobody charge, and the connector is Faulted until it does (E-06)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await world.sim({ action: 'meter', evse: 1, mode: 'silent' });
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the fault', () => reported(world, 1, 1)[0] === 'Faulted', 60_000);
    assert.equal(world.calls('StatusNotification').at(-1)?.payload['errorCode'], 'PowerMeterFailure');
    assert.deepEqual(world.hardware.commands('beginMeter'), []);
    await world.sim({ action: 'meter', evse: 1, mode: 'ok' });
    await world.until('the connector to be usable', () => statusOf(world, 1) === 'Preparing', 60_000);
    assert.equal(world.calls('StartTransaction').length, 0);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('energy', () => statusOf(world, 1) === 'Charging');
    await stopByCard(world, 1, 'CARD1');
    await billedPair(world);
  },
);

scenario(
  'UnlockConnector is not kept waiting by a slow signature: the plug is free, and the stop follows with the signed end (E-08, R-07)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 25 });
    const asked = world.time.monotonicMs();
    const answer = await ask(world, 'UnlockConnector', { connectorId: 1 });
    assert.deepEqual(answer, { status: 'Unlocked' });
    assert.ok(world.time.monotonicMs() - asked < 5_000);
    assert.equal(world.calls('StopTransaction').length, 0);
    await world.until('the stop', () => world.calls('StopTransaction').length === 1, 60_000);
    assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'UnlockCommand');
    await billedPair(world);
    await leave(world, 1);
  },
);

scenario(
  'a power cut directly after the begin signs no end before it, whatever the clocks are after it (E-09)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await world.until('the meter to be ready', () => statusOf(world, 1) === 'Available');
    await world.pass(5_000);
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the start', () => world.calls('StartTransaction').length === 1);
    await world.sim({ action: 'powerCycle' });
    await world.until('the end', () => world.calls('StopTransaction').length === 1, 200_000);
    const [begin, end] = (await recordsKept(world)).map(ocmfOf);
    const times = [begin, end].map((record) => record?.readings.at(-1)?.timeMs ?? 0);
    assert.ok((times[1] ?? 0) >= (times[0] ?? 0), times.join());
    await billedPair(world);
    await leave(world, 1);
  },
);
