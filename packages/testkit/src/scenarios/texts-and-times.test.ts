import assert from 'node:assert/strict';

import { say } from '../say.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, askInVain, changeKey, readKey, registered, reset } from './backend-steps.ts';
import { endByCard, startByCard, statusOf } from './steps.ts';

/** The texts of all frames that the station sent. */
function ownTexts(world: World): readonly string[] {
  return world.backend.frames.all(world.identity).flatMap(({ direction, text }) => (direction === 'in' ? [text] : []));
}

scenario(
  'a backend that writes times without a zone, or null for what it leaves out, is understood in its calls too: UTC, and left out (T-20)',
  { only: 'virtual' },
  async (world) => {
    const expiryDate = new Date(world.time.systemWallMs() + 600_000).toISOString().slice(0, 19);
    const reserve = { connectorId: 1, expiryDate, idTag: 'CARD1', reservationId: 7, parentIdTag: null };
    assert.equal((await ask(world, 'ReserveNow', reserve))['status'], 'Accepted');
    assert.deepEqual(
      world.station.reservations.views().map(({ expiry }) => expiry.slice(0, 19)),
      [expiryDate],
    );
    const nameless = { connectorId: null, expiryDate, idTag: 'CARD1', reservationId: 8 };
    assert.equal(await askInVain(world, 'ReserveNow', nameless), 'TypeConstraintViolation');
  },
);

scenario(
  'free text is cut at 50 characters, between characters and not inside one (T-18, fault 14)',
  { defaults: { 'status.sendInformative': true } },
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    await world.sim({ action: 'notice', evse: 1, text: `${'x'.repeat(49)}🔌 and much more` });
    await world.until('the notice', () => world.calls('StatusNotification').length === 4);
    assert.equal(world.calls('StatusNotification')[3]?.payload['info'], 'x'.repeat(49));
  },
);

scenario(
  'a tag of 20 characters is sent as it is, one of 21 neither whole nor cut (T-18, A-01, fault 44)',
  {},
  async (world) => {
    const longest = 'aB3-_.#/:+*~|ÄÖÜ xyz';
    assert.equal(longest.length, 20);
    await startByCard(world, 1, longest);
    await world.pass(2_000);
    await endByCard(world, 1, longest.toUpperCase());
    assert.equal(world.calls('Authorize')[0]?.payload['idTag'], longest);
    assert.equal(world.calls('StartTransaction')[0]?.payload['idTag'], longest);
    await world.sim({ action: 'plug', evse: 2 });
    await world.sim({ action: 'card', uid: 'y'.repeat(21), evse: 2 });
    await world.pass(3_000);
    assert.equal(statusOf(world, 2), 'Preparing');
    assert.ok(ownTexts(world).every((text) => !text.includes('yyyy')));
  },
);

scenario(
  'values that are too long for their messages are refused where they enter (T-18)',
  { only: 'virtual' },
  async (world) => {
    const tooLong = {
      'station.vendor': 21,
      'station.model': 21,
      'station.serialNumber': 26,
      'station.chargeBoxSerialNumber': 26,
    } as const;
    const by = { source: 'manufacturer', who: 'scenario' } as const;
    for (const [name, length] of Object.entries(tooLong)) {
      const [outcome] = await world.station.parameters.change([{ name, value: 'x'.repeat(length) }], by);
      assert.equal(outcome?.kind, 'rejected', name);
      await world.configure({ [name]: 'x'.repeat(length - 1) });
    }
    await reset(world);
    await registered(world);
    const { payload } = world.calls('BootNotification')[1] ?? {};
    assert.equal(say(payload?.['chargePointModel']).length, 20);
    assert.equal(say(payload?.['chargePointVendor']).length, 20);
    assert.equal(say(payload?.['chargePointSerialNumber']).length, 25);
  },
);

/** A list that no backend could have written: as many measurands as it may hold, all of them long. */
const longList = ['Import', 'Export'].flatMap((way) =>
  ['Active', 'Reactive'].flatMap((sort) =>
    ['L1', 'L2', 'L3', 'N', 'L1-N'].map((phase) => `Energy.${sort}.${way}.Register.${phase}`),
  ),
);

