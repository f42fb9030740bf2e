import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, askInVain, changeKey } from './backend-steps.ts';
import { endByCard, startByCard } from './steps.ts';

/** Triggers a message and gives what is sent in the second after, confirmation first. */
async function triggered(world: World, requestedMessage: string, connectorId?: number): Promise<readonly string[]> {
  const before = world.backend.frames.all().length;
  const connector = connectorId === undefined ? {} : { connectorId };
  const { status } = await ask(world, 'TriggerMessage', { requestedMessage, ...connector });
  await world.pass(world.kind === 'virtual' ? 1_000 : 4_000);
  const sent = world.backend.frames
    .all()
    .slice(before)
    .flatMap(({ direction, text }) => (direction === 'in' ? [JSON.parse(text) as unknown[]] : []));
  return [
    String(status),
    ...sent.map(([type, , action, payload]) => {
      const { connectorId: place } = (payload ?? {}) as { connectorId?: number };
      return type === 3 ? 'confirmation' : `${String(action)} ${place ?? ''}`.trim();
    }),
  ];
}

scenario(
  'each message is sent after its confirmation, for the place that was named, or for all (TR-01, TR-02, fault 40, TC_054)',
  { defaults: { 'metering.sampleInterval': 0 } },
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    await world.pass(1_000);
    const rows: readonly (readonly [message: string, connector: number | undefined, sent: readonly string[]])[] = [
      ['Heartbeat', undefined, ['Heartbeat']],
      ['Heartbeat', 2, ['Heartbeat']],
      ['StatusNotification', undefined, ['StatusNotification 0', 'StatusNotification 1', 'StatusNotification 2']],
      ['StatusNotification', 0, ['StatusNotification 0']],
      ['StatusNotification', 2, ['StatusNotification 2']],
      ['BootNotification', 1, ['BootNotification']],
      ['MeterValues', 1, ['MeterValues 1']],
    ];
    for (const [message, connector, sent] of rows)
      assert.deepEqual(await triggered(world, message, connector), ['Accepted', 'confirmation', ...sent], message);
  },
);

scenario(
  'an unknown connector is Rejected, an unknown message NotImplemented, and nothing is sent (TR-01, fault 40, TC_055)',
  {},
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    await world.pass(1_000);
    for (const message of ['StatusNotification', 'MeterValues'])
      assert.deepEqual(await triggered(world, message, 7), ['Rejected', 'confirmation']);
    assert.deepEqual(await askRaw(world, { requestedMessage: 'SelfDestruction' }), [3, { status: 'NotImplemented' }]);
    const [type, code] = await askRaw(world, { requestedMessage: 7 });
    assert.deepEqual([type, code], [4, 'TypeConstraintViolation']);
  },
);

/** Sends a payload that no schema allows; gives message type and what follows the id. */
async function askRaw(world: World, payload: { readonly requestedMessage: unknown }): Promise<[number, unknown]> {
  const before = world.backend.frames.all().length;
  world.backend.sendText(world.identity, JSON.stringify([2, `raw${before}`, 'TriggerMessage', payload]));
  await world.pass(world.kind === 'virtual' ? 1_000 : 4_000);
  const answer = world.backend.frames
    .all()
    .slice(before)
    .find(({ direction }) => direction === 'in');
  const [type, , content] = JSON.parse(answer?.text ?? '[]') as [number, string, unknown];
  return [type, content];
}

scenario(
  'a triggered status tells the present one at once, though MinimumStatusDuration holds it back (TR-04, fault 40)',
  { only: 'virtual' },
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    await changeKey(world, 'MinimumStatusDuration', '30');
    await world.sim({ action: 'plug', evse: 1 });
    await world.pass(5_000);
    assert.equal(world.calls('StatusNotification').length, 3, 'held back');
    assert.deepEqual(await triggered(world, 'StatusNotification', 1), [
      'Accepted',
      'confirmation',
      'StatusNotification 1',
    ]);
    assert.equal(world.calls('StatusNotification').at(-1)?.payload['status'], 'Preparing');
    await world.pass(60_000);
    assert.equal(world.calls('StatusNotification').length, 4, 'and it is not told twice');
  },
);

scenario(
  'during a transaction MeterValues of all connectors are sent, those of the running one with its transaction (TR-02, fault 40)',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(3_000);
    const [transaction] = world.backend.ledger.transactions();
    const before = world.calls('MeterValues').length;
    await ask(world, 'TriggerMessage', { requestedMessage: 'MeterValues' });
    await world.pass(15_000);
    const sent = world
      .calls('MeterValues')
      .slice(before)
      .map(({ payload }) => payload);
    assert.deepEqual(
      [1, 2].map((place) => sent.find(({ connectorId }) => connectorId === place)?.['transactionId']),
      [transaction?.transactionId, undefined],
    );
    await endByCard(world, 1, 'CARD1');
    assert.equal(
      await askInVain(world, 'UpdateFirmware', {
        location: 'ftp://files.test/x',
        retrieveDate: '2030-01-01T00:00:00Z',
      }),
      'NotSupported',
    );
  },
);
