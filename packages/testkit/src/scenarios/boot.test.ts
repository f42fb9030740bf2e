import assert from 'node:assert/strict';

import type { Rule } from '../script/rule.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, askInVain, gapsInSeconds, registered } from './backend-steps.ts';
import { endByCard, startByCard } from './steps.ts';

/** The station starts anew at a backend with these rules. Gives how many calls it had sent before. */
async function startAnew(world: World, rules: readonly Rule[]): Promise<number> {
  world.backend.setRules(rules);
  const before = world.calls().length;
  await world.powerCycle();
  return before;
}

function bootTimes(world: World, since: number): readonly number[] {
  return world
    .calls()
    .slice(since)
    .flatMap(({ action, atMs }) => (action === 'BootNotification' ? [atMs] : []));
}

const booted = { action: 'BootNotification' } as const;

scenario(
  'while Rejected every call gets SecurityError: known and unknown ones, right and wrong ones (B-05)',
  { unregistered: true },
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    await world.pass(1_000);
    await startAnew(world, [{ on: { ...booted, times: 1 }, do: { boot: { status: 'Rejected', interval: 600 } } }]);
    await world.until('Rejected', () => world.status().registration === 'rejected');
    const before = world.backend.frames.all().length;
    const calls = [
      '[2,"c1","GetConfiguration",{}]',
      '[2,"c2","NoSuchAction",{}]',
      '[2,"c3","Reset",{"type":"Odd"}]',
      '[2,"c4","heartbeat",{}]',
      '[2,"c5","TriggerMessage",{"requestedMessage":"BootNotification"}]',
    ];
    for (const call of calls) world.backend.sendText(world.identity, call);
    await world.pass(world.kind === 'virtual' ? 1_000 : 5_000);
    const answers = world.backend.frames
      .all()
      .slice(before)
      .flatMap(({ direction, text }) => (direction === 'in' ? [(JSON.parse(text) as unknown[]).slice(0, 3)] : []));
    assert.deepEqual(
      answers,
      ['c1', 'c2', 'c3', 'c4', 'c5'].map((id) => [4, id, 'SecurityError']),
    );
  },
);

for (const status of ['Pending', 'Rejected'] as const) {
  for (const interval of [0, -5]) {
    scenario(
      `${status} with the interval ${interval}: the station takes a wait of its own that does not flood (B-06)`,
      { unregistered: true, only: 'virtual' },
      async (world) => {
        const before = await startAnew(world, [{ on: booted, do: { answer: { merge: { status, interval } } } }]);
        await world.pass(600_000);
        const gaps = gapsInSeconds(bootTimes(world, before));
        assert.ok(gaps.length >= 7 && gaps.every((gap) => gap >= 60 && gap <= 75), gaps.join());
      },
    );
  }

  scenario(
    `${status}: the wait for the next BootNotification is not moved by calls of the backend, nor by a reconnect (B-04, B-05, fault 19)`,
    { unregistered: true, only: 'virtual' },
    async (world) => {
      const before = await startAnew(world, [{ on: { ...booted, times: 2 }, do: { boot: { status, interval: 100 } } }]);
      await world.until('the answer', () => world.status().registration === status.toLowerCase());
      for (let turn = 0; turn < 8; turn++) {
        world.backend.sendText(world.identity, `[2,"t${turn}","GetConfiguration",{}]`);
        await world.pass(5_000);
      }
      world.backend.disconnect(world.identity, { drop: true });
      await world.until('registration', () => world.status().registration === 'accepted', 300_000);
      const gaps = gapsInSeconds(bootTimes(world, before)).map(Math.round);
      assert.deepEqual(gaps, [100, 100]);
    },
  );
}

const useless: readonly (readonly [what: string, rule: Rule['do']])[] = [
  ['is not answered', { noAnswer: {} }],
  ['gets a CALLERROR', { callError: { code: 'InternalError' } }],
  ['is answered without currentTime', { answer: { merge: { currentTime: null } } }],
  ['is answered without interval', { answer: { merge: { interval: null } } }],
  ['is answered with a status that is none', { answer: { merge: { status: 'Maybe' } } }],
];

