import assert from 'node:assert/strict';

import { ask, askInVain, readKey } from './backend-steps.ts';
import {
  clearProfiles,
  inSeconds,
  newestTransaction,
  periods,
  profile,
  schedule,
  setProfile,
} from './charging-steps.ts';
import type { ProfileSketch } from './charging-steps.ts';
import { endByCard, startByCard } from './steps.ts';
import { scenario } from '../world/scenario.ts';

scenario(
  'profiles that cannot apply are Rejected, each with a problem that says why, and nothing is installed (SC-01, fault 51)',
  {},
  async (world) => {
    const refused: readonly (readonly [
      connector: number,
      sketch: ProfileSketch,
      periods: [number, number][],
      why: RegExp,
    ])[] = [
      [1, { purpose: 'ChargePointMaxProfile' }, [[0, 16]], /belongs to connector 0/],
      [0, { purpose: 'ChargePointMaxProfile', kind: 'Relative' }, [[0, 16]], /cannot be relative/],
      [0, { purpose: 'TxProfile' }, [[0, 16]], /not to 0/],
      [1, { kind: 'Recurring', startSchedule: inSeconds(world, 0) }, [[0, 16]], /daily or weekly/],
      [1, { kind: 'Recurring', recurrencyKind: 'Daily' }, [[0, 16]], /when its schedule starts/],
      [1, { stackLevel: -1 }, [[0, 16]], /stack level -1/],
      [1, {}, [[1, 16]], /first period starts at 1 s/],
      [
        1,
        {},
        [
          [0, 16],
          [60, 8],
          [60, 10],
        ],
        /period at 60 s/,
      ],
      [
        1,
        {},
        [
          [0, 16],
          [60, 8],
          [30, 10],
        ],
        /period at 30 s/,
      ],
      [1, {}, [], /1 to 1000 periods/],
      [1, {}, [[0, -1]], /limit -1 is below 0/],
      [1, { duration: 0 }, [[0, 16]], /0 seconds/],
      [1, { validFrom: inSeconds(world, 60), validTo: inSeconds(world, 30) }, [[0, 16]], /ends before it begins/],
    ];
    for (const [connector, sketch, list, why] of refused) {
      assert.equal(await setProfile(world, connector, profile(list, sketch)), 'Rejected', String(why));
      assert.match(world.status().problems.at(-1)?.text ?? '', why);
    }
    assert.equal(await clearProfiles(world), 'Unknown');
  },
);

scenario(
  'an unknown connector and words and limits that 1.6 does not know are errors of the call (SC-01, T-15)',
  {},
  async (world) => {
    const good = profile([[0, 16]]);
    const wrong = [
      { connectorId: 3, csChargingProfiles: good },
      { connectorId: -1, csChargingProfiles: good },
    ];
    for (const request of wrong)
      assert.equal(await askInVain(world, 'SetChargingProfile', request), 'PropertyConstraintViolation');
    // What a proper server does not even send, a careless one does.
    const breaches =
      world.kind === 'virtual'
        ? [
            { connectorId: 1, csChargingProfiles: { ...good, chargingProfilePurpose: 'TxMaybeProfile' } },
            { connectorId: 1, csChargingProfiles: { ...good, chargingProfileKind: 'Sometimes' } },
            { connectorId: 1, csChargingProfiles: profile([[0, 16.25]]) },
          ]
        : [];
    for (const request of breaches)
      assert.equal(await askInVain(world, 'SetChargingProfile', request), 'PropertyConstraintViolation');
    const inKilowatts = { connectorId: 1, duration: 60, chargingRateUnit: 'kW' };
    if (world.kind === 'virtual')
      assert.equal(await askInVain(world, 'GetCompositeSchedule', inKilowatts), 'PropertyConstraintViolation');
    assert.equal(await clearProfiles(world), 'Unknown');
  },
);

