import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { catalogue, parameterIds } from './catalogue.ts';
import type { ChangeAuthor } from './change.ts';
import { readConfiguration } from './configuration.ts';
import type { Configuration } from './configuration.ts';
import { environmentName } from './names.ts';
import { noOverrides, overridesOf } from './overrides.ts';
import type { ParameterOverrides } from './overrides.ts';
import { openParameters, type Parameters } from './parameters.ts';
import { isIndividual, parameterOf, readValueId } from './value-id.ts';

const operator: ChangeAuthor = { source: 'operator', who: 'anna' };
const backend: ChangeAuthor = { source: 'backend', who: 'csms' };
const limit = 'charging.operatorCurrentLimit';

interface Bench {
  readonly connectors?: number;
  readonly overrides?: ParameterOverrides;
  readonly store?: Store;
}

function station({
  connectors = 2,
  overrides = noOverrides,
  store = createMemoryStore(),
}: Bench = {}): Promise<Parameters> {
  return openParameters({
    station: 's',
    store,
    clock: { nowMs: () => 1_000 },
    time: { monotonicMs: () => 1_000 },
    overrides,
    provide: { 'station.numberOfConnectors': () => connectors },
  });
}

async function set(parameters: Parameters, name: string, value: string, by = operator): Promise<string> {
  const [outcome] = await parameters.change([{ name, value }], by);
  return outcome?.kind ?? '';
}

function limits(parameters: Parameters, connectors = 2): readonly (number | null)[] {
  return Array.from({ length: connectors }, (_, index) => parameters.at(limit, index + 1));
}

const read = (environment: Readonly<Record<string, string>>, text?: string): Promise<Configuration> =>
  readConfiguration({
    environment,
    ...(text === undefined ? {} : { file: { name: 'kerbside.yaml', text } }),
    readFile: () => '',
  });

