import assert from 'node:assert/strict';

import { isRecord, type JsonObject } from '@kerbside/station';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';
import {
  clearProfiles,
  inSeconds,
  newestTransaction,
  offered,
  profile,
  setProfile,
  untilOffered,
} from './charging-steps.ts';
import { endByCard, leave, reported, startByCard, statusOf, untilReported } from './steps.ts';

/** The current that the simulated car draws per phase, in A. */
async function drawn(world: World, evse: number): Promise<number> {
  const state = await world.sim({ action: 'state', evse });
  return Number(state['drawAmps']);
}

async function powerOf(world: World, evse: number): Promise<number> {
  const { meter } = await world.sim({ action: 'state', evse });
  return isRecord(meter) ? Number(meter['powerW']) : 0;
}

/** After every limit that was told since the beginning: what all connectors with a closed contactor may draw, in mA. */
function sums(world: World): readonly number[] {
  const open = new Map<number, number>();
  const closed = new Set<number>();
  const limits = new Map<number, number>();
  return world.hardware.commands().map(({ command }) => {
    if (command.type === 'setLimit') limits.set(command.evse, command.milliamps);
    if (command.type === 'closeContactor') closed.add(command.evse);
    if (command.type === 'openContactor') closed.delete(command.evse);
    open.clear();
    for (const evse of closed) open.set(evse, limits.get(evse) ?? 0);
    return [...open.values()].reduce((sum, milliamps) => sum + milliamps, 0);
  });
}

scenario('the station maximum is shared in equal parts, and never exceeded (SC-05)', {}, async (world) => {
  const maximum = profile([[0, 32]], { purpose: 'ChargePointMaxProfile' });
  assert.equal(await setProfile(world, 0, maximum), 'Accepted');
  await startByCard(world, 1, 'CARD1');
  assert.equal(offered(world, 1), 32);
  await startByCard(world, 2, 'CARD2');
  assert.deepEqual([offered(world, 1), offered(world, 2)], [16, 16]);
  assert.equal(await setProfile(world, 1, profile([[0, 10]], { id: 2 })), 'Accepted');
  await untilOffered(world, 2, 22);
  assert.equal(offered(world, 1), 10);
  assert.equal(await clearProfiles(world, { id: 2 }), 'Accepted');
  await untilOffered(world, 2, 16);
  await untilOffered(world, 1, 16);
  await endByCard(world, 1, 'CARD1');
  await untilOffered(world, 2, 32);
  assert.ok(Math.max(...sums(world)) <= 32_000, 'the sum of what is offered');
});

scenario('what a full car leaves goes to the other within a second (SC-05)', {}, async (world) => {
  assert.equal(await setProfile(world, 0, profile([[0, 32]], { purpose: 'ChargePointMaxProfile' })), 'Accepted');
  await startByCard(world, 1, 'CARD1');
  await startByCard(world, 2, 'CARD2');
  await world.sim({ action: 'pause', evse: 1 });
  await world.until('the other to have the rest', () => offered(world, 2) === 26, 1_000);
  assert.equal(offered(world, 1), 6);
  await untilReported(world, 1, 'SuspendedEV');
  await world.sim({ action: 'resume', evse: 1 });
  await world.until('equal parts again', () => offered(world, 1) === 16, 3_000);
  assert.equal(offered(world, 2), 16);
  assert.ok(Math.max(...sums(world)) <= 32_000, 'the sum of what is offered');
});

scenario('too little for two cars charges the first, and pauses the second (SC-05, SC-09)', {}, async (world) => {
  assert.equal(await setProfile(world, 0, profile([[0, 10]], { purpose: 'ChargePointMaxProfile' })), 'Accepted');
  await startByCard(world, 1, 'CARD1');
  await world.sim({ action: 'plug', evse: 2, soc: 20 });
  await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
  await untilReported(world, 2, 'SuspendedEVSE');
  assert.deepEqual([offered(world, 1), offered(world, 2)], [10, 0]);
  await endByCard(world, 1, 'CARD1');
  await world.until('the second to charge', () => statusOf(world, 2) === 'Charging');
  assert.equal(offered(world, 2), 10);
});

scenario('a limit in watts is turned into amperes of the phases in use (SC-08)', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  assert.equal(await setProfile(world, 1, profile([[0, 11_040]], { unit: 'W' })), 'Accepted');
  await untilOffered(world, 1, 16);
  await world.pass(5_000);
  assert.equal(await drawn(world, 1), 16);
  assert.equal(await setProfile(world, 1, profile([[0, 13.5]])), 'Accepted');
  await untilOffered(world, 1, 13.5);
});

scenario(
  'a limit below 6 A pauses, keeps the transaction, and a higher one resumes (SC-09, fault 48)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    const transactionId = newestTransaction(world);
    for (const limit of [0, 5.9]) {
      assert.equal(
        await setProfile(world, 1, profile([[0, limit]], { purpose: 'TxProfile', transactionId })),
        'Accepted',
      );
      await untilReported(world, 1, 'SuspendedEVSE');
      assert.equal(offered(world, 1), 0);
      await world.pass(5_000);
      assert.equal(await drawn(world, 1), 0);
      assert.equal(await setProfile(world, 1, profile([[0, 16]], { purpose: 'TxProfile', transactionId })), 'Accepted');
      await untilReported(world, 1, 'Charging');
      assert.equal(offered(world, 1), 16);
    }
    assert.deepEqual(world.calls('StopTransaction'), []);
    assert.equal(world.calls('StartTransaction').length, 1);
  },
);

