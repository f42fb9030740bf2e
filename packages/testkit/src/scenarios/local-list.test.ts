import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, changeKey, delivered, readKey, registered, reset } from './backend-steps.ts';
import { listed, listVersion, sendList } from './local-list-steps.ts';
import { leave, statusOf } from './steps.ts';

/** Who of these may charge while the backend is out of reach. */
async function letThroughOffline(world: World, uids: readonly string[]): Promise<readonly string[]> {
  await world.cutLink();
  const through: string[] = [];
  for (const uid of uids) {
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'card', uid, evse: 1 });
    await world.pass(3_000);
    if (statusOf(world, 1) === 'Charging') {
      through.push(uid);
      await world.sim({ action: 'card', uid, evse: 1 });
      await world.until('the end', () => statusOf(world, 1) === 'Finishing');
    }
    await leave(world, 1);
  }
  await world.restoreLink();
  await registered(world);
  await delivered(world);
  return through;
}

scenario('a whole list replaces the one before, whatever its version (L-01, L-02, L-03, TC_043)', {}, async (world) => {
  assert.equal(await listVersion(world), 0);
  assert.equal(await sendList(world, 'Full', 7, [listed('A'), listed('B')]), 'Accepted');
  assert.equal(await listVersion(world), 7);
  assert.deepEqual(await letThroughOffline(world, ['A', 'B', 'C']), ['A', 'B']);
  assert.equal(await sendList(world, 'Full', 3, [listed('C'), listed('b')]), 'Accepted');
  assert.equal(await listVersion(world), 3);
  assert.deepEqual(await letThroughOffline(world, ['A', 'B', 'C']), ['B', 'C']);
});

scenario(
  'a difference adds, changes and takes off, in any letter case (L-01, L-03, A-01, TC_043)',
  {},
  async (world) => {
    assert.equal(await sendList(world, 'Differential', 1, [listed('A'), listed('B'), listed('C')]), 'Accepted');
    assert.equal(await listVersion(world), 1);
    const change = [{ idTag: 'a' }, listed('b', { status: 'Blocked' }), listed('D'), { idTag: 'nobody' }];
    assert.equal(await sendList(world, 'Differential', 5, change), 'Accepted');
    assert.equal(await listVersion(world), 5);
    assert.deepEqual(await letThroughOffline(world, ['A', 'B', 'c', 'd']), ['c', 'd']);
    assert.equal(await sendList(world, 'Differential', 6), 'Accepted');
    assert.equal(await listVersion(world), 6);
  },
);

scenario('an empty list has version 0, however it became empty (L-03, TC_042_2)', {}, async (world) => {
  assert.equal(await listVersion(world), 0);
  for (const entries of [undefined, []]) {
    assert.equal(await sendList(world, 'Full', 4, [listed('A')]), 'Accepted');
    assert.equal(await listVersion(world), 4);
    assert.equal(await sendList(world, 'Full', 5, entries), 'Accepted');
    assert.equal(await listVersion(world), 0);
  }
  assert.equal(await sendList(world, 'Full', 4, [listed('A')]), 'Accepted');
  assert.equal(await sendList(world, 'Differential', 5, [{ idTag: 'A' }]), 'Accepted');
  assert.equal(await listVersion(world), 0);
  assert.equal(await sendList(world, 'Differential', 1, [listed('B')]), 'Accepted', 'newer than 0');
  assert.equal(await listVersion(world), 1);
});

scenario(
  'a difference that is not newer is a VersionMismatch and changes nothing (L-02, TC_043_2)',
  {},
  async (world) => {
    assert.equal(await sendList(world, 'Full', 5, [listed('A')]), 'Accepted');
    for (const version of [5, 4, 1]) {
      assert.equal(await sendList(world, 'Differential', version, [listed('B'), { idTag: 'A' }]), 'VersionMismatch');
    }
    assert.equal(await listVersion(world), 5);
    assert.deepEqual(await letThroughOffline(world, ['A', 'B']), ['A']);
  },
);

