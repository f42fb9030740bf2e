import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '@kerbside/station';

import { createCrashableStore } from '../crashable-store.ts';
import { basicPassword } from '../csms/basic-auth.ts';
import { scenario } from '../world/scenario.ts';
import { createVirtualWorld } from '../world/virtual-world.ts';
import type { World } from '../world/world.ts';
import { attemptedUrls, readKey, registered, reset } from './backend-steps.ts';
import {
  authoritiesFor,
  certify,
  installRoot,
  lastAttempt,
  opens,
  profile,
  registeredAnew,
  setKey,
} from './certificate-steps.ts';
import { endByCard, startByCard } from './steps.ts';

const key = '00112233445566778899AABBCCDDEEFF00FF80C1';
const bytes = Buffer.from(key, 'hex');

/** The backend sets the key, and the station comes back with it. */
async function withKey(world: World): Promise<void> {
  const before = opens(world);
  assert.equal(await setKey(world, 'AuthorizationKey', key), 'Accepted');
  await registeredAnew(world, before);
}

const profileOnly = 'changed: security.profile';

/** What the security events say of changed settings; never their values. */
function reconfigurations(world: World): readonly unknown[] {
  return world
    .calls('SecurityEventNotification')
    .filter(({ payload }) => payload['type'] === 'ReconfigurationOfSecurityParameters')
    .map(({ payload }) => payload['techInfo']);
}

async function session(world: World): Promise<void> {
  const before = world.backend.ledger.counts.transactions;
  await startByCard(world, 1, 'CARD1');
  await world.pass(2_000);
  await endByCard(world, 1, 'CARD1');
  await world.until('the session in the books', () => world.backend.ledger.counts.transactions === before + 1);
}

scenario(
  'profile 0 sends no Basic header, and a key of 40 digits goes out as its 20 bytes behind the identity (S-01, S-02, TC_085, fault 45)',
  {},
  async (world) => {
    assert.equal(await profile(world), '0');
    assert.equal(lastAttempt(world).basic, false);
    await withKey(world);
    const { authorization = '' } = world.wire.of('connect').at(-1)?.request ?? {};
    assert.deepEqual(basicPassword(authorization, world.identity), bytes);
    assert.equal(await profile(world), '1');
  },
);

scenario(
  'a new AuthorizationKey is confirmed first, then the station closes and comes back with it (S-04, TC_073)',
  {},
  async (world) => {
    const { backend } = world;
    await withKey(world);
    const frames = backend.frames.all(world.identity);
    const answered = frames.findLastIndex(({ direction, text }) => direction === 'in' && text.includes('"Accepted"'));
    assert.ok(answered >= 0);
    const second = '0102030405060708090a0b0c0d0e0f10';
    const before = opens(world);
    assert.equal(await setKey(world, 'AuthorizationKey', second), 'Accepted');
    assert.equal(opens(world), before, 'the answer came over the old connection');
    await registeredAnew(world, before);
    assert.equal(world.wire.of('close').at(-1)?.code, 1000);
    const { authorization = '' } = world.wire.of('connect').at(-1)?.request ?? {};
    assert.deepEqual(basicPassword(authorization, world.identity), Buffer.from(second, 'hex'));
    await world.until('the security events', () => reconfigurations(world).length === 2);
    assert.deepEqual(reconfigurations(world), [
      'changed: backend.authorizationKey, security.profile',
      'changed: backend.authorizationKey',
    ]);
  },
);

scenario('what is no key is Rejected, and nobody can read one (S-03)', {}, async (world) => {
  await withKey(world);
  const before = opens(world);
  for (const bad of ['', 'aa', 'a'.repeat(31), 'a'.repeat(33), 'a'.repeat(42), 'g'.repeat(32), `0x${'a'.repeat(32)}`])
    assert.equal(await setKey(world, 'AuthorizationKey', bad), 'Rejected', bad);
  assert.deepEqual(await readKey(world, 'AuthorizationKey'), { key: 'AuthorizationKey', readonly: false });
  await world.pass(5_000);
  assert.equal(opens(world), before, 'nothing changed');
  const exported = JSON.stringify([world.station.parameters.exportJson(), world.status()]);
  assert.ok(!exported.toLowerCase().includes(key.toLowerCase()));
});

