import assert from 'node:assert/strict';

import { createMemoryStore } from '@kerbside/station';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, changeKey, readKey, registered, reset } from './backend-steps.ts';
import { offered, untilOffered } from './charging-steps.ts';
import { billedPair } from './eichrecht/signed-steps.ts';
import { numberOf, readingsSeen } from './meter-steps.ts';
import { endByCard, startByCard } from './steps.ts';

/** The keys that a backend sees, with their values. */
async function keys(world: World): Promise<ReadonlyMap<string, string>> {
  const { configurationKey } = await ask(world, 'GetConfiguration', {});
  assert.ok(Array.isArray(configurationKey));
  return new Map(
    configurationKey.map((entry) => [
      String(Reflect.get(Object(entry), 'key')),
      String(Reflect.get(Object(entry), 'value')),
    ]),
  );
}

const numbered = /_\d+$/;
const individual = ['ConnectorPhaseRotation', 'EvseId', 'OfflineCurrentLimit', 'OperatorCurrentLimit'];

scenario(
  'on a station of two connectors each key that is a connector’s own is listed for both, in its scope (K-01)',
  {},
  async (world) => {
    const all = [...(await keys(world)).keys()];
    assert.deepEqual(
      all.filter((key) => numbered.test(key)).toSorted(),
      individual.map((key) => `${key}_2`),
    );
    for (const key of individual)
      assert.equal(all.indexOf(`${key}_2`), all.indexOf(key) + 1, `${key}_2 follows ${key}`);
    const asked = ['operatorCURRENTlimit_2', 'OperatorCurrentLimit_3', 'HeartbeatInterval_2', 'OperatorCurrentLimit'];
    const answer = await ask(world, 'GetConfiguration', { key: asked });
    assert.deepEqual(answer['unknownKey'], ['OperatorCurrentLimit_3', 'HeartbeatInterval_2']);
    assert.deepEqual(answer['configurationKey'], [
      { key: 'OperatorCurrentLimit_2', readonly: false, value: '' },
      { key: 'OperatorCurrentLimit', readonly: false, value: '' },
    ]);
  },
);

scenario('a station of one connector has no key with a number (K-01)', { evses: 1 }, async (world) => {
  assert.deepEqual(
    [...(await keys(world)).keys()].filter((key) => numbered.test(key)),
    [],
  );
  for (const key of individual) await changeKey(world, `${key}_2`, '10', 'NotSupported');
  await changeKey(world, 'OperatorCurrentLimit', '10');
});

scenario(
  'a key with the number of a connector changes this connector alone, what is no connector’s own has none, and all hold after a restart (K-03, K-05)',
  { evses: 3, only: 'virtual' },
  async (world) => {
    for (const connector of [1, 2, 3]) await startByCard(world, connector, `CARD${connector}`);
    await changeKey(world, 'OperatorCurrentLimit_3', '8');
    await untilOffered(world, 3, 8);
    assert.deepEqual([offered(world, 1), offered(world, 2)], [32, 32]);
    await changeKey(world, 'OperatorCurrentLimit', '16');
    await untilOffered(world, 1, 16);
    assert.deepEqual([offered(world, 2), offered(world, 3)], [32, 8]);
    for (const key of [
      'OperatorCurrentLimit_4',
      'OperatorCurrentLimit_0',
      'HeartbeatInterval_2',
      'NumberOfConnectors_2',
      '_2',
    ])
      await changeKey(world, key, '16', 'NotSupported');
    await changeKey(world, 'OperatorCurrentLimit_2', 'x', 'Rejected');
    await changeKey(world, 'EvseId_2', 'DE*ABC*E2', 'Rejected');
    await reset(world);
    const after = await keys(world);
    assert.deepEqual(
      ['OperatorCurrentLimit', 'OperatorCurrentLimit_2', 'OperatorCurrentLimit_3'].map((key) => after.get(key)),
      ['16', '', '8'],
    );
    await world.sim({ action: 'unplug', evse: 3, force: true });
    await startByCard(world, 3, 'CARD4');
    await untilOffered(world, 3, 8);
    await changeKey(world, 'OperatorCurrentLimit_2', '20');
    await world.powerCycle();
    await registered(world);
    assert.equal((await readKey(world, 'OperatorCurrentLimit_2'))?.['value'], '20');
  },
);

scenario(
  'what is pinned for one connector is Rejected for this one and changed for the other (K-03)',
  { pinned: { 'charging.operatorCurrentLimit_2': 13 } },
  async (world) => {
    assert.deepEqual(await readKey(world, 'OperatorCurrentLimit_2'), {
      key: 'OperatorCurrentLimit_2',
      readonly: true,
      value: '13',
    });
    await changeKey(world, 'OperatorCurrentLimit_2', '32', 'Rejected');
    await changeKey(world, 'OperatorCurrentLimit', '20');
    await startByCard(world, 1, 'CARD1');
    await startByCard(world, 2, 'CARD2');
    await untilOffered(world, 1, 20);
    await untilOffered(world, 2, 13);
  },
);