scenario('after a pause the limit holds, never full power (fault 47)', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  const transactionId = newestTransaction(world);
  const periods = [
    [0, 10],
    [10, 0],
    [20, 13],
  ] as const;
  const sketch = { purpose: 'TxProfile', transactionId, startSchedule: inSeconds(world, 0) } as const;
  assert.equal(await setProfile(world, 1, profile(periods, sketch)), 'Accepted');
  await untilOffered(world, 1, 10);
  await world.until('the pause', () => offered(world, 1) === 0, 12_000);
  await world.until('the end of the pause', () => offered(world, 1) === 13, 12_000);
  await untilReported(world, 1, 'Charging');
  const limits = world.hardware
    .commands('setLimit')
    .map(({ command }) => (command.type === 'setLimit' ? command.milliamps / 1000 : -1));
  assert.deepEqual(limits, [32, 10, 0, 13]);
});

scenario('a 0 A profile of one transaction does not touch the next (fault 47)', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  const transactionId = newestTransaction(world);
  assert.equal(await setProfile(world, 1, profile([[0, 0]], { purpose: 'TxProfile', transactionId })), 'Accepted');
  await untilReported(world, 1, 'SuspendedEVSE');
  await endByCard(world, 1, 'CARD1');
  await startByCard(world, 1, 'CARD1');
  assert.equal(offered(world, 1), 32);
});

scenario(
  'a period that begins at night is noticed at its second, without a connection too (SC-12, fault 47)',
  { only: 'virtual' },
  async (world) => {
    const sketch = { startSchedule: inSeconds(world, 0) } as const;
    const periods = [
      [0, 16],
      [28_800, 8],
    ] as const;
    assert.equal(await setProfile(world, 0, profile(periods, sketch)), 'Accepted');
    await startByCard(world, 1, 'CARD1');
    assert.equal(offered(world, 1), 16);
    const boundaryMs = Date.parse(sketch.startSchedule) + 28_800_000;
    await world.cutLink();
    await world.pass(Math.floor(boundaryMs / 1000) * 1000 - 1_000 - world.status().clock.nowMs);
    assert.equal(offered(world, 1), 16);
    await world.pass(2_000);
    assert.equal(offered(world, 1), 8);
    await world.restoreLink();
    await world.until('the connection', () => world.status().registration === 'accepted', 600_000);
    assert.equal(offered(world, 1), 8);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario('profiles hold after a power cut (SC-12)', {}, async (world) => {
  await untilReported(world, 2, 'Available');
  assert.equal(await setProfile(world, 0, profile([[0, 13]])), 'Accepted');
  await world.pass(1_000);
  await world.powerCycle();
  await world.until('registration', () => world.status().registration === 'accepted', 60_000);
  await startByCard(world, 1, 'CARD1');
  assert.equal(offered(world, 1), 13);
});

scenario('a limit from outside goes before profiles, and never raises them (SC-14)', {}, async (world) => {
  await world.configure({ 'status.sendInformative': 'true' });
  await startByCard(world, 1, 'CARD1');
  assert.equal(await setProfile(world, 1, profile([[0, 16]])), 'Accepted');
  await untilOffered(world, 1, 16);
  await world.sim({ action: 'externalLimit', watts: 5_520 });
  await untilOffered(world, 1, 8);
  await world.until('its notice', () => infos(world, 1).includes('Limited to 8 A (external limit)'));
  await world.sim({ action: 'externalLimit', amps: 25 });
  await untilOffered(world, 1, 16);
  await world.sim({ action: 'externalLimit' });
  await world.pass(2_000);
  assert.equal(offered(world, 1), 16);
  assert.equal(infos(world, 1).at(-1), 'No longer limited');
  assert.deepEqual(reported(world, 1, 1), ['Charging']);
});

function infos(world: World, connectorId: number): readonly unknown[] {
  return world
    .calls('StatusNotification')
    .filter(({ payload }) => payload['connectorId'] === connectorId && payload['info'] !== undefined)
    .map(({ payload }) => payload['info']);
}

scenario('a limit from outside is shared, holds over a power cut, and stands in the log (SC-14)', {}, async (world) => {
  await world.station.limits.setExternal({ unit: 'W', amount: 11_040_000, untilMs: null }, 'EMS');
  await startByCard(world, 1, 'CARD1');
  await startByCard(world, 2, 'CARD2');
  assert.deepEqual([offered(world, 1), offered(world, 2)], [8, 8]);
  await endByCard(world, 1, 'CARD1');
  await endByCard(world, 2, 'CARD2');
  await untilReported(world, 2, 'Available');
  await world.pass(1_000);
  await world.powerCycle();
  await world.until('registration', () => world.status().registration === 'accepted', 60_000);
  await startByCard(world, 1, 'CARD1');
  assert.equal(offered(world, 1), 16);
  await world.station.limits.setExternal(null, 'EMS');
  await untilOffered(world, 1, 32);
  await world.pass(2_000);
  const log = await world.station.limits.externalLog();
  assert.deepEqual(
    log.map(({ event, source, by, limit }) => [event, source, by, limit?.amount]),
    [
      ['set', 'api', 'EMS', 11_040_000],
      ['released', 'api', 'EMS', undefined],
    ],
  );
  for (const { atMs, effectiveMs } of log) assert.ok(effectiveMs !== null && effectiveMs - atMs < 2_000);
});

scenario('a limit from outside ends at its time', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  const untilMs = world.status().clock.nowMs + 8_000;
  await world.station.limits.setExternal({ unit: 'A', amount: 10_000, untilMs }, 'EMS');
  await untilOffered(world, 1, 10);
  assert.deepEqual(limitOf(world, 1), { limitMilliamps: 10_000, limitSource: 'external limit', limitUntilMs: untilMs });
  await world.until('its end', () => offered(world, 1) === 32, 10_000);
  await world.pass(2_000);
  assert.deepEqual(
    (await world.station.limits.externalLog()).map(({ event }) => event),
    ['set', 'ended'],
  );
  await endByCard(world, 1, 'CARD1');
});

function limitOf(world: World, evse: number): JsonObject {
  const found = world.status().evses[evse - 1];
  assert.ok(found !== undefined);
  const { limitMilliamps, limitSource, limitUntilMs } = found;
  return { limitMilliamps, limitSource, limitUntilMs };
}

scenario('the status says which profile limits, and until when', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  const transactionId = newestTransaction(world);
  const sketch = {
    id: 42,
    purpose: 'TxProfile',
    transactionId,
    startSchedule: inSeconds(world, 0),
    duration: 600,
  } as const;
  assert.equal(await setProfile(world, 1, profile([[0, 16]], sketch)), 'Accepted');
  await untilOffered(world, 1, 16);
  const untilMs = Math.floor(Date.parse(sketch.startSchedule) / 1000) * 1000 + 600_000;
  assert.deepEqual(limitOf(world, 1), { limitMilliamps: 16_000, limitSource: 'TxProfile 42', limitUntilMs: untilMs });
});

