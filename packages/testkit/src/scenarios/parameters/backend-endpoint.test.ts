import assert from 'node:assert/strict';

import { basicPassword } from '../../csms/basic-auth.ts';
import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import {
  ask,
  attemptedUrls,
  changeKey,
  delivered,
  happenedAfter,
  readKey,
  registered,
  reset,
} from '../backend-steps.ts';
import { startByCard } from '../steps.ts';

function lastUrl(world: World): string | undefined {
  return attemptedUrls(world).at(-1);
}

/** The address of the world's backend, whatever the world is made of. */
function origin(world: World): string {
  return new URL(attemptedUrls(world)[0] ?? '').origin.replace('null', '');
}

scenario(
  'backend.communicationType: off makes no attempt at all, ocpp1.6 offers that sub-protocol (T-03)',
  { unregistered: true, defaults: { 'backend.communicationType': 'off' } },
  async (world) => {
    await world.pass(20_000);
    assert.deepEqual(attemptedUrls(world), []);
    await world.configure({ 'backend.communicationType': 'ocpp1.6' });
    await world.station.applyEndpoint(false);
    await registered(world);
    assert.deepEqual(world.backend.attempts[0]?.subProtocols, ['ocpp1.6']);
  },
);

scenario(
  'backend.communicationType: auto offers what is built; the backend cannot switch it off (T-03)',
  {},
  async (world) => {
    await changeKey(world, 'OCPPMode', 'off', 'Rejected');
    await changeKey(world, 'OCPPMode', 'ocpp2.1', 'Rejected');
    await changeKey(world, 'OCPPMode', 'auto', 'RebootRequired');
    await reset(world);
    await registered(world);
    assert.deepEqual(world.backend.attempts.at(-1)?.subProtocols, ['ocpp1.6']);
  },
);

scenario(
  'backend.communicationType: switched off on site, the socket is closed and none is opened',
  {},
  async (world) => {
    await world.configure({ 'backend.communicationType': 'off' });
    await world.station.applyEndpoint(true);
    await world.until('the socket to be closed', () => !world.backend.online(world.identity));
    await world.pass(30_000);
    assert.equal(attemptedUrls(world).length, 1);
  },
);

scenario(
  'backend.host: staged over OCPP, it is in the URL of the attempt after Reset',
  { only: 'virtual' },
  async (world) => {
    await changeKey(world, 'BackendHost', 'other.test', 'RebootRequired');
    await world.pass(120_000);
    assert.deepEqual(attemptedUrls(world), ['ws://backend.test/CS-1'], 'staged values wait for Reset');
    await reset(world);
    await registered(world);
    assert.deepEqual(attemptedUrls(world), ['ws://backend.test/CS-1', 'ws://other.test/CS-1']);
    assert.equal(world.calls('BootNotification').length, 2, 'a new endpoint is registered at anew');
  },
);

scenario(
  'backend.host: a new one waits until the transaction is over and delivered',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await changeKey(world, 'BackendHost', 'other.test', 'RebootRequired');
    await world.station.applyEndpoint(false);
    await world.pass(60_000);
    assert.equal(lastUrl(world), 'ws://backend.test/CS-1');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the new host to be tried', () => lastUrl(world) === 'ws://other.test/CS-1');
    assert.equal(world.backend.ledger.transactions()[0]?.stops.length, 1);
    await registered(world);
  },
);

scenario('backend.port: it is in the URL of the attempt after Reset', { only: 'virtual' }, async (world) => {
  await changeKey(world, 'BackendPort', '8123', 'RebootRequired');
  await reset(world);
  await registered(world);
  assert.equal(lastUrl(world), 'ws://backend.test:8123/CS-1');
});

scenario('backend.protocol: wss after Reset, with strict verification', { only: 'virtual' }, async (world) => {
  assert.equal(world.wire.of('connect')[0]?.request.tls, undefined);
  await changeKey(world, 'BackendProtocol', 'wss', 'RebootRequired');
  await reset(world);
  await registered(world);
  const request = world.wire.of('connect').at(-1)?.request;
  assert.equal(request?.url, 'wss://backend.test/CS-1');
  assert.equal(request?.tls?.verification, 'strict');
});

scenario('backend.path: one slash between the parts, whatever was typed (T-01)', {}, async (world) => {
  await changeKey(world, 'BackendPath', 'ocpp/steve', 'RebootRequired');
  await reset(world);
  await registered(world);
  assert.equal(lastUrl(world), `${origin(world).replace('http', 'ws')}/ocpp/steve/CS-1`);
  await world.configure({ 'backend.path': '/slashes/' });
  await world.station.applyEndpoint(false);
  await world.until('the next path to be tried', () => attemptedUrls(world).length === 3);
  assert.equal(new URL(lastUrl(world) ?? '').pathname, '/slashes/CS-1');
  await registered(world);
});