for (const [what, rule] of useless) {
  scenario(
    `a BootNotification that ${what} is none: it is repeated with a growing wait, and nothing else is sent (B-02, B-07, Q-08, fault 18)`,
    { unregistered: true, only: 'virtual', allow: { checker: ['boot.missing'] } },
    async (world) => {
      await registered(world);
      await world.pass(1_000);
      const before = await startAnew(world, [{ on: { ...booted, times: 4 }, do: rule }]);
      await world.until('five attempts', () => bootTimes(world, before).length === 5, 600_000);
      const first = world.calls().slice(before, before + 5);
      assert.ok(first.every(({ action }) => action === 'BootNotification'));
      const gaps = gapsInSeconds(bootTimes(world, before));
      assert.ok(
        gaps.every((gap, index) => index === 0 || gap > (gaps[index - 1] ?? 0)),
        gaps.join(),
      );
      await registered(world);
    },
  );
}

scenario(
  'what waits from before is sent after the registration, the station’s statuses first, and the id of BootNotification is new (B-02, B-03, Q-08)',
  { only: 'virtual', defaults: { 'authorization.allowOfflineTxForUnknownId': true } },
  async (world) => {
    await world.cutLink();
    await startByCard(world, 1, 'CARD1');
    await world.pass(65_000);
    await endByCard(world, 1, 'CARD1');
    const before = await startAnew(world, [
      { on: { ...booted, times: 1 }, do: { boot: { status: 'Pending', interval: 40 } } },
    ]);
    await world.restoreLink();
    await world.until('Pending', () => world.status().registration === 'pending');
    await world.pass(30_000);
    assert.deepEqual(
      world
        .calls()
        .slice(before)
        .map(({ action }) => action),
      ['BootNotification'],
    );
    await registered(world);
    await world.until('the books to be closed', () => world.calls('StopTransaction').length === 1);
    const order = [
      ...new Set(
        world
          .calls()
          .slice(before)
          .map(({ action }) => action),
      ),
    ];
    assert.deepEqual(order, [
      'BootNotification',
      'StatusNotification',
      'StartTransaction',
      'MeterValues',
      'StopTransaction',
    ]);
  },
);

scenario(
  'a triggered BootNotification is sent while Accepted, and a Pending in answer takes nothing back (B-09)',
  {},
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    world.backend.checker.expect({ allStatuses: false });
    world.backend.setRules([
      { on: { ...booted, times: 1 }, do: { answer: { merge: { status: 'Pending', interval: 3000 } } } },
    ]);
    assert.deepEqual(await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' }), {
      status: 'Accepted',
    });
    await world.until('the BootNotification', () => world.calls('BootNotification').length === 2);
    await world.pass(2_000);
    assert.equal(world.status().registration, 'accepted');
    assert.equal(world.calls('StatusNotification').length, 3, 'it is no reboot');
  },
);

scenario(
  'twenty calls within the first moments after the registration are answered, each once (fault 23, G-05)',
  {},
  async (world) => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) =>
        index % 2 === 0
          ? ask(world, 'GetConfiguration', { key: ['HeartbeatInterval'] })
          : ask(world, 'DataTransfer', { vendorId: `vendor ${index}` }),
      ),
    );
    assert.equal(answers.length, 20);
    assert.equal(world.backend.attempts.length, 1, 'the link stays');
    assert.equal(await askInVain(world, 'Heartbeat'), 'NotSupported');
  },
);

scenario(
  'what is known of the station is in BootNotification, what is not known is left out (B-01, B-10, fault 16)',
  { defaults: { 'station.vendor': 'Vendor', 'station.model': 'Model', 'station.serialNumber': '' } },
  async (world) => {
    const payload = world.calls('BootNotification')[0]?.payload ?? {};
    assert.equal(payload['chargePointVendor'], 'Vendor');
    assert.equal(payload['chargePointModel'], 'Model');
    assert.ok(typeof payload['firmwareVersion'] === 'string' && payload['firmwareVersion'] !== '');
    for (const [name, value] of Object.entries(payload)) assert.ok(value !== '' && value !== null, name);
  },
);
