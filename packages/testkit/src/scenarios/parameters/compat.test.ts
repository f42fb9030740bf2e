import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, attemptedUrls, changeKey, delivered, happenedAfter, readKey, registered } from '../backend-steps.ts';
import { endByCard, leave, startByCard } from '../steps.ts';

/** The connection is torn down, and the station comes back. */
async function reconnect(world: World): Promise<void> {
  const before = world.backend.attempts.length;
  world.backend.disconnect(world.identity, { drop: true });
  await world.until('a new connection', () => world.backend.attempts.length > before);
  await registered(world);
  await world.pass(2_000);
}

/** The CALLs of the newest connection. */
function callsOfNewestConnection(world: World): readonly { readonly action: string; readonly connectorId: unknown }[] {
  const all = world.calls();
  const newest = all.at(-1)?.connection;
  return all
    .filter(({ connection }) => connection === newest)
    .map(({ action, payload }) => ({ action, connectorId: payload['connectorId'] }));
}

scenario(
  'compat.endpointApply: quiet applies a new address 30 s after the last change, without Reset',
  {},
  async (world) => {
    await changeKey(world, 'EndpointApply', 'quiet');
    await changeKey(world, 'BackendPath', 'first', 'RebootRequired');
    await world.pass(10_000);
    await changeKey(world, 'BackendPath', 'second', 'RebootRequired');
    const changedMs = world.time.monotonicMs();
    await world.until('the new address to be tried', () => attemptedUrls(world).length === 2);
    const [, attempt] = world.wire.of('connect');
    happenedAfter(world, ((attempt?.atMs ?? 0) - changedMs) / 1000, 30, 'the new address was tried');
    assert.equal(new URL(attempt?.request.url ?? '').pathname, '/second/CS-1');
    await registered(world);
  },
);

scenario(
  'compat.endpointApply: reset, a new address that the backend wrote is tried after a restart of any kind (K-03)',
  { only: 'virtual' },
  async (world) => {
    await changeKey(world, 'BackendPath', 'moved', 'RebootRequired');
    await world.pass(120_000);
    assert.equal(attemptedUrls(world).length, 1);
    await world.powerCycle();
    await world.until('the new address to be tried', () => attemptedUrls(world).at(-1)?.includes('/moved/') === true);
    await registered(world);
  },
);

const parked = { 'traffic.transactionMessageAttempts': 1, 'metering.sampleInterval': 5 } as const;

scenario(
  'compat.orphanTransactions: minusOne, what follows a refused Start goes once with −1',
  { only: 'virtual', defaults: parked, allow: { ledger: ['stopWithoutStart', 'meterValuesWithoutStart'] } },
  async (world) => {
    await changeKey(world, 'OrphanTransactions', 'minusOne');
    world.backend.checker.expect({ orphanTransactions: true });
    world.backend.setRules([{ on: { action: 'StartTransaction' }, do: { callError: { code: 'InternalError' } } }]);
    await startByCard(world, 1, 'CARD1');
    await world.pass(12_000);
    await endByCard(world, 1, 'CARD1');
    await world.pass(60_000);
    const followers = world.calls().filter(({ action }) => action === 'MeterValues' || action === 'StopTransaction');
    assert.deepEqual(
      followers.map(({ action }) => action),
      ['MeterValues', 'MeterValues', 'StopTransaction'],
    );
    assert.deepEqual(new Set(followers.map(({ payload }) => payload['transactionId'])), new Set([-1]));
  },
);

scenario(
  'compat.orphanTransactions: park, what follows a refused Start waits with it',
  { only: 'virtual', defaults: parked, allow: { books: { parkedResends: true } } },
  async (world) => {
    world.backend.checker.expect({ parkedResends: true, finishingMayOvertake: true });
    world.backend.setRules([
      { on: { action: 'StartTransaction', times: 1 }, do: { callError: { code: 'InternalError' } } },
    ]);
    await startByCard(world, 1, 'CARD1');
    await world.pass(12_000);
    await endByCard(world, 1, 'CARD1');
    await world.pass(60_000);
    assert.deepEqual(world.calls('StopTransaction'), []);
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.until('the bundle to be delivered', () => world.status().outbox.parked === 0);
    await delivered(world);
    assert.equal(world.backend.ledger.transactions()[0]?.stops.length, 1);
  },
);

scenario(
  'compat.statusOnReconnect: all, every connector is reported after a mere reconnect (T-22, N-07)',
  {},
  async (world) => {
    await world.pass(2_000);
    await reconnect(world);
    assert.deepEqual(
      callsOfNewestConnection(world).map(({ connectorId }) => connectorId),
      [0, 1, 2],
    );
  },
);

scenario(
  'compat.statusOnReconnect: changed, only what changed meanwhile is reported (T-22, N-07)',
  {},
  async (world) => {
    await changeKey(world, 'StatusOnReconnect', 'changed');
    await world.pass(2_000);
    await world.cutLink();
    await world.sim({ action: 'plug', evse: 2 });
    await world.restoreLink();
    await registered(world);
    await world.pass(2_000);
    assert.deepEqual(callsOfNewestConnection(world), [{ action: 'StatusNotification', connectorId: 2 }]);
    await leave(world, 2);
  },
);

for (const [value, boots] of [
  ['true', 2],
  ['false', 1],
  ['onDemand', 1],
] as const) {
  scenario(
    `compat.bootOnReconnect: ${value}, ${boots - 1} BootNotification after a mere reconnect`,
    {},
    async (world) => {
      await changeKey(world, 'BootOnReconnect', value === 'true' ? 'false' : 'true');
      await changeKey(world, 'BootOnReconnect', value);
      await reconnect(world);
      assert.equal(world.calls('BootNotification').length, boots);
    },
  );
}

for (const [value, boots] of [
  ['onDemand', 2],
  ['false', 1],
] as const) {
  scenario(
    `compat.bootOnReconnect: ${value}, a SecurityError to a CALL is followed by ${boots - 1} BootNotification`,
    { only: 'virtual', defaults: { 'traffic.transactionMessageRetryInterval': 5 } },
    async (world) => {
      await changeKey(world, 'BootOnReconnect', value === 'false' ? 'true' : 'false');
      await changeKey(world, 'BootOnReconnect', value);
      await reconnect(world);
      world.backend.setRules([
        { on: { action: 'StartTransaction', times: 1 }, do: { callError: { code: 'SecurityError' } } },
      ]);
      await startByCard(world, 1, 'CARD1');
      await world.until('StartTransaction to be repeated', () => world.calls('StartTransaction').length === 2);
      assert.equal(world.calls('BootNotification').length, boots);
      await delivered(world);
      await endByCard(world, 1, 'CARD1');
    },
  );
}

scenario(
  'compat.keyValueStyle: numeric writes truth values as 0 and 1; both are accepted (K-04)',
  {},
  async (world) => {
    const key = 'AuthorizationCacheEnabled';
    assert.equal((await readKey(world, key))?.['value'], 'true');
    await changeKey(world, 'KeyValueStyle', 'numeric');
    assert.equal((await readKey(world, key))?.['value'], '1');
    await changeKey(world, key, '0');
    assert.deepEqual(await ask(world, 'ChangeConfiguration', { key, value: 'true' }), { status: 'Accepted' });
    assert.equal((await readKey(world, key))?.['value'], '1');
    await changeKey(world, 'KeyValueStyle', 'standard');
    await changeKey(world, key, 'false');
  },
);
