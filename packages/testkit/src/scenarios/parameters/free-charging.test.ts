import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import { ask, changeKey, readKey } from '../backend-steps.ts';
import { driveOff, freeModes, isTold, needsCard, plugIn, showCard } from '../free-charging-steps.ts';
import { statusOf } from '../steps.ts';

scenario(
  'authorization.freeCharging: on, a card that the backend refuses charges without being asked about; off, it is refused again',
  {},
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { status: 'Blocked' } } });
    await changeKey(world, 'FreeCharging', 'true');
    await plugIn(world);
    await showCard(world, 'CARD1');
    assert.equal(statusOf(world, 1), 'Charging');
    assert.equal(world.status().freeCharging, 'anyCard');
    await showCard(world, 'CARD1');
    await driveOff(world);
    assert.deepEqual(world.calls('Authorize'), []);
    await changeKey(world, 'FreeCharging', 'false');
    assert.equal(world.status().freeCharging, null);
    await plugIn(world);
    await showCard(world, 'CARD1');
    await world.until('the question', () => world.calls('Authorize').length === 1);
    await world.pass(1_000);
    assert.equal(statusOf(world, 1), 'Preparing');
    await driveOff(world);
  },
);

const toldInMode = {
  noOcpp: '',
  statusWithoutCard: 'Preparing Charging Available',
  statusWithCard: 'Preparing Charging Available',
  fixedTagWithCard: 'Preparing Start:FREE Charging Stop::EVDisconnected Available',
  fixedTagWithoutCard: 'Preparing Start:FREE Charging Stop::EVDisconnected Available',
  anyCard: 'Preparing Start:CARD1 Charging Stop::EVDisconnected Available',
} as const;

scenario('authorization.freeChargingMode: each holds from the moment at which it is set', {}, async (world) => {
  await changeKey(world, 'RfidTagFreeCharging', 'FREE');
  await changeKey(world, 'FreeChargingMode', 'noOcpp');
  await changeKey(world, 'FreeCharging', 'true');
  for (const mode of freeModes) {
    await changeKey(world, 'FreeChargingMode', mode);
    await world.pass(3_000);
    const calls = world.calls().length;
    await plugIn(world);
    if (needsCard(mode)) await showCard(world, 'CARD1');
    await driveOff(world);
    await isTold(world, calls, toldInMode[mode]);
  }
});

scenario(
  'authorization.freeChargingMode: has a number in the numeric style, and both styles are read',
  { defaults: { 'compat.keyValueStyle': 'numeric', 'authorization.freeChargingTag': 'FREE' } },
  async (world) => {
    assert.equal((await readKey(world, 'FreeChargingMode'))?.['value'], '5');
    for (const [number, mode] of freeModes.entries()) {
      for (const value of [String(number), mode]) {
        const change = await ask(world, 'ChangeConfiguration', { key: 'FreeChargingMode', value });
        assert.deepEqual(change, { status: 'Accepted' }, value);
        assert.equal((await readKey(world, 'FreeChargingMode'))?.['value'], String(number));
      }
    }
    for (const value of ['6', '-1', 'everything'])
      assert.deepEqual(await ask(world, 'ChangeConfiguration', { key: 'FreeChargingMode', value }), {
        status: 'Rejected',
      });
  },
);

scenario(
  'authorization.freeChargingTag: what is charged is told under it, from the next session on',
  { defaults: { 'authorization.freeChargingMode': 'fixedTagWithoutCard' } },
  async (world) => {
    assert.deepEqual(await ask(world, 'ChangeConfiguration', { key: 'FreeCharging', value: 'true' }), {
      status: 'Rejected',
    });
    await changeKey(world, 'RfidTagFreeCharging', 'FREE1');
    await changeKey(world, 'FreeCharging', 'true');
    await plugIn(world);
    await changeKey(world, 'RfidTagFreeCharging', 'FREE2');
    await driveOff(world);
    await plugIn(world);
    await driveOff(world);
    assert.deepEqual(
      world.backend.ledger.transactions().map(({ idTag }) => idTag),
      ['FREE1', 'FREE2'],
    );
    assert.deepEqual(await ask(world, 'ChangeConfiguration', { key: 'RfidTagFreeCharging', value: '' }), {
      status: 'Rejected',
    });
  },
);

scenario(
  'authorization.freeChargingTag: without it nobody charges in a mode that needs it, and people are told what to do',
  {
    only: 'virtual',
    defaults: { 'authorization.freeCharging': true, 'authorization.freeChargingMode': 'fixedTagWithCard' },
  },
  async (world) => {
    await plugIn(world);
    for (const uid of ['CARD1', 'CARD2']) await showCard(world, uid);
    assert.equal(statusOf(world, 1), 'Preparing');
    assert.deepEqual(await ask(world, 'RemoteStartTransaction', { idTag: 'REMOTE' }), { status: 'Rejected' });
    await changeKey(world, 'FreeChargingMode', 'statusWithCard');
    assert.deepEqual(
      await ask(world, 'ChangeConfiguration', { key: 'FreeChargingMode', value: 'fixedTagWithoutCard' }),
      {
        status: 'Rejected',
      },
    );
    const told = world.status().problems.filter(({ text }) => text.includes('set authorization.freeChargingTag'));
    assert.equal(told.length, 1, 'once');
    await changeKey(world, 'RfidTagFreeCharging', 'FREE');
    await changeKey(world, 'FreeChargingMode', 'fixedTagWithoutCard');
    await world.until('a session', () => statusOf(world, 1) === 'Charging');
    await driveOff(world);
  },
);