scenario(
  'the bare word of ConnectorPhaseRotation is that of connector 1, and leaves what is said of others (K-03)',
  {},
  async (world) => {
    await changeKey(world, 'ConnectorPhaseRotation_2', 'TRS');
    await ask(world, 'ChangeConfiguration', { key: 'ConnectorPhaseRotation', value: 'RTS' });
    const after = await keys(world);
    assert.equal(after.get('ConnectorPhaseRotation_2'), 'TRS');
    assert.match(after.get('ConnectorPhaseRotation') ?? '', /1\.RTS,2\.TRS/);
    await changeKey(world, 'ConnectorPhaseRotation', '0.RST,1.RST,2.STR');
    assert.equal((await readKey(world, 'ConnectorPhaseRotation_2'))?.['value'], 'STR');
  },
);

scenario(
  'in numeric style every truth value is 0 or 1 and every numbered word its number; both are taken, and people see words (K-02, K-04)',
  { only: 'virtual' },
  async (world) => {
    const before = await keys(world);
    await changeKey(world, 'KeyValueStyle', 'numeric');
    const after = await keys(world);
    assert.deepEqual([...after.keys()], [...before.keys()]);
    for (const [key, value] of before) {
      if (value === 'true' || value === 'false') assert.equal(after.get(key), value === 'true' ? '1' : '0', key);
      else if (key !== 'FreeChargingMode' && key !== 'KeyValueStyle') assert.equal(after.get(key), value, key);
    }
    assert.ok([...after.values()].every((value) => value !== 'true' && value !== 'false'));
    assert.equal(after.get('FreeChargingMode'), '5');
    for (const value of ['statusWITHcard', '2', '02'])
      assert.deepEqual(await ask(world, 'ChangeConfiguration', { key: 'FreeChargingMode', value }), {
        status: 'Accepted',
      });
    assert.equal((await readKey(world, 'FreeChargingMode'))?.['value'], '2');
    await changeKey(world, 'FreeChargingMode', '6', 'Rejected');
    for (const value of ['TRUE', '1', 'True'])
      assert.deepEqual(await ask(world, 'ChangeConfiguration', { key: 'LocalPreAuthorize', value }), {
        status: 'Accepted',
      });
    assert.equal((await readKey(world, 'LocalPreAuthorize'))?.['value'], '1');
    const { parameters } = world.station;
    assert.equal(parameters.view('authorization.freeChargingMode', 'operator')?.value, 'statusWithCard');
    const told = (await parameters.history()).map(({ id, new: now }) => `${id}=${now}`);
    assert.ok(
      told.includes('authorization.localPreAuthorize=true') &&
        told.includes('authorization.freeChargingMode=statusWithCard'),
    );
    await changeKey(world, 'KeyValueStyle', 'standard');
    assert.equal((await readKey(world, 'FreeChargingMode'))?.['value'], 'statusWithCard');
  },
);

scenario(
  'metering.phasesConnected, charging.offlineCurrentLimit: each connector goes by its own',
  {
    only: 'virtual',
    defaults: {
      'metering.phasesConnected_2': 1,
      'charging.offlineLimitEnabled': true,
      'charging.offlineCurrentLimit_1': 13,
      'charging.offlineCurrentLimit_2': 8,
    },
  },
  async (world) => {
    await changeKey(world, 'MeterValuesSampledData', 'Power.Offered');
    for (const connectorId of [1, 2])
      await ask(world, 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId });
    await world.until('values', () => readingsSeen(world, 'Trigger').length === 2);
    const power = readingsSeen(world, 'Trigger').map(({ values }) => numberOf(values, 'Power.Offered'));
    assert.deepEqual(power, [3 * 32 * 230, 32 * 230]);
    await startByCard(world, 1, 'CARD1');
    await startByCard(world, 2, 'CARD2');
    await world.cutLink();
    await world.until('the limits', () => offered(world, 1) === 13 && offered(world, 2) === 8, 60_000);
    await world.configure({ 'charging.offlineCurrentLimit_2': '10' });
    await untilOffered(world, 2, 10);
    assert.equal(offered(world, 1), 13);
    await world.restoreLink();
  },
);

scenario(
  'eichrecht.evseId: each connector signs its own place',
  { only: 'virtual', evses: [{ signs: true }, { signs: true }], defaults: { 'eichrecht.evseId_2': 'DE*ABC*E2' } },
  async (world) => {
    await startByCard(world, 2, 'CARD1');
    await endByCard(world, 2, 'CARD1');
    const [begin] = await billedPair(world);
    assert.deepEqual([begin.fields['CT'], begin.fields['CI']], ['EVSEID', 'DE*ABC*E2']);
  },
);

{
  const store = createMemoryStore();
  const former = { value: '40,2:16', source: 'operator', who: 'somebody', atMs: 1 };
  const place = { station: 'CS-1', collection: 'parameters' } as const;
  scenario(
    'a stored value that this version cannot use is told at each start, and stays where it is',
    { only: 'virtual', store, unregistered: true },
    async (world) => {
      const key = 'charging.operatorCurrentLimit';
      await store.commit([{ op: 'putDocument', ...place, key, value: former }]);
      await world.until('registration', () => world.status().registration === 'accepted');
      await world.sim({ action: 'powerCycle' });
      await registered(world);
      const told = world.status().problems.filter(({ text }) => text.includes(key));
      assert.equal(told.length, 1);
      assert.equal(world.station.parameters.get(key), null);
      assert.deepEqual((await store.readDocuments('CS-1', 'parameters')).get(key), former);
    },
  );
}
