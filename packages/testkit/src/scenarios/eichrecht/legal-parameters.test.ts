import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask } from '../backend-steps.ts';
import { legalWorld } from './blocking-steps.ts';

/** What the legal logbook says of changed parameters, the newest first. */
async function changes(world: World): Promise<readonly unknown[]> {
  const entries = await world.station.archives.logbook.read({ limit: 100 });
  return entries.filter(({ kind }) => kind === 'parameterChanged').map(({ text, by, detail }) => [text, by, detail]);
}

scenario(
  'a change of what the law looks at stands in the legal logbook with the old value and who did it, and no backend makes one (E-13, E-14)',
  legalWorld,
  async (world) => {
    const keys = {
      EichrechtMode: 'off',
      EichrechtOnUndelivered: 'block',
      EichrechtTransactionMessageAttempts: '1',
      SignedEndTimeout: '30',
    };
    for (const [key, value] of Object.entries(keys))
      assert.deepEqual(await ask(world, 'ChangeConfiguration', { key, value }), { status: 'Rejected' }, key);
    assert.deepEqual(await changes(world), []);
    const author = { source: 'manufacturer', who: 'local console' } as const;
    const wanted = [
      { name: 'eichrecht.onUndelivered', value: 'block' },
      { name: 'traffic.queueSize', value: '4000' },
    ];
    await world.station.parameters.change(wanted, author);
    await world.station.parameters.change([{ name: 'time.zone', value: 'Europe/Vienna' }], {
      source: 'operator',
      who: 'operator token',
    });
    await world.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted');
    assert.deepEqual(await changes(world), [
      ['time.zone changed from "Europe/Berlin" to "Europe/Vienna"', 'operator', 'operator token'],
      ['eichrecht.onUndelivered changed from "continue" to "block"', 'manufacturer', 'local console'],
    ]);
  },
);

scenario(
  'what was changed in the configuration of the process is written down once, at the start (E-13)',
  { ...legalWorld, only: 'virtual', defaults: { ...legalWorld.defaults, 'eichrecht.onUndelivered': 'block' } },
  async (world) => {
    const expected = [
      ['eichrecht.onUndelivered changed from "continue" to "block"', 'station', 'configuration of the process'],
    ];
    assert.deepEqual(await changes(world), expected);
    await world.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted');
    assert.deepEqual(await changes(world), expected);
  },
);

scenario(
  'what is changed for one connector is written down under its own name, over API and in the configuration of the process (E-13)',
  {
    ...legalWorld,
    only: 'virtual',
    evses: [{ signs: true }, { signs: true }],
    defaults: { ...legalWorld.defaults, 'eichrecht.evseId_2': 'DE*ABC*E2' },
  },
  async (world) => {
    const atStart = ['eichrecht.evseId_2 changed from "" to "DE*ABC*E2"', 'station', 'configuration of the process'];
    assert.deepEqual(await changes(world), [atStart]);
    await world.configure({ 'eichrecht.evseId_2': 'DE*ABC*E3' });
    await world.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted');
    assert.deepEqual(await changes(world), [
      ['eichrecht.evseId_2 changed from "DE*ABC*E2" to "DE*ABC*E3"', 'manufacturer', 'scenario'],
      atStart,
    ]);
  },
);