scenario(
  'a TxProfile needs a transaction that runs on its connector, and the one that it names (SC-01, TC_058_1, TC_058_2)',
  {},
  async (world) => {
    const tx = { purpose: 'TxProfile' } as const;
    assert.equal(await setProfile(world, 1, profile([[0, 6]], tx)), 'Rejected');
    assert.equal(await setProfile(world, 1, profile([[0, 6]], { ...tx, transactionId: 1 })), 'Rejected');
    await startByCard(world, 1, 'CARD1');
    const transactionId = newestTransaction(world);
    assert.equal(
      await setProfile(world, 1, profile([[0, 6]], { ...tx, transactionId: transactionId + 1 })),
      'Rejected',
    );
    assert.equal(await setProfile(world, 2, profile([[0, 6]], { ...tx, transactionId })), 'Rejected');
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 32]]);
    assert.equal(await setProfile(world, 1, profile([[0, 6]], { ...tx, transactionId })), 'Accepted');
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 6]]);
    assert.equal(await setProfile(world, 1, profile([[0, 8]], { ...tx, id: 2 })), 'Accepted');
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 8]]);
    await endByCard(world, 1, 'CARD1');
    assert.equal(await setProfile(world, 1, profile([[0, 6]], { ...tx, transactionId })), 'Rejected');
  },
);

scenario(
  'a transaction that the backend does not know yet takes no profile for its id, and does as soon as it has one (SC-01, SC-04)',
  {},
  async (world) => {
    world.backend.addRules([{ on: { action: 'StartTransaction', nth: 1 }, do: { delay: { ms: 3_000 } } }]);
    await startByCard(world, 1, 'CARD1');
    const tx = profile([[0, 6]], { purpose: 'TxProfile', transactionId: newestTransaction(world) });
    assert.equal(await setProfile(world, 1, tx), 'Rejected');
    await world.until('the id', () => world.status().evses[0]?.transaction?.backendId !== null);
    assert.equal(await setProfile(world, 1, tx), 'Accepted');
    await endByCard(world, 1, 'CARD1');
    await world.cutLink();
    await startByCard(world, 2, 'CARD1');
    await world.restoreLink();
    await world.until('the id', () => (world.status().evses[1]?.transaction?.backendId ?? null) !== null);
    const transactionId = newestTransaction(world);
    assert.equal(await setProfile(world, 2, profile([[0, 6]], { purpose: 'TxProfile', transactionId })), 'Accepted');
    assert.deepEqual(await periods(world, 2, 60, 'A'), [[0, 6]]);
  },
);

scenario(
  'a profile that comes right behind the answer that gave its transaction the id is taken (SC-01, TC_057)',
  {},
  async (world) => {
    const csChargingProfiles = profile([[0, 7]], { purpose: 'TxProfile', transactionId: 1 });
    const send = { action: 'SetChargingProfile', payload: { connectorId: 1, csChargingProfiles } };
    world.backend.addRules([{ on: { action: 'StartTransaction' }, do: { send } }]);
    await startByCard(world, 1, 'CARD1');
    assert.equal(newestTransaction(world), 1);
    await world.pass(1_000);
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 7]]);
  },
);

scenario(
  'profiles are served while the registration is pending (B-04, SC-01, SC-10, SC-11)',
  { unregistered: true, only: 'virtual' },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'BootNotification', times: 1 }, do: { boot: { status: 'Pending', interval: 60 } } },
    ]);
    await world.station.powerCycle();
    await world.until('Pending', () => world.status().registration === 'pending');
    assert.equal(await setProfile(world, 1, profile([[0, 10]])), 'Accepted');
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 10]]);
    assert.equal(await clearProfiles(world), 'Accepted');
  },
);

scenario(
  'the same id replaces a profile wherever it is, the same level and purpose on the same connector too (SC-02)',
  {},
  async (world) => {
    assert.equal(await setProfile(world, 1, profile([[0, 10]], { id: 1 })), 'Accepted');
    assert.equal(await setProfile(world, 2, profile([[0, 12]], { id: 1 })), 'Accepted');
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 32]]);
    assert.deepEqual(await periods(world, 2, 60, 'A'), [[0, 12]]);
    assert.equal(await setProfile(world, 2, profile([[0, 13]], { id: 2 })), 'Accepted');
    assert.deepEqual(await periods(world, 2, 60, 'A'), [[0, 13]]);
    assert.equal(await clearProfiles(world, { id: 1 }), 'Unknown');
    assert.equal(await setProfile(world, 1, profile([[0, 14]], { id: 3 })), 'Accepted');
    assert.deepEqual(await periods(world, 2, 60, 'A'), [[0, 13]]);
    const maximum = { id: 2, purpose: 'ChargePointMaxProfile' } as const;
    assert.equal(await setProfile(world, 0, profile([[0, 20]], maximum)), 'Accepted');
    assert.deepEqual(await periods(world, 2, 60, 'A'), [[0, 20]]);
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 14]]);
  },
);