scenario(
  'a value above 500 characters is left out of GetConfiguration and told to people (T-18, K-02, fault 14)',
  { only: 'virtual', defaults: { 'metering.alignedData': longList } },
  async (world) => {
    assert.ok(longList.join(',').length > 500);
    const all = await ask(world, 'GetConfiguration', {});
    const entries = all['configurationKey'];
    assert.ok(Array.isArray(entries));
    assert.ok(!JSON.stringify(entries).includes('"MeterValuesAlignedData"'), 'not in the list');
    assert.deepEqual(await readKey(world, 'MeterValuesAlignedData'), {
      key: 'MeterValuesAlignedData',
      readonly: false,
    });
    assert.ok(
      world.status().problems.some((problem) => /MeterValuesAlignedData .*characters/.test(JSON.stringify(problem))),
    );
    assert.ok(JSON.stringify(entries).includes('"HeartbeatInterval"'), 'the others are told');
  },
);

scenario(
  'all times are UTC with Z, whatever zone the machine believes in (T-20, fault 21)',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(65_000);
    await endByCard(world, 1, 'CARD1');
    const times = ownTexts(world).flatMap((text) => text.match(/\d{4}-\d\d-\d\dT[^"]*/g) ?? []);
    assert.ok(times.length > 8, `${times.length} times`);
    for (const time of times) {
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      assert.ok(Math.abs(Date.parse(time) - world.time.systemWallMs()) < 86_400_000, time);
    }
  },
);

/** Times of a backend that all mean 2026-12-24 12:00:00 UTC. */
const sameMoment = [
  '2026-12-24T12:00:00Z',
  '2026-12-24T12:00:00.000000Z',
  '2026-12-24T17:30:00+05:30',
  '2026-12-24T04:00:00.0-08:00',
  '2026-12-24T12:00:00',
];

for (const currentTime of sameMoment) {
  scenario(
    `the time ${currentTime} of a backend is read as noon UTC, and the station registers (T-20, H-03, B-03)`,
    // The checker goes by the schema, which wants a zone.
    { only: 'virtual', unregistered: true, allow: { checker: currentTime.endsWith(':00') ? ['boot.missing'] : [] } },
    async (world) => {
      world.backend.checker.expect({ clockJumps: true });
      await world.until('statuses', () => world.calls('StatusNotification').length === 3);
      world.backend.setRules([{ on: { action: 'BootNotification' }, do: { answer: { merge: { currentTime } } } }]);
      await world.powerCycle();
      await registered(world);
      await world.sim({ action: 'plug', evse: 1 });
      await world.until('statuses', () => world.calls('StatusNotification').length === 7);
      const stamp = Date.parse(say(world.calls('StatusNotification').at(-1)?.payload['timestamp']));
      assert.ok(Math.abs(stamp - Date.UTC(2026, 11, 24, 12)) < 30_000, new Date(stamp).toISOString());
    },
  );
}

scenario(
  'a time that is none is no acceptance: BootNotification is repeated (T-20, B-07)',
  { only: 'virtual', unregistered: true },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'BootNotification', times: 2 }, do: { answer: { merge: { currentTime: '24.12.2026 12:00' } } } },
    ]);
    await world.powerCycle();
    await world.pass(5_000);
    assert.notEqual(world.status().registration, 'accepted');
    await registered(world);
    assert.ok(world.calls('BootNotification').length >= 3);
  },
);

scenario(
  'expiry dates with offsets and fractions are read as moments (T-20, A-07)',
  { only: 'virtual', defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    const inAMinute = new Date(world.time.systemWallMs() + 300_000 + 5.5 * 3_600_000).toISOString().slice(0, 19);
    world.backend.configure({ idTags: { CARD1: { expiryDate: `${inAMinute}.25+05:30` } } });
    for (const expected of [1, 1, 2]) {
      await startByCard(world, 1, 'CARD1');
      await world.pass(2_000);
      await endByCard(world, 1, 'CARD1');
      assert.equal(world.calls('Authorize').length, expected);
      if (world.calls('StartTransaction').length === 2) await world.pass(300_000);
    }
  },
);

scenario(
  'HeartbeatInterval beyond a week or below 0 in BootNotification is no reason to fall silent (B-06, B-03)',
  { only: 'virtual', unregistered: true },
  async (world) => {
    await changeKey(world, 'HeartbeatInterval', '60');
    for (const [interval, expected] of [
      [0, '60'],
      [-1, '60'],
      [2_147_483_647, '604800'],
      [120, '120'],
    ] as const) {
      world.backend.setRules([{ on: { action: 'BootNotification' }, do: { answer: { merge: { interval } } } }]);
      await reset(world);
      await registered(world);
      await world.pass(1_000);
      assert.equal((await readKey(world, 'HeartbeatInterval'))?.['value'], expected, String(interval));
    }
  },
);
