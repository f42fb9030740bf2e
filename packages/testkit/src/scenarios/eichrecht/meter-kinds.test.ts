import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { endByCard, startByCard, statusOf } from '../steps.ts';
import { billedPair, logged, pagination, sessionsKept, signing } from './signed-steps.ts';

async function session(world: World): Promise<void> {
  await startByCard(world, 1, 'CARD1');
  await world.pass(10_000);
  await endByCard(world, 1, 'CARD1');
}

/** Something begins and ends a transaction at the meter that the station does not hear of. */
async function besideTheStation(world: World, ends: boolean): Promise<void> {
  const { command } = world.hardware.driver;
  const { signal } = new AbortController();
  const wallMs = world.status().clock.nowMs;
  await command({ type: 'beginMeter', evse: 1, transaction: 'stray', idToken: 'OTHER', wallMs }, signal);
  if (ends) await command({ type: 'endMeter', evse: 1, transaction: 'stray', wallMs }, signal);
}

scenario(
  'a transaction that the meter has open and the station does not know is closed, and its records are kept (E-09)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await session(world);
    await besideTheStation(world, false);
    await world.powerCycle();
    await world.until('it to be closed', () => world.hardware.commands('endMeter').length >= 2, 60_000);
    await world.until('the connector to be free', () => statusOf(world, 1) === 'Available', 60_000);
    await session(world);
    await billedPair(world);
    assert.deepEqual(await pagination(world), [1, 2, 3, 4, 5, 6]);
    assert.equal((await logged(world, 'lateRecord')).length, 1);
    assert.equal(world.calls('StartTransaction').length, 2);
  },
);

scenario(
  'records that the station missed are fetched from a meter with a memory, so that no number is missing (E-11)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await session(world);
    await besideTheStation(world, true);
    await session(world);
    await billedPair(world);
    assert.deepEqual(await pagination(world), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(await logged(world, 'recordsMissing'), []);
  },
);

scenario(
  'records that nobody can give any more are told once and stand in the legal logbook (E-11)',
  { only: 'virtual', evses: [{ signs: true, signing: { memory: false } }] },
  async (world) => {
    await session(world);
    await besideTheStation(world, true);
    await session(world);
    await session(world);
    const missing = await logged(world, 'recordsMissing');
    assert.equal(missing.length, 1);
    assert.match(missing[0] ?? '', /^2 signed records .* between T3 and T4 cannot be had/);
    assert.ok(world.status().problems.some(({ text }) => text === missing[0]));
    assert.deepEqual(
      (await sessionsKept(world)).map(({ billing }) => billing),
      ['signed', 'signed', 'signed'],
    );
  },
);

for (const [what, kind] of [
  ['with one record for begin and end', { records: 'combined' }],
  ['with a relative clock', { clock: 'relative' }],
  ['with a synchronised clock', { clock: 'synchronised' }],
  ['without a clock', { clock: 'none' }],
] as const) {
  scenario(
    `a meter ${what} is billed by as well (E-02, E-16)`,
    { only: 'virtual', evses: [{ signs: true, signing: kind }] },
    async (world) => {
      await session(world);
      const [kept] = await sessionsKept(world);
      assert.equal(kept?.billing, 'signed', kept?.problem ?? '');
      assert.equal(world.hardware.commands('setMeterClock').length > 0, what !== 'without a clock');
      await pagination(world);
    },
  );
}

scenario(
  'an older meter, which can only begin and end, is billed by what it signs (E-02)',
  { only: 'virtual', evses: [{ signs: true, signing: false }] },
  async (world) => {
    await session(world);
    const [kept] = await sessionsKept(world);
    assert.equal(kept?.billing, 'signed', kept?.problem ?? '');
    assert.deepEqual(world.hardware.commands('meterState'), []);
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'meterPower', evse: 1, state: 'off' });
    await world.until('the contactor to open', () => world.hardware.commands('openContactor').length > 1, 20_000);
    await world.sim({ action: 'meterPower', evse: 1, state: 'on' });
    await world.until('the end', () => world.calls('StopTransaction').length === 2, 120_000);
  },
);

scenario(
  'a station whose meters do not sign asks nothing more of them, and its sessions are as they were (E-02)',
  { only: 'virtual', evses: 1 },
  async (world) => {
    await session(world);
    for (const type of ['meterState', 'setMeterClock', 'signMeter', 'readRecords'] as const)
      assert.deepEqual(world.hardware.commands(type), []);
    const [begin] = world.hardware.commands('beginMeter');
    assert.deepEqual(Object.keys(begin?.command ?? {}).toSorted(), [
      'evse',
      'idToken',
      'transaction',
      'type',
      'wallMs',
    ]);
  },
);
