import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import { ask, registered } from './backend-steps.ts';
import {
  clearProfiles,
  inSeconds,
  newestTransaction,
  offered,
  periods,
  profile,
  setProfile,
  untilOffered,
} from './charging-steps.ts';
import { endByCard, leave, startByCard, statusOf, untilReported } from './steps.ts';

scenario(
  'a default limits the transactions that begin after it, on all connectors or on its own (SC-03, TC_056)',
  {},
  async (world) => {
    assert.equal(await setProfile(world, 0, profile([[0, 16]], { id: 1 })), 'Accepted');
    assert.equal(await setProfile(world, 2, profile([[0, 10]], { id: 2 })), 'Accepted');
    await startByCard(world, 1, 'CARD1');
    await startByCard(world, 2, 'CARD2');
    assert.deepEqual([offered(world, 1), offered(world, 2)], [16, 10]);
    assert.deepEqual(await periods(world, 1, 300, 'A'), [[0, 16]]);
    assert.deepEqual(await periods(world, 2, 300, 'A'), [[0, 10]]);
    assert.deepEqual(await periods(world, 0, 300, 'A'), [[0, 26]]);
  },
);

scenario(
  'a default that is set, changed or cleared acts on a transaction that runs within seconds (SC-03, fault 47, TC_082)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    assert.equal(offered(world, 1), 32);
    assert.equal(await setProfile(world, 1, profile([[0, 16]])), 'Accepted');
    await untilOffered(world, 1, 16);
    assert.equal(await setProfile(world, 1, profile([[0, 13.3]], { id: 2 })), 'Accepted');
    await untilOffered(world, 1, 13.3);
    assert.equal(await setProfile(world, 0, profile([[0, 8]], { id: 3, stackLevel: 5 })), 'Accepted');
    await world.pass(2_000);
    assert.equal(offered(world, 1), 13.3, 'its own default goes before that of connector 0');
    assert.equal(await clearProfiles(world, { id: 2 }), 'Accepted');
    await untilOffered(world, 1, 8);
    assert.equal(await clearProfiles(world), 'Accepted');
    await untilOffered(world, 1, 32);
    assert.equal(statusOf(world, 1), 'Charging');
  },
);

scenario(
  'the profile of a transaction stands instead of the default, also above it, and is gone with the transaction (SC-04, fault 47, TC_057)',
  {},
  async (world) => {
    await setProfile(world, 1, profile([[0, 10]], { id: 1, stackLevel: 3 }));
    await startByCard(world, 1, 'CARD1');
    assert.equal(offered(world, 1), 10);
    const transactionId = newestTransaction(world);
    const tx = { id: 2, purpose: 'TxProfile', transactionId } as const;
    assert.equal(await setProfile(world, 1, profile([[0, 20]], tx)), 'Accepted');
    await untilOffered(world, 1, 20);
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 20]]);
    // 0 A would stop every later session if it were not forgotten.
    assert.equal(await setProfile(world, 1, profile([[0, 0]], tx)), 'Accepted');
    await untilOffered(world, 1, 0);
    await endByCard(world, 1, 'CARD1');
    assert.equal(await clearProfiles(world, { id: 2 }), 'Unknown');
    await startByCard(world, 1, 'CARD2');
    assert.equal(offered(world, 1), 10);
  },
);