scenario(
  'a key that the backend does not know after all gives way to the old one (S-04, fault 45)',
  { only: 'virtual' },
  async (world) => {
    await withKey(world);
    const wrong = 'ff'.repeat(20);
    assert.equal(await setKey(world, 'AuthorizationKey', wrong), 'Accepted');
    world.backend.setRules([{ on: { action: '@connect' }, do: { refuseUpgrade: { status: 401 } } }]);
    const startedMs = world.time.monotonicMs();
    const sent = (): Buffer | undefined =>
      basicPassword(world.wire.of('connect').at(-1)?.request.authorization ?? '', world.identity);
    await world.until('the new key to be tried', () => sent()?.equals(Buffer.from(wrong, 'hex')) === true);
    await world.until('the old key to be tried again', () => sent()?.equals(bytes) === true, 3_600_000);
    assert.ok(world.time.monotonicMs() - startedMs >= 900_000, 'it had its time to prove itself');
    world.backend.setRules([]);
    await registered(world);
    assert.equal(await profile(world), '1');
  },
);

scenario(
  'SecurityProfile is refused without what it needs, and never goes down (S-01, S-05, TC_084)',
  {},
  async (world) => {
    for (const value of ['1', '2', '3', '0', '4', '-1', 'two', ''])
      assert.equal(await setKey(world, 'SecurityProfile', value), 'Rejected', value);
    await withKey(world);
    const before = opens(world);
    for (const value of ['0', '2', '3']) assert.equal(await setKey(world, 'SecurityProfile', value), 'Rejected', value);
    assert.equal(await setKey(world, 'BackendProtocol', 'ws'), 'RebootRequired', 'what it is already');
    assert.equal(await profile(world), '1');
    await world.pass(5_000);
    assert.equal(opens(world), before, 'nothing changed');
  },
);

scenario(
  'after its own AuthorizationKey the backend asks for profile 1 once, and gets a new connection (S-05, TC_083)',
  {},
  async (world) => {
    await withKey(world);
    const before = opens(world);
    assert.equal(await setKey(world, 'SecurityProfile', '1'), 'Accepted');
    await registeredAnew(world, before);
    assert.equal(await setKey(world, 'SecurityProfile', '1'), 'Rejected', 'it is 1 by now');
  },
);

scenario(
  'where the password was set on site, the same profile again is Rejected (S-05, TC_084)',
  { defaults: { 'backend.authorizationKey': 'typed on site' } },
  async (world) => {
    assert.equal(await profile(world), '1');
    assert.equal(await setKey(world, 'SecurityProfile', '1'), 'Rejected');
    await withKey(world);
    assert.equal(await setKey(world, 'SecurityProfile', '1'), 'Rejected', 'a new key raises nothing here');
  },
);

scenario(
  'from 0 to 3 on one running station, with a session in each (S-01, S-05, S-08, S-09, TC_083, TC_086, TC_087)',
  { only: 'virtual' },
  async (world) => {
    const { backends, stations } = authoritiesFor(world);
    await session(world);
    await withKey(world);
    await session(world);
    await installRoot(world, backends.cert);
    let before = opens(world);
    assert.equal(await setKey(world, 'SecurityProfile', '2'), 'Accepted');
    await registeredAnew(world, before);
    assert.deepEqual(lastAttempt(world), { url: 'wss://backend.test/CS-1', basic: true, certificate: null });
    assert.equal(world.calls('BootNotification').length, 2, 'registered anew over TLS');
    assert.equal(await profile(world), '2');
    await session(world);
    assert.equal(await setKey(world, 'SecurityProfile', '3'), 'Rejected', 'no certificate yet');
    const certificate = await certify(world, stations);
    before = opens(world);
    assert.equal(await setKey(world, 'SecurityProfile', '3'), 'Accepted');
    await registeredAnew(world, before);
    assert.deepEqual(lastAttempt(world), { url: 'wss://backend.test/CS-1', basic: false, certificate });
    assert.equal(world.calls('BootNotification').length, 3);
    assert.equal(await profile(world), '3');
    await session(world);
    for (const lower of ['0', '1', '2', '3']) assert.equal(await setKey(world, 'SecurityProfile', lower), 'Rejected');
    assert.equal(await setKey(world, 'BackendProtocol', 'ws'), 'Rejected');
    await world.powerCycle();
    await registered(world);
    assert.deepEqual(lastAttempt(world), { url: 'wss://backend.test/CS-1', basic: false, certificate });
    assert.equal(await profile(world), '3');
  },
);