scenario(
  'profiles are cleared by id, by what they have in common, or all; when none fits the answer is Unknown (SC-10, TC_067)',
  {},
  async (world) => {
    await setProfile(world, 0, profile([[0, 20]], { id: 1, purpose: 'ChargePointMaxProfile' }));
    await setProfile(world, 0, profile([[0, 16]], { id: 2 }));
    await setProfile(world, 1, profile([[0, 14]], { id: 3 }));
    await setProfile(world, 1, profile([[0, 12]], { id: 4, stackLevel: 1 }));
    await setProfile(world, 2, profile([[0, 10]], { id: 5, stackLevel: 1 }));
    assert.equal(await clearProfiles(world, { id: 9 }), 'Unknown');
    assert.equal(await clearProfiles(world, { connectorId: 7 }), 'Unknown');
    assert.equal(await clearProfiles(world, { connectorId: 1, chargingProfilePurpose: 'TxProfile' }), 'Unknown');
    assert.equal(await clearProfiles(world, { connectorId: 2, stackLevel: 0 }), 'Unknown');
    // With an id everything else is ignored (errata 3.25).
    const byId = { id: 3, connectorId: 2, chargingProfilePurpose: 'ChargePointMaxProfile', stackLevel: 7 };
    assert.equal(await clearProfiles(world, byId), 'Accepted');
    const defaultsOfLevel1 = { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 1 };
    assert.equal(await clearProfiles(world, { ...defaultsOfLevel1, connectorId: 1 }), 'Accepted');
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 16]]);
    assert.deepEqual(await periods(world, 2, 60, 'A'), [[0, 10]]);
    assert.equal(
      await clearProfiles(world, { connectorId: 0, chargingProfilePurpose: 'TxDefaultProfile' }),
      'Accepted',
    );
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 20]]);
    assert.equal(await clearProfiles(world), 'Accepted');
    assert.equal(await clearProfiles(world), 'Unknown');
    assert.deepEqual(await periods(world, 2, 60, 'A'), [[0, 32]]);
  },
);

scenario(
  'GetCompositeSchedule tells what holds from now on, in the unit that is asked for, of a connector and of the station (SC-11, SC-08, fault 50, TC_066)',
  {},
  async (world) => {
    const start = inSeconds(world, -60);
    const plan = profile(
      [
        [0, 16],
        [120, 8],
        [360, 10],
      ],
      { startSchedule: start, duration: 600 },
    );
    assert.equal(await setProfile(world, 1, plan), 'Accepted');
    const [now, ...later] = await periods(world, 1, 900, 'A');
    assert.deepEqual(now, [0, 16]);
    assert.deepEqual(
      later.map(([, limit]) => limit),
      [8, 10, 32],
    );
    const startOf8 = Number(later[0]?.[0]);
    assert.ok(startOf8 > 40 && startOf8 <= 60, String(startOf8));
    assert.deepEqual(
      later.map(([at]) => Number(at) - startOf8),
      [0, 240, 480],
    );
    assert.deepEqual((await periods(world, 1, 10, 'W'))[0], [0, 11_040]);
    assert.deepEqual(await periods(world, 0, 10, 'A'), [[0, 48]]);
    assert.deepEqual(await periods(world, 2, 0, 'A'), [[0, 32]]);
    assert.equal((await schedule(world, 1, 10))['chargingRateUnit'], 'A');
    await setProfile(world, 1, profile([[0, 7360]], { unit: 'W' }));
    assert.equal((await schedule(world, 1, 10))['chargingRateUnit'], 'W');
    for (const request of [
      { connectorId: 3, duration: 60 },
      { connectorId: 1, duration: -1 },
    ])
      assert.deepEqual(await ask(world, 'GetCompositeSchedule', request), { status: 'Rejected' });
  },
);