scenario(
  'of several levels the highest that has a period then counts, whatever the others say, and without one the lower (SC-05, SC-06, SC-07, TC_072)',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    const at = (seconds: number): string => inSeconds(world, seconds);
    await setProfile(world, 1, profile([[0, 12]], { id: 1, stackLevel: 0 }));
    await untilOffered(world, 1, 12);
    await setProfile(
      world,
      1,
      profile(
        [
          [0, 20],
          [60, 24],
        ],
        { id: 2, stackLevel: 1, startSchedule: at(30), duration: 120 },
      ),
    );
    await setProfile(world, 1, profile([[0, 6]], { id: 3, stackLevel: 2, validFrom: at(100), validTo: at(110) }));
    assert.deepEqual(await periods(world, 1, 300, 'A'), [
      [0, 12],
      [30, 20],
      [90, 24],
      [100, 6],
      [110, 24],
      [150, 12],
    ]);
    const startMs = world.time.monotonicMs();
    for (const [second, amps] of [
      [28, 12],
      [33, 20],
      [93, 24],
      [103, 6],
      [113, 24],
      [153, 12],
    ] as const) {
      await world.pass(startMs + second * 1000 - world.time.monotonicMs());
      assert.equal(offered(world, 1), amps, `at ${second} s`);
    }
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'a relative schedule counts from the start of the transaction, a recurring one repeats, an absolute one without start counts from its receipt (SC-07)',
  { only: 'virtual' },
  async (world) => {
    await setProfile(
      world,
      1,
      profile(
        [
          [0, 10],
          [60, 20],
        ],
        { kind: 'Relative' },
      ),
    );
    const daily = { id: 2, kind: 'Recurring', recurrencyKind: 'Daily', duration: 3_600 } as const;
    const start = new Date(Date.parse(inSeconds(world, 600)) - 7 * 86_400_000).toISOString();
    await setProfile(
      world,
      2,
      profile(
        [
          [0, 14],
          [1_800, 15],
        ],
        { ...daily, startSchedule: start },
      ),
    );
    await world.pass(300_000);
    await startByCard(world, 1, 'CARD1');
    await startByCard(world, 2, 'CARD2');
    assert.deepEqual([offered(world, 1), offered(world, 2)], [10, 32]);
    await world.pass(61_000);
    assert.equal(offered(world, 1), 20);
    await world.pass(245_000);
    assert.equal(offered(world, 2), 14);
    await world.pass(1_800_000);
    assert.equal(offered(world, 2), 15);
    await world.pass(1_800_000);
    assert.equal(offered(world, 2), 32);
    await world.pass(83_000_000);
    assert.equal(offered(world, 2), 14);
    await endByCard(world, 1, 'CARD1');
    await endByCard(world, 2, 'CARD2');
  },
);

scenario(
  '0 A and less than a car can take pause the charge without ending it, and more lets it go on (SC-09, fault 48)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    for (const [limit, id] of [
      [0, 1],
      [5.9, 2],
    ] as const) {
      assert.equal(await setProfile(world, 1, profile([[0, limit]], { id })), 'Accepted');
      await untilReported(world, 1, 'SuspendedEVSE');
      const texts = world.backend.frames.all().map(({ text }) => text);
      const answered = texts.findLastIndex((text) => text.startsWith('[3,') && text.includes('"Accepted"'));
      assert.ok(
        answered < texts.findLastIndex((text) => text.includes('SuspendedEVSE')),
        'the confirmation comes first',
      );
      assert.equal(offered(world, 1), 0);
      assert.equal(await setProfile(world, 1, profile([[0, 16]], { id })), 'Accepted');
      await untilReported(world, 1, 'Charging');
      assert.equal(offered(world, 1), 16);
    }
    assert.deepEqual(world.calls('StopTransaction'), []);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'the maximum of the station is never exceeded by all together, and each connector reports it in full (SC-05, SC-11)',
  {},
  async (world) => {
    const maximum = profile([[0, 20]], { id: 1, purpose: 'ChargePointMaxProfile' });
    assert.equal(await setProfile(world, 0, maximum), 'Accepted');
    await startByCard(world, 1, 'CARD1');
    await untilOffered(world, 1, 20);
    await startByCard(world, 2, 'CARD2');
    await untilOffered(world, 1, 10);
    await untilOffered(world, 2, 10);
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 20]]);
    assert.deepEqual(await periods(world, 0, 60, 'A'), [[0, 20]]);
    await endByCard(world, 2, 'CARD2');
    await untilOffered(world, 1, 20);
  },
);

scenario('limits in W become A by the phases that are used (SC-08)', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  assert.equal(await setProfile(world, 1, profile([[0, 11_040]], { unit: 'W' })), 'Accepted');
  await untilOffered(world, 1, 16);
  assert.deepEqual(await periods(world, 1, 60, 'W'), [[0, 11_040]]);
  assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 16]]);
});

scenario(
  'limits go on while the link is down, and through a power failure and a reset (SC-12, fault 47)',
  {},
  async (world) => {
    await setProfile(world, 1, profile([[0, 12]]));
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    await world.cutLink();
    await startByCard(world, 1, 'CARD1');
    assert.equal(offered(world, 1), 12);
    await world.powerCycle();
    await world.restoreLink();
    await registered(world);
    await world.until('the books to be closed', () => world.backend.ledger.counts.open === 0);
    await leave(world, 1);
    await startByCard(world, 1, 'CARD2');
    assert.equal(offered(world, 1), 12);
  },
);

const remoteProfile = { id: 7, purpose: 'TxProfile', stackLevel: 1 } as const;

