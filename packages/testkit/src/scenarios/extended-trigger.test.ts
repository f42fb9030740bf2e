import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';

/** What was sent after a trigger: the confirmation first. */
async function triggered(
  world: World,
  action: string,
  requestedMessage: string,
  more = {},
): Promise<readonly string[]> {
  const before = world.backend.frames.all().length;
  const { status } = await ask(world, action, { requestedMessage, ...more });
  await world.pass(world.kind === 'virtual' ? 1_000 : 4_000);
  const sent = world.backend.frames
    .all()
    .slice(before)
    .flatMap(({ direction, text }) => (direction === 'in' ? [JSON.parse(text) as unknown[]] : []));
  const shown = sent.map(([type, , name, payload]) =>
    type === 3 ? 'confirmation' : `${String(name)} ${JSON.stringify(payload)}`,
  );
  return [String(status), ...shown];
}

async function calm(world: World): Promise<void> {
  await world.until('statuses and the first event', () => world.calls('SecurityEventNotification').length > 0);
  await world.pass(1_000);
}

scenario(
  'ExtendedTriggerMessage: the confirmation, then the message that was wanted (S-21)',
  { defaults: { 'metering.sampleInterval': 0 } },
  async (world) => {
    await calm(world);
    const rows: readonly (readonly [message: string, sent: readonly RegExp[]])[] = [
      ['Heartbeat', [/^Heartbeat \{\}$/]],
      ['BootNotification', [/^BootNotification /]],
      ['StatusNotification', [/"connectorId":0/, /"connectorId":1/, /"connectorId":2/]],
      ['MeterValues', [/^MeterValues \{"connectorId":1/, /^MeterValues \{"connectorId":2/]],
      ['LogStatusNotification', [/^LogStatusNotification \{"status":"Idle"\}$/]],
      ['FirmwareStatusNotification', [/^SignedFirmwareStatusNotification \{"status":"Idle"\}$/]],
    ];
    for (const [message, sent] of rows) {
      const [status, confirmation, ...calls] = await triggered(world, 'ExtendedTriggerMessage', message);
      assert.deepEqual([status, confirmation], ['Accepted', 'confirmation'], message);
      assert.equal(calls.length, sent.length, calls.join('\n'));
      for (const [index, pattern] of sent.entries()) assert.match(calls[index] ?? '', pattern);
    }
  },
);

scenario(
  'ExtendedTriggerMessage: an unknown connector is Rejected, an unknown message NotImplemented (S-21)',
  { only: 'virtual' },
  async (world) => {
    await calm(world);
    const connectorId = 7;
    for (const message of ['StatusNotification', 'MeterValues'])
      assert.deepEqual(await triggered(world, 'ExtendedTriggerMessage', message, { connectorId }), [
        'Rejected',
        'confirmation',
      ]);
    assert.deepEqual(await triggered(world, 'ExtendedTriggerMessage', 'SelfDestruction'), [
      'NotImplemented',
      'confirmation',
    ]);
  },
);

scenario('the classic triggers for firmware and diagnostics bring Idle (TR-03, TC_054)', {}, async (world) => {
  await calm(world);
  for (const message of ['FirmwareStatusNotification', 'DiagnosticsStatusNotification']) {
    assert.deepEqual(await triggered(world, 'TriggerMessage', message), [
      'Accepted',
      'confirmation',
      `${message} {"status":"Idle"}`,
    ]);
  }
});