scenario(
  'a profile for one phase, and one with too little power for three, are served with one (SC-08)',
  { evses: [{ phaseSwitching: true }, {}] },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    const onePhase = profile([[0, 3_680]], { unit: 'W' });
    assert.equal(await setProfile(world, 1, onePhase), 'Accepted');
    await untilReported(world, 1, 'SuspendedEVSE');
    await world.until('the switch', () => world.status().evses[0]?.limitSource === 'switching phases');
    await world.until('one phase', () => world.status().evses[0]?.limitPhases === 1, 15_000);
    await untilReported(world, 1, 'Charging');
    assert.equal(offered(world, 1), 16);
    await world.pass(3_000);
    assert.equal(Math.round(await powerOf(world, 1)), 3_680);
    const steps = world.hardware
      .commands()
      .map(({ command }) => command.type)
      .filter((type) => type !== 'readMeter' && type !== 'indicate');
    assert.deepEqual(steps.slice(-5), ['setLimit', 'openContactor', 'setPhases', 'setLimit', 'closeContactor']);
    assert.equal(world.calls('StartTransaction').length, 1);
    assert.deepEqual(world.calls('StopTransaction'), []);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'the phases are not switched back before two minutes are over',
  { only: 'virtual', evses: [{ phaseSwitching: true }, {}] },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    assert.equal(await setProfile(world, 1, profile([[0, 3_680]], { unit: 'W' })), 'Accepted');
    await world.until('one phase', () => world.status().evses[0]?.limitPhases === 1, 15_000);
    await untilReported(world, 1, 'Charging');
    assert.equal(await clearProfiles(world), 'Accepted');
    await untilOffered(world, 1, 32);
    await world.pass(90_000);
    assert.equal(world.status().evses[0]?.limitPhases, 1);
    await world.pass(60_000);
    assert.equal(world.status().evses[0]?.limitPhases, 3);
    assert.equal(Math.round(await powerOf(world, 1)), 22_080);
    await endByCard(world, 1, 'CARD1');
    assert.equal(world.calls('StartTransaction').length, 1);
  },
);

scenario(
  'a car that leaves while the phases are switched ends its transaction',
  { evses: [{ phaseSwitching: true }] },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    assert.equal(await setProfile(world, 1, profile([[0, 3_680]], { unit: 'W' })), 'Accepted');
    await world.until('the switch', () => world.hardware.commands('setPhases').length === 2, 15_000);
    await world.sim({ action: 'unplugVehicle', evse: 1 });
    await world.until('the end', () => world.calls('StopTransaction').length === 1);
    await leave(world, 1);
    await world.pass(10_000);
    assert.equal(world.hardware.commands().at(-1)?.command.type === 'closeContactor', false);
    const { status } = await ask(world, 'ClearChargingProfile', {});
    assert.equal(status, 'Accepted');
  },
);