scenario(
  'a remote start brings the profile of its transaction: it holds from the first moment, a later one on its level replaces it, and it ends with it (R-04, SC-04, TC_059)',
  {},
  async (world) => {
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    const chargingProfile = profile([[0, 14]], remoteProfile);
    const request = { connectorId: 1, idTag: 'R', chargingProfile };
    assert.deepEqual(await ask(world, 'RemoteStartTransaction', request), { status: 'Accepted' });
    await world.until('Charging', () => statusOf(world, 1) === 'Charging');
    const limits = world.hardware
      .commands('setLimit')
      .map(({ command }) => 'milliamps' in command && command.milliamps);
    assert.deepEqual(limits, [14_000]);
    await world.until('the id', () => (world.status().evses[0]?.transaction?.backendId ?? null) !== null);
    const transactionId = newestTransaction(world);
    assert.equal(await setProfile(world, 1, profile([[0, 9]], { ...remoteProfile, id: 8, transactionId })), 'Accepted');
    await untilOffered(world, 1, 9);
    assert.equal(await clearProfiles(world, { id: 7 }), 'Unknown');
    await ask(world, 'RemoteStopTransaction', { transactionId });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
    assert.equal(await clearProfiles(world), 'Unknown');
    await startByCard(world, 1, 'CARD1');
    assert.equal(offered(world, 1), 32);
  },
);

scenario(
  'its profile waits with a remote start for the answer to Authorize and for the car (R-04, R-02, R-03)',
  {},
  async (world) => {
    await world.configure({ 'authorization.authorizeRemoteTxRequests': 'true' });
    await setProfile(world, 0, profile([[0, 20]], { id: 1 }));
    const chargingProfile = profile([[0, 7]], { ...remoteProfile, kind: 'Relative' });
    const request = { connectorId: 1, idTag: 'R', chargingProfile };
    assert.deepEqual(await ask(world, 'RemoteStartTransaction', request), { status: 'Accepted' });
    await world.until('Preparing', () => statusOf(world, 1) === 'Preparing');
    assert.equal(world.calls('Authorize').length, 1);
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 20]]);
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.until('Charging', () => statusOf(world, 1) === 'Charging');
    assert.equal(offered(world, 1), 7);
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 7]]);
  },
);

scenario(
  'a remote start with a profile that no transaction can begin with is Rejected, and nothing starts (R-04, TC_060)',
  {},
  async (world) => {
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    const good = profile([[0, 14]], remoteProfile);
    const wrong = [
      profile([[0, 14]], { ...remoteProfile, purpose: 'TxDefaultProfile' }),
      profile([[0, 14]], { ...remoteProfile, purpose: 'ChargePointMaxProfile' }),
      profile([[0, 14]], { ...remoteProfile, transactionId: 1 }),
      profile([[5, 14]], remoteProfile),
      profile([[0, 14]], { ...remoteProfile, stackLevel: 100_000 }),
      profile([], remoteProfile),
    ];
    for (const chargingProfile of wrong) {
      const request = { connectorId: 1, idTag: 'R', chargingProfile };
      assert.deepEqual(await ask(world, 'RemoteStartTransaction', request), { status: 'Rejected' });
    }
    await world.pass(2_000);
    assert.deepEqual([world.calls('StartTransaction'), statusOf(world, 1)], [[], 'Preparing']);
    const accepted = await ask(world, 'RemoteStartTransaction', { idTag: 'R', chargingProfile: good });
    assert.deepEqual(accepted, { status: 'Accepted' });
    await world.until('Charging', () => statusOf(world, 1) === 'Charging');
    assert.equal(offered(world, 1), 14);
  },
);

scenario(
  'the profile of a remote start that lapses is forgotten: the next transaction is free of it (R-04, fault 47)',
  { only: 'virtual' },
  async (world) => {
    const chargingProfile = profile([[0, 6]], remoteProfile);
    await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'R', chargingProfile });
    await world.until('Preparing', () => statusOf(world, 1) === 'Preparing');
    await world.pass(61_000);
    assert.equal(statusOf(world, 1), 'Available');
    assert.equal(await clearProfiles(world), 'Unknown');
    await startByCard(world, 1, 'CARD1');
    assert.equal(offered(world, 1), 32);
  },
);

scenario(
  'a composite schedule knows what the installation allows, which a profile cannot raise (SC-11, SC-14)',
  {},
  async (world) => {
    await world.configure({ 'charging.operatorCurrentLimit_2': '20' });
    assert.equal(await setProfile(world, 0, profile([[0, 25]])), 'Accepted');
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 25]]);
    assert.deepEqual(await periods(world, 2, 60, 'A'), [[0, 20]]);
    assert.deepEqual(await periods(world, 0, 60, 'A'), [[0, 45]]);
    await startByCard(world, 2, 'CARD1');
    assert.equal(offered(world, 2), 20);
  },
);