scenario(
  'backend.identity: the last segment of the URL and the name at the backend, special characters and all (T-01)',
  {},
  async (world) => {
    const identity = 'Säule 7|50%';
    await changeKey(world, 'ChargePointId', identity, 'RebootRequired');
    await reset(world);
    await world.until(
      'the new identity to register',
      () => world.backend.frames.calls('BootNotification', identity).length > 0,
    );
    await registered(world);
    assert.ok(lastUrl(world)?.endsWith('/S%C3%A4ule%207%7C50%25'), lastUrl(world));
    assert.ok(world.backend.online(identity));
    assert.ok(!world.backend.online(world.identity));
  },
);

scenario(
  'backend.authorizationKey: the next connection carries the password, and no key shows it',
  {},
  async (world) => {
    const password = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const { status } = await ask(world, 'ChangeConfiguration', {
      key: 'AuthorizationKey',
      value: password.toString('hex').toUpperCase(),
    });
    assert.equal(status, 'Accepted');
    await world.until('a new connection', () => world.backend.attempts.length === 2);
    await registered(world);
    assert.deepEqual(
      world.backend.attempts.map(({ authorized }) => authorized),
      [false, true],
    );
    const { authorization = '' } = world.wire.of('connect')[1]?.request ?? {};
    assert.deepEqual(basicPassword(authorization, world.identity), password);
    assert.equal((await readKey(world, 'AuthorizationKey'))?.['value'], undefined);
  },
);

scenario('backend.passwordEncoding: the same digits as text or as bytes', {}, async (world) => {
  const digits = '00112233445566778899aabbccddeeff';
  const sent = (): Buffer | undefined =>
    basicPassword(world.wire.of('connect').at(-1)?.request.authorization ?? '', world.identity);
  await world.configure({ 'backend.authorizationKey': digits });
  await world.until('a connection with password', () => world.backend.attempts.length === 2);
  await registered(world);
  assert.deepEqual(sent(), Buffer.from(digits), 'auto: typed on site it is text');
  await world.configure({ 'backend.passwordEncoding': 'hex' });
  await world.until('a connection with the bytes', () => world.backend.attempts.length === 3);
  await registered(world);
  assert.deepEqual(sent(), Buffer.from(digits, 'hex'));
});

scenario('backend.proxy: attempts go through it after Reset', { only: 'virtual' }, async (world) => {
  assert.equal(world.wire.of('connect')[0]?.request.proxy, undefined);
  await changeKey(world, 'BackendProxy', 'proxy.test:3128', 'RebootRequired');
  await reset(world);
  await registered(world);
  assert.equal(world.wire.of('connect').at(-1)?.request.proxy, 'proxy.test:3128');
});

scenario(
  'backend.compression: a change reconnects at once and offers it (T-25)',
  { only: 'virtual' },
  async (world) => {
    const { status } = await ask(world, 'ChangeConfiguration', { key: 'WebSocketCompression', value: 'true' });
    assert.equal(status, 'Accepted');
    await world.until('a new connection', () => world.backend.attempts.length === 2);
    await registered(world);
    assert.deepEqual(
      world.wire.of('connect').map(({ request }) => request.compression),
      [false, true],
    );
  },
);

scenario(
  'backend.rollbackTimeout: a wrong address is given up after it, and the last good one is back',
  { only: 'virtual' },
  async (world) => {
    await changeKey(world, 'BackendRollbackTimeout', '120');
    await changeKey(world, 'BackendHost', 'wrong.test', 'RebootRequired');
    world.backend.setRules([{ on: { action: '@connect' }, do: { refuseTcp: {} } }]);
    await reset(world);
    const appliedMs = world.time.monotonicMs();
    await world.until('the last good host to be tried again', () => lastUrl(world) === 'ws://backend.test/CS-1');
    happenedAfter(world, (world.time.monotonicMs() - appliedMs) / 1000, 120, 'the roll-back came');
    const wrong = attemptedUrls(world).filter((url) => url === 'ws://wrong.test/CS-1');
    assert.ok(wrong.length >= 3, `${wrong.length} attempts at the new host`);
    world.backend.setRules([]);
    await registered(world);
    await delivered(world);
    assert.equal((await readKey(world, 'BackendHost'))?.['value'], 'backend.test');
  },
);