scenario(
  'what is wrong with an update makes it Failed, and nothing of it is done (L-01, L-02, L-05, TC_043_3)',
  {},
  async (world) => {
    assert.equal(await sendList(world, 'Full', 5, [listed('A')]), 'Accepted');
    const wrong = [
      ['Full', 6, [listed('B'), listed('C'), listed('B')]],
      ['Differential', 6, [listed('B'), listed('Cc'), listed('cC', { status: 'Blocked' })]],
      ['Differential', 6, [listed('B'), { idTag: 'b' }]],
      ['Full', 6, [listed('B'), { idTag: 'C' }]],
      ['Full', 0, [listed('B')]],
      ['Full', -1, [listed('B')]],
      ['Differential', 0, [listed('B')]],
      ['Differential', -1, [listed('B')]],
      ['Full', 6, [listed('B'), listed('')]],
    ] as const;
    for (const [updateType, version, entries] of wrong) {
      const what = `${updateType} ${version} ${JSON.stringify(entries)}`;
      assert.equal(await sendList(world, updateType, version, entries), 'Failed', what);
      assert.equal(await listVersion(world), 5, what);
    }
    assert.deepEqual(await letThroughOffline(world, ['A', 'B', 'C']), ['A']);
    const problems = world.station.station?.problems.map(({ text }) => text) ?? [];
    assert.equal(problems.filter((text) => text.includes('the one before stays (version 5)')).length, wrong.length);
  },
);

scenario(
  'switched off there is no list: version −1, SendLocalList NotSupported, and nobody is looked up; switched on it is as before (L-03, L-04, L-06, TC_042_1, TC_043_1)',
  { defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    assert.equal(await sendList(world, 'Full', 5, [listed('A')]), 'Accepted');
    await changeKey(world, 'LocalAuthListEnabled', 'false');
    assert.equal(await listVersion(world), -1);
    assert.equal(await sendList(world, 'Full', 6, [listed('B')]), 'NotSupported');
    assert.equal(await sendList(world, 'Differential', 6, [{ idTag: 'A' }]), 'NotSupported');
    assert.deepEqual(await letThroughOffline(world, ['A', 'B']), []);
    await changeKey(world, 'LocalAuthListEnabled', 'true');
    assert.equal(await listVersion(world), 5);
    assert.deepEqual(await letThroughOffline(world, ['A', 'B']), ['A']);
  },
);

for (const how of ['powerCycle', 'Soft', 'Hard'] as const) {
  scenario(
    `after ${how === 'powerCycle' ? 'a power failure' : `Reset ${how}`} the list is what it was (L-05)`,
    {},
    async (world) => {
      await sendList(world, 'Full', 5, [listed('A'), listed('B', { status: 'Blocked' }), listed('C')]);
      await sendList(world, 'Differential', 6, [{ idTag: 'C' }]);
      if (how === 'powerCycle') await world.powerCycle();
      else await reset(world, how);
      await registered(world);
      assert.equal(await listVersion(world), 6);
      assert.deepEqual(await letThroughOffline(world, ['A', 'B', 'C']), ['A']);
      assert.equal(await sendList(world, 'Differential', 6, [listed('C')]), 'VersionMismatch');
    },
  );
}

scenario('nothing but SendLocalList changes the list (L-05, A-09)', {}, async (world) => {
  await sendList(world, 'Full', 5, [listed('A')]);
  assert.deepEqual(await ask(world, 'ClearCache'), { status: 'Accepted' });
  assert.equal(await listVersion(world), 5);
  assert.deepEqual(await letThroughOffline(world, ['A']), ['A']);
});

scenario(
  'the list is served while the registration is pending (B-04)',
  { unregistered: true, only: 'virtual' },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'BootNotification', times: 1 }, do: { boot: { status: 'Pending', interval: 60 } } },
    ]);
    await world.station.powerCycle();
    await world.until('Pending', () => world.status().registration === 'pending');
    assert.equal(await sendList(world, 'Full', 5, [listed('A')]), 'Accepted');
    assert.equal(await listVersion(world), 5);
    await registered(world);
    assert.equal(await listVersion(world), 5);
  },
);

scenario('the profile of the list is among the supported ones (K-06)', {}, async (world) => {
  const value = String((await readKey(world, 'SupportedFeatureProfiles'))?.['value']);
  assert.ok(value.split(',').includes('LocalAuthListManagement'), value);
});