scenario(
  'with a new address staged, the profile is applied together with it (S-05)',
  { only: 'virtual' },
  async (world) => {
    const { backends } = authoritiesFor(world);
    await withKey(world);
    await installRoot(world, backends.cert);
    assert.equal(await setKey(world, 'BackendPort', '8443'), 'RebootRequired');
    assert.equal(await setKey(world, 'SecurityProfile', '2'), 'RebootRequired');
    await world.pass(60_000);
    assert.equal(lastAttempt(world).url, 'ws://backend.test/CS-1');
    await reset(world);
    await registered(world);
    assert.equal(lastAttempt(world).url, 'wss://backend.test:8443/CS-1');
    assert.equal(await profile(world), '2');
  },
);

scenario('an explicit port stays, a default one becomes that of wss (S-05)', { only: 'virtual' }, async (world) => {
  await world.configure({ 'backend.port': '9000' });
  await world.station.applyEndpoint(true);
  await world.until('the port', () => attemptedUrls(world).at(-1) === 'ws://backend.test:9000/CS-1');
  await registered(world);
  const { backends } = authoritiesFor(world);
  await withKey(world);
  await installRoot(world, backends.cert);
  const before = opens(world);
  assert.equal(await setKey(world, 'SecurityProfile', '2'), 'Accepted');
  await registeredAnew(world, before);
  assert.equal(lastAttempt(world).url, 'wss://backend.test:9000/CS-1');
});

for (const powerCut of [false, true]) {
  scenario(
    `a profile that does not work gives way to the old one after the roll-back time${powerCut ? ', over a power failure' : ''} (S-05, TC_083)`,
    { only: 'virtual' },
    async (world) => {
      const { backends } = authoritiesFor(world);
      await withKey(world);
      assert.equal(await setKey(world, 'SecurityProfile', '1'), 'Accepted');
      await registeredAnew(world, 2);
      await installRoot(world, backends.cert);
      world.backend.setRules([{ on: { action: '@connect' }, do: { refuseTcp: {} } }]);
      assert.equal(await setKey(world, 'SecurityProfile', '2'), 'Accepted');
      const startedMs = world.time.monotonicMs();
      await world.until('an attempt over TLS', () => lastAttempt(world).url.startsWith('wss:'));
      await world.pass(60_000);
      if (powerCut) await world.powerCycle();
      await world.until('the old profile', () => lastAttempt(world).url === 'ws://backend.test/CS-1', 3_600_000);
      assert.ok(world.time.monotonicMs() - startedMs >= 900_000);
      const tried = attemptedUrls(world).filter((url) => url.startsWith('wss:')).length;
      assert.ok(tried >= 3, `${tried} attempts`);
      world.backend.setRules([]);
      await registered(world);
      assert.equal(await profile(world), '1');
      assert.equal(lastAttempt(world).basic, true);
      const told = (): readonly unknown[] => reconfigurations(world).filter((text) => text === profileOnly);
      await world.until('both changes of the profile as security events', () => told().length >= 2);
    },
  );
}

scenario(
  'a profile that would change what is pinned is Rejected (S-05)',
  { only: 'virtual', pinned: { 'backend.protocol': 'ws' } },
  async (world) => {
    await withKey(world);
    await installRoot(world, authoritiesFor(world).backends.cert);
    assert.equal(await setKey(world, 'SecurityProfile', '2'), 'Rejected');
    assert.equal(await profile(world), '1');
  },
);

test('a profile that cannot be stored is Rejected and changes nothing (S-05)', async () => {
  const store = createCrashableStore({ time: new VirtualTime() });
  const world = await createVirtualWorld({ store });
  await registered(world);
  await withKey(world);
  await installRoot(world, authoritiesFor(world).backends.cert);
  const before = opens(world);
  store.setHealth({ kind: 'full', problem: 'no space left on the device' });
  assert.equal(await setKey(world, 'SecurityProfile', '2'), 'Rejected');
  await world.pass(5_000);
  assert.deepEqual([await profile(world), opens(world)], ['1', before]);
  store.setHealth({ kind: 'ok' });
  assert.equal(await setKey(world, 'SecurityProfile', '2'), 'Accepted');
  await registeredAnew(world, before);
  await world.end();
});