scenario(
  'the maxima that the station names are those that it keeps: the most is Accepted, one more Rejected (SC-13, fault 51)',
  { defaults: { 'charging.maxChargingProfilesInstalled': 3 } },
  async (world) => {
    const read = async (key: string): Promise<number> => Number((await readKey(world, key))?.['value']);
    const level = await read('ChargeProfileMaxStackLevel');
    assert.equal(await setProfile(world, 1, profile([[0, 16]], { stackLevel: level })), 'Accepted');
    assert.equal(await setProfile(world, 1, profile([[0, 16]], { stackLevel: level + 1 })), 'Rejected');
    const most = await read('ChargingScheduleMaxPeriods');
    const long = (count: number): ReturnType<typeof profile> =>
      profile(
        Array.from({ length: count }, (_, index) => [index * 60, 60 + (index % 100)] as const),
        { id: 2, unit: 'W' },
      );
    assert.equal(await setProfile(world, 1, long(most)), 'Accepted');
    assert.equal(await setProfile(world, 1, long(most + 1)), 'Rejected');
    await clearProfiles(world, { id: 1 });
    assert.ok((await periods(world, 1, 60 * most - 120, 'W')).length >= most - 2);
    assert.equal(await setProfile(world, 1, profile([[0, 16]], { stackLevel: level })), 'Accepted');
    const count = await read('MaxChargingProfilesInstalled');
    for (let id = 3; id <= count; id++)
      assert.equal(await setProfile(world, 1, profile([[0, 16]], { id, stackLevel: id })), 'Accepted');
    assert.equal(await setProfile(world, 2, profile([[0, 16]], { id: count + 1, stackLevel: 9 })), 'Rejected');
    assert.equal(await setProfile(world, 2, profile([[0, 16]], { id: count, stackLevel: 9 })), 'Accepted');
    assert.deepEqual((await readKey(world, 'ChargingScheduleAllowedChargingRateUnit'))?.['value'], 'Current,Power');
  },
);

scenario(
  'profiles hold after Reset and power failure; that of a transaction is gone with it (SC-12, SC-04, SC-06)',
  {},
  async (world) => {
    await setProfile(world, 0, profile([[0, 20]], { id: 1, purpose: 'ChargePointMaxProfile' }));
    await setProfile(world, 0, profile([[0, 16]], { id: 2 }));
    await setProfile(world, 2, profile([[0, 10]], { id: 3, stackLevel: 1, validFrom: inSeconds(world, 7_200) }));
    await startByCard(world, 1, 'CARD1');
    await setProfile(world, 1, profile([[0, 6]], { id: 4, purpose: 'TxProfile' }));
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 6]]);
    await world.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted');
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 16]]);
    assert.deepEqual(
      (await periods(world, 2, 9_000, 'A')).map(([, limit]) => limit),
      [16, 10],
    );
    assert.equal(await clearProfiles(world, { id: 4 }), 'Unknown');
    assert.equal(await clearProfiles(world, { id: 1 }), 'Accepted');
  },
);

scenario(
  'as many profiles as the station names, each as long as it names, are kept, told and there after a power failure (SC-13, SC-12, fault 51)',
  { only: 'virtual' },
  async (world) => {
    const [level, length, count] = await Promise.all([
      readKey(world, 'ChargeProfileMaxStackLevel'),
      readKey(world, 'ChargingScheduleMaxPeriods'),
      readKey(world, 'MaxChargingProfilesInstalled'),
    ]).then((keys) => keys.map((key) => Number(key?.['value'])));
    assert.ok(level !== undefined && length !== undefined && count !== undefined);
    const steps = Array.from({ length }, (_, index) => [index * 60, 32 - (index % 2)] as const);
    for (let id = 1; id <= count; id++) {
      const connector = 1 + (id % 2);
      assert.equal(
        await setProfile(world, connector, profile(steps, { id, stackLevel: id % (level + 1) })),
        'Accepted',
      );
    }
    assert.equal(await setProfile(world, 0, profile(steps, { id: count + 1 })), 'Rejected');
    const told = await periods(world, 1, length * 60 - 600, 'A');
    assert.ok(told.length >= length - 12, `${told.length} periods`);
    await world.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted');
    assert.equal(await setProfile(world, 0, profile(steps, { id: count + 1 })), 'Rejected');
    assert.equal(await clearProfiles(world, { id: count }), 'Accepted');
    assert.equal(await setProfile(world, 0, profile(steps, { id: count + 1 })), 'Accepted');
  },
);
