import assert from 'node:assert/strict';

import { createMemoryStore, type JsonObject } from '@kerbside/station';

import { FakeFileServer } from '../fake/fake-file-server.ts';
import { StallableStore } from '../stallable-store.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';
import { startByCard, statusOf } from './steps.ts';

type Asked = readonly [action: string, payload: JsonObject, status?: string];

/** What a backend may ask at any moment without waiting for hardware or disk. */
const anytime: readonly Asked[] = [
  ['GetConfiguration', {}],
  ['GetConfiguration', { key: ['HeartbeatInterval'] }],
  ['TriggerMessage', { requestedMessage: 'Heartbeat' }, 'Accepted'],
  ['TriggerMessage', { requestedMessage: 'StatusNotification' }, 'Accepted'],
  ['TriggerMessage', { requestedMessage: 'MeterValues' }, 'Accepted'],
  ['TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' }, 'Accepted'],
  ['GetLocalListVersion', {}],
  ['GetCompositeSchedule', { connectorId: 1, duration: 60 }, 'Accepted'],
  ['DataTransfer', { vendorId: 'nobody' }, 'UnknownVendorId'],
];

/** Asks each, and fails unless it was answered as wanted within 100 ms of the world's time. */
async function atOnce(world: World, asked: readonly Asked[]): Promise<void> {
  for (const [action, payload, status] of asked) {
    const what = `${action} ${JSON.stringify(payload)}`;
    const beganMs = world.time.monotonicMs();
    const answer = await ask(world, action, payload);
    const tookMs = world.time.monotonicMs() - beganMs;
    assert.ok(tookMs <= 100, `${what} took ${tookMs} ms`);
    if (status !== undefined) assert.equal(answer['status'], status, what);
  }
}

const start = (connectorId: number): Asked => [
  'RemoteStartTransaction',
  { connectorId, idTag: `R${connectorId}` },
  'Accepted',
];

for (const [what, hanging] of [
  ['the lock does not move', ['lock', 'unlock']],
  ['the meter does not answer', ['readMeter', 'beginMeter', 'endMeter']],
  ['the contactors do not move', ['closeContactor', 'openContactor']],
  ['limits are not taken', ['setLimit', 'setPhases']],
] as const) {
  // What flows through a contactor that sticks is in meterStop, though the time of the end is that of the order.
  const allow = { checker: hanging[0] === 'closeContactor' ? ['meter.registerBackwards'] : [] };
  scenario(
    `while ${what}, every call is answered at once (G-05)`,
    { only: 'virtual', evses: 3, allow },
    async (world) => {
      await startByCard(world, 1, 'CARD1');
      await world.until('the id', () => (world.status().evses[0]?.transaction?.backendId ?? null) !== null);
      const transactionId = world.backend.ledger.transactions()[0]?.transactionId ?? 0;
      const before = world.hardware.commands().length;
      world.hardware.hang(...hanging);
      await world.sim({ action: 'plug', evse: 2, capacityKwh: 500 });
      await atOnce(world, [start(2), ...anytime, ['RemoteStopTransaction', { transactionId }, 'Accepted'], ...anytime]);
      await world.pass(500);
      await atOnce(world, [
        start(3),
        ...anytime,
        ['ChangeAvailability', { connectorId: 3, type: 'Inoperative' }],
        ['ChangeConfiguration', { key: 'HeartbeatInterval', value: '60' }, 'Accepted'],
        ['ClearCache', {}, 'Accepted'],
      ]);
      const hung = world.hardware.commands().slice(before);
      assert.ok(
        hung.some(({ command }) => hanging.some((type) => type === command.type)),
        'nothing hung',
      );
      world.hardware.hang();
      await world.pass(120_000);
      assert.equal(world.backend.ledger.counts.doubles, 0);
      assert.equal(world.calls('StopTransaction').filter(({ payload }) => payload['reason'] === 'Remote').length, 1);
      // What hung is over: the station has not stuck.
      for (const evse of [1, 2]) await world.sim({ action: 'unplug', evse, force: true });
      await world.pass(60_000);
      await startByCard(world, 1, 'CARD2');
    },
  );
}

const disk = new StallableStore(createMemoryStore());
scenario(
  'while the disk hangs, what needs none is answered at once, and the remote start goes on when it is back (G-05)',
  { only: 'virtual', store: disk },
  async (world) => {
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await world.pass(2_000);
    disk.stall();
    await atOnce(world, [start(1), ...anytime]);
    await world.pass(10_000);
    await atOnce(world, anytime);
    // What the law and the books need is on disk first (rule 14).
    assert.deepEqual(world.calls('StartTransaction'), []);
    assert.deepEqual(world.hardware.commands('closeContactor'), []);
    disk.release();
    await world.until('the start', () => statusOf(world, 1) === 'Charging');
    assert.equal(world.calls('StartTransaction').length, 1);
  },
);

const files = new FakeFileServer();
scenario(
  'while a file server hangs, for diagnostics and for firmware, every call is answered at once (G-05)',
  { only: 'virtual', files, defaults: { 'firmware.acceptUnsigned': true } },
  async (world) => {
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    files.next.push('hang', 'hang');
    await atOnce(world, [
      ['GetDiagnostics', { location: 'https://files.test/logs/' }],
      ['UpdateFirmware', { location: 'https://files.test/image', retrieveDate: '2020-01-01T00:00:00Z' }],
    ]);
    await world.until('both attempts', () => files.attempts.length === 2);
    await atOnce(world, [
      ...anytime,
      ['TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' }, 'Accepted'],
      start(1),
    ]);
    await world.until('Charging', () => statusOf(world, 1) === 'Charging');
    await atOnce(world, anytime);
  },
);