void describe('a value of each connector', () => {
  void it('is changed alone, read alone and told under its own name', async () => {
    const store = createMemoryStore();
    const parameters = await station({ store });
    const changes: string[] = [];
    parameters.onChange((changed) => changes.push([...changed].join()));
    assert.equal(await set(parameters, 'OPERATORcurrentlimit_2', '10', backend), 'accepted');
    assert.deepEqual(limits(parameters), [null, 10]);
    assert.equal(await set(parameters, limit, '16'), 'accepted');
    assert.deepEqual(limits(parameters), [16, 10]);
    assert.equal(parameters.get(limit), 16);
    assert.deepEqual(changes, [limit, limit]);
    assert.deepEqual(
      (await parameters.history()).map(({ id, old, new: now }) => [id, old, now]),
      [
        [limit, '', '16'],
        [`${limit}_2`, '', '10'],
      ],
    );
    const again = await station({ store });
    assert.deepEqual(limits(again), [16, 10], 'after a restart');
    assert.equal((await again.reset(`${limit}_2`, operator)).kind, 'accepted');
    assert.deepEqual(limits(again), [16, null]);
  });

  void it('has a key for each connector that is there, and for no other', async () => {
    const keysOf = async (connectors: number): Promise<readonly string[]> =>
      (await station({ connectors }))
        .ocppKeys()
        .map(({ key }) => key)
        .filter((key) => key.startsWith('OperatorCurrentLimit'));
    assert.deepEqual(await keysOf(1), ['OperatorCurrentLimit']);
    assert.deepEqual(await keysOf(3), ['OperatorCurrentLimit', 'OperatorCurrentLimit_2', 'OperatorCurrentLimit_3']);
    const two = await station();
    for (const name of [
      'OperatorCurrentLimit_3',
      'OperatorCurrentLimit_1',
      'OperatorCurrentLimit_0',
      'OperatorCurrentLimit_02',
      'HeartbeatInterval_2',
    ]) {
      assert.equal(await set(two, name, '10', backend), 'unknown', name);
      assert.equal(two.ocppKey(name), undefined, name);
      assert.equal(two.view(name, 'manufacturer'), undefined, name);
      assert.equal(two.explain(name), undefined, name);
    }
    assert.equal(await set(await station({ connectors: 1 }), 'OperatorCurrentLimit_2', '10', backend), 'unknown');
  });

  void it('shows its connector, its own key, variable and provenance', async () => {
    const parameters = await station();
    await set(parameters, `${limit}_2`, '10');
    const views = parameters.viewAll('viewer').filter(({ id }) => parameterOf(id) === limit);
    assert.deepEqual(
      views.map(({ id, connector, key, environment, value }) => [id, connector, key, environment, value]),
      [
        [limit, 1, 'OperatorCurrentLimit', 'KERBSIDE_CHARGING_OPERATOR_CURRENT_LIMIT', ''],
        [`${limit}_2`, 2, 'OperatorCurrentLimit_2', 'KERBSIDE_CHARGING_OPERATOR_CURRENT_LIMIT_2', '10'],
      ],
    );
    assert.deepEqual(
      parameters.explain(`${limit}_2`)?.map(({ layer, value }) => [layer, value]),
      [
        ['stored', '10'],
        ['factory', ''],
      ],
    );
    assert.equal(parameters.view('backend.host', 'viewer')?.connector, null);
  });

  void it('can be pinned for all connectors or for one, and what is pinned is read only', async () => {
    const all = await station({ overrides: overridesOf({ pinned: { [limit]: 20, [`${limit}_2`]: 12 } }) });
    assert.deepEqual(limits(all, 3), [20, 12, 20]);
    const one = await station({
      overrides: overridesOf({ pinned: { [`${limit}_1`]: 20 }, defaults: { [limit]: 32 } }),
    });
    assert.deepEqual(limits(one), [20, 32]);
    assert.equal(await set(one, limit, '6', backend), 'rejected');
    assert.equal(one.ocppKey('OperatorCurrentLimit')?.readonly, true);
    assert.equal(await set(one, `${limit}_2`, '6', backend), 'accepted');
    assert.equal(one.ocppKey('OperatorCurrentLimit_2')?.readonly, false);
    assert.deepEqual(limits(one), [20, 6]);
  });

  void it('comes from the environment, for all connectors or for one', async () => {
    const { shared, problems, warnings } = await read({
      KERBSIDE_CHARGING_OPERATOR_CURRENT_LIMIT_2: '10',
      KERBSIDE_DEFAULT_CHARGING_OPERATOR_CURRENT_LIMIT: '25',
      KERBSIDE_BACKEND_PORT_2: '1',
    });
    assert.deepEqual(problems, []);
    assert.match(warnings.join(), /^KERBSIDE_BACKEND_PORT_2 means nothing/);
    assert.deepEqual(limits(await station({ overrides: shared }), 3), [25, 10, 25]);
    const wrong = await read({ KERBSIDE_CHARGING_OPERATOR_CURRENT_LIMIT_2: 'much' });
    assert.match(wrong.problems[0]?.problem ?? '', /operatorCurrentLimit_2: Must be/);
  });

  void it('comes from the file as a list, a map, or under its own name', async () => {
    const texts = [
      'defaults:\n  charging.operatorCurrentLimit: [16, null, 8]\n',
      'defaults:\n  charging:\n    operatorCurrentLimit: { 1: 16, 3: 8 }\n',
      'defaults:\n  charging:\n    operatorCurrentLimit_1: 16\n    operatorCurrentLimit_3: 8\n',
      'defaults:\n  OperatorCurrentLimit_1: 16\n  OperatorCurrentLimit_3: 8\n',
    ];
    for (const text of texts) {
      const { shared, problems } = await read({}, text);
      assert.deepEqual(problems, [], text);
      assert.deepEqual(limits(await station({ connectors: 3, overrides: shared }), 3), [16, null, 8], text);
    }
    const everywhere = await read({}, 'pinned:\n  charging.operatorCurrentLimit: 16\n');
    assert.deepEqual(limits(await station({ overrides: everywhere.shared })), [16, 16]);
    for (const text of [
      'pinned:\n  charging.operatorCurrentLimit: { two: 16 }\n',
      'pinned:\n  charging.operatorCurrentLimit: [16, x]\n',
      'pinned:\n  backend.port: { 1: 80 }\n',
      'pinned:\n  charging.operatorCurrentLimit_2: 1\n  charging.operatorCurrentLimit: { 2: 2 }\n',
    ])
      assert.equal((await read({}, text)).problems.length, 1, text);
  });

  void it('leaves in an export and comes back, also to a station with fewer connectors', async () => {
    const parameters = await station();
    await set(parameters, `${limit}_2`, '10');
    const file = parameters.exportJson({ categories: ['charging'] });
    assert.deepEqual([file.parameters[limit], file.parameters[`${limit}_2`]], [null, 10]);
    const other = await station();
    const outcomes = await other.importJson(file, operator);
    assert.deepEqual(
      outcomes.filter(({ kind }) => kind !== 'unchanged'),
      [{ kind: 'applied', name: `${limit}_2`, id: `${limit}_2` }],
    );
    assert.deepEqual(limits(other), [null, 10]);
    const small = await station({ connectors: 1 });
    const refused = (await small.importJson(file, operator)).filter(({ kind }) => kind !== 'unchanged');
    assert.ok(refused.length > 0 && refused.every(({ kind, name }) => kind === 'unknown' && name.endsWith('_2')));
  });

  void it('may have to differ from those of other connectors', async () => {
    const parameters = await station();
    assert.equal(await set(parameters, 'eichrecht.evseId', 'DE*ABC*E1'), 'accepted');
    const [refused] = await parameters.change([{ name: 'eichrecht.evseId_2', value: 'DE*ABC*E1' }], operator);
    assert.match(JSON.stringify(refused), /"rejected".*Two connectors cannot have the same EVSE ID/);
    assert.equal(await set(parameters, 'eichrecht.evseId_2', 'DE*ABC*E2'), 'accepted');
    assert.deepEqual(parameters.findings(), []);
    const doubled = await station({ overrides: overridesOf({ pinned: { 'eichrecht.evseId': 'DE*ABC*E1' } }) });
    assert.match(JSON.stringify(doubled.findings()), /same EVSE ID/);
  });
});

void describe('the scopes of the catalogue', () => {
  void it('keep individual values apart from what a station has once', () => {
    for (const id of parameterIds.filter(isIndividual)) {
      const row = catalogue[id];
      assert.equal(row.effect, 'live', `${id} takes effect where it is used`);
      assert.ok(row.secret !== true && row.credentials !== true && row.derived === undefined, id);
      assert.equal(readValueId(`${id}_2`), `${id}_2`);
      assert.ok(environmentName(`${id}_2`).endsWith('_2'));
    }
    for (const id of parameterIds) if (!isIndividual(id)) assert.equal(readValueId(`${id}_2`), undefined, id);
  });
});
