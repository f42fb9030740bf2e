import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';
import { freeDefaults, freeModes, needsCard, toldSince, type FreeMode } from './free-charging-steps.ts';

const plug = (world: World) => world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
const unplug = async (world: World) => {
  await world.sim({ action: 'unplug', evse: 1 });
  await world.pass(3_000);
};
const card = async (world: World, uid: string) => {
  await world.sim({ action: 'card', uid, evse: 1 });
  await world.pass(3_000);
};
const begin = async (world: World, mode: FreeMode) => {
  await plug(world);
  await world.pass(3_000);
  if (needsCard(mode)) await card(world, 'ANY');
};

const stories: Record<string, (world: World, mode: FreeMode) => Promise<string>> = {
  plug: async (world) => {
    await plug(world);
    await world.pass(70_000);
    await unplug(world);
    return '';
  },
  card: async (world) => {
    await plug(world);
    await world.pass(3_000);
    await card(world, 'ANY');
    await card(world, 'OTHER');
    await card(world, 'ANY');
    await unplug(world);
    return '';
  },
  remoteStart: async (world) => {
    const { status } = await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'REMOTE' });
    await world.pass(1_000);
    await plug(world);
    await world.pass(5_000);
    await unplug(world);
    return String(status);
  },
  remoteStop: async (world, mode) => {
    await begin(world, mode);
    const transactionId = world.backend.ledger.transactions()[0]?.transactionId ?? 1;
    const { status } = await ask(world, 'RemoteStopTransaction', { transactionId });
    await world.pass(10_000);
    await unplug(world);
    return String(status);
  },
  outage: async (world, mode) => {
    await world.cutLink();
    await begin(world, mode);
    await world.pass(60_000);
    if (needsCard(mode)) await card(world, 'ANY');
    await unplug(world);
    await world.restoreLink();
    await world.pass(20_000);
    return '';
  },
};

for (const mode of freeModes)
  for (const [name, story] of Object.entries(stories))
    scenario(`${mode} ${name}`, { only: 'virtual', defaults: freeDefaults(mode) }, async (world) => {
      await world.pass(3_000);
      const calls = world.calls().length;
      const answer = await story(world, mode);
      console.log(mode, name, answer, '=>', toldSince(world, calls), world.status().problems.map((p) => p.text).join('; '));
      assert.ok(true);
    });
