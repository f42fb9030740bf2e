import assert from 'node:assert/strict';

import { createMemoryStore, VirtualTime } from '@kerbside/station';

import { basicPassword } from '../csms/basic-auth.ts';
import { readRequest } from '../tls/certificate-request.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, registered } from './backend-steps.ts';
import {
  authoritiesFor,
  certify,
  lastAttempt,
  opens,
  registeredAnew,
  requestedCsr,
  sendSigned,
  setKey,
  untilMade,
} from './certificate-steps.ts';

const dayMs = 86_400_000;
const overTls = { 'backend.protocol': 'wss' } as const;
const operator = { 'security.cpoName': 'Ladewerk Süd' } as const;

/** The techInfo of the security events of one type, once there are so many. */
async function securityEvents(world: World, type: string, count: number): Promise<readonly unknown[]> {
  const told = (): readonly unknown[] =>
    world
      .calls('SecurityEventNotification')
      .filter(({ payload }) => payload['type'] === type)
      .map(({ payload }) => payload['techInfo']);
  await world.until(`${count} × ${type}`, () => told().length >= count);
  assert.equal(told().length, count);
  return told();
}

/** The station logs in with a certificate of its own. */
async function inProfile3(
  world: World,
): Promise<{ readonly certificate: string; readonly authorities: ReturnType<typeof authoritiesFor> }> {
  const authorities = authoritiesFor(world);
  const certificate = await certify(world, authorities.stations);
  const before = opens(world);
  await world.configure({ 'security.useClientCertificate': 'true' });
  await world.station.applyEndpoint(true);
  await registeredAnew(world, before);
  assert.equal(lastAttempt(world).certificate, certificate);
  return { certificate, authorities };
}

scenario(
  'triggered, it confirms and then asks for a certificate with a key of its own, its serial number and CpoName (S-07, S-08, TC_074)',
  {},
  async (world) => {
    assert.equal(await setKey(world, 'CpoName', 'Ladewerk Süd'), 'Accepted');
    const csr = await requestedCsr(world);
    assert.ok(csr.length <= 5500);
    const request = readRequest(csr);
    assert.deepEqual(
      [request.commonName, request.organization, request.verified],
      [world.calls('BootNotification')[0]?.payload['chargePointSerialNumber'], 'Ladewerk Süd', true],
    );
    assert.equal(request.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
    const again = readRequest(await requestedCsr(world));
    assert.ok(!again.publicKey.equals(request.publicKey), 'another key');
    const { stations } = authoritiesFor(world);
    const before = opens(world);
    assert.equal(await sendSigned(world, stations.signRequest(csr)), 'Accepted', 'the first one is still open');
    await world.pass(3_000);
    assert.equal(opens(world), before, 'it is not used below profile 3');
    assert.equal(world.calls('SignCertificate').length, 2);
  },
);

scenario(
  'in profile 3 the station comes back with the new certificate after the confirmation, and needs the old one no more (S-09, TC_074, TC_087)',
  { only: 'virtual', defaults: { ...overTls, ...operator } },
  async (world) => {
    const { authorities } = await inProfile3(world);
    const before = opens(world);
    const renewed = await certify(world, authorities.stations);
    assert.equal(opens(world), before, 'confirmed over the old connection');
    await registeredAnew(world, before);
    assert.equal(lastAttempt(world).certificate, renewed);
    assert.equal(lastAttempt(world).basic, false);
    await world.powerCycle();
    await registered(world);
    assert.equal(lastAttempt(world).certificate, renewed);
  },
);

scenario(
  'a new certificate that the backend refuses gives way to the old one, with a security event (S-09)',
  { only: 'virtual', defaults: overTls },
  async (world) => {
    const { certificate, authorities } = await inProfile3(world);
    world.backend.setRules([{ on: { action: '@connect', times: 3 }, do: { refuseUpgrade: { status: 403 } } }]);
    const renewed = await certify(world, authorities.stations);
    await world.until('the new certificate to be tried', () => lastAttempt(world).certificate === renewed);
    await world.until(
      'the old certificate to be used again',
      () => lastAttempt(world).certificate === certificate,
      600_000,
    );
    await registered(world);
    const tried = world.wire
      .of('connect')
      .filter(({ request }) => request.tls?.clientCertificate?.certificate === renewed);
    assert.equal(tried.length, 3);
    const [detail] = await securityEvents(world, 'InvalidChargePointCertificate', 1);
    assert.match(String(detail), /one before is used again/);
    await world.powerCycle();
    await registered(world);
    assert.equal(lastAttempt(world).certificate, certificate);
  },
);

scenario(
  'a certificate with anything wrong is Rejected with a security event, and the right one is taken afterwards (S-09, TC_077)',
  { defaults: operator },
  async (world) => {
    const { stations } = authoritiesFor(world);
    const nowMs = world.time.systemWallMs();
    const csr = await requestedCsr(world);
    const bad = [
      stations.issue({ commonName: 'SIM-1' }).cert,
      stations.signRequest(csr, { commonName: 'somebody else' }),
      stations.signRequest(csr, { organization: 'Other operator' }),
      'no certificate at all',
    ];
    for (const chain of bad) assert.equal(await sendSigned(world, chain), 'Rejected', chain.slice(0, 60));
    const expired = stations.signRequest(csr, { notBeforeMs: nowMs - 20 * dayMs, notAfterMs: nowMs - 10 * dayMs });
    assert.equal(await sendSigned(world, expired), 'Rejected');
    const told = await securityEvents(world, 'InvalidChargePointCertificate', bad.length + 1);
    assert.match(String(told[0]), /no key of this station/);
    assert.match(String(told.at(-1)), /expired/);
    assert.equal(await sendSigned(world, stations.signRequest(csr) + stations.cert), 'Accepted');
    assert.equal(
      await sendSigned(world, stations.signRequest(csr) + stations.cert),
      'Accepted',
      'renewed for the same key',
    );
  },
);

scenario('a certificate that nobody asked for is Rejected (S-09, TC_077)', {}, async (world) => {
  const { stations } = authoritiesFor(world);
  assert.equal(await sendSigned(world, stations.issue({ commonName: 'SIM-1' }).cert), 'Rejected');
  await securityEvents(world, 'InvalidChargePointCertificate', 1);
});

scenario(
  'a request that the backend rejects is repeated with growing waits (S-08)',
  { only: 'virtual' },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'SignCertificate', times: 2 }, do: { answer: { replace: { status: 'Rejected' } } } },
    ]);
    const csr = await requestedCsr(world);
    await world.pass(200_000);
    const sent = world.calls('SignCertificate');
    assert.deepEqual(
      sent.map(({ payload }) => payload['csr']),
      [csr, csr, csr],
    );
    const gaps = sent.slice(1).map(({ atMs }, index) => Math.round((atMs - (sent[index]?.atMs ?? 0)) / 1000));
    assert.deepEqual(gaps, [60, 120]);
    await world.pass(12 * 3_600_000);
    assert.equal(world.calls('SignCertificate').length, 3, 'taken: the certificate is waited for');
  },
);

scenario('what was confirmed is asked for after a power failure too (S-08)', { only: 'virtual' }, async (world) => {
  world.backend.setRules([{ on: { action: 'SignCertificate', times: 1 }, do: { noAnswer: {} } }]);
  const csr = await requestedCsr(world);
  await world.powerCycle();
  await registered(world);
  await untilMade(world, 'the request again', () => world.calls('SignCertificate').length === 2);
  assert.equal(world.calls('SignCertificate')[1]?.payload['csr'], csr, 'its key survived');
  assert.equal(await sendSigned(world, authoritiesFor(world).stations.signRequest(csr)), 'Accepted');
});

scenario(
  'a month before its end the station asks for a new certificate by itself, once (S-10)',
  { only: 'virtual', defaults: operator },
  async (world) => {
    const { stations } = authoritiesFor(world);
    const nowMs = world.time.systemWallMs();
    const csr = await requestedCsr(world);
    const ends = { notBeforeMs: nowMs - 300 * dayMs, notAfterMs: nowMs + 32 * dayMs };
    assert.equal(await sendSigned(world, stations.signRequest(csr, ends)), 'Accepted');
    await world.pass(1.9 * dayMs);
    assert.equal(world.calls('SignCertificate').length, 1);
    await world.pass(0.2 * dayMs);
    await untilMade(world, 'the renewal', () => world.calls('SignCertificate').length === 2);
    for (let turn = 0; turn < 3; turn += 1) {
      await world.cutLink();
      await world.restoreLink();
      await registered(world);
      await world.pass(60_000);
    }
    assert.equal(world.calls('SignCertificate').length, 2, 'not at each connection');
    const renewal = String(world.calls('SignCertificate')[1]?.payload['csr']);
    assert.equal(await sendSigned(world, stations.signRequest(renewal)), 'Accepted');
    await world.pass(5 * dayMs);
    assert.equal(world.calls('SignCertificate').length, 2, 'the new one is good for a year');
  },
);

scenario('a clock that becomes valid only later brings the renewal then (S-10)', { only: 'virtual' }, async (world) => {
  assert.ok(world.time instanceof VirtualTime);
  const { stations } = authoritiesFor(world);
  const nowMs = world.time.systemWallMs();
  const csr = await requestedCsr(world);
  const ends = { notBeforeMs: nowMs - 300 * dayMs, notAfterMs: nowMs + 32 * dayMs };
  assert.equal(await sendSigned(world, stations.signRequest(csr, ends)), 'Accepted');
  world.time.setSystemWallMs(0);
  world.backend.configure({ clockOffsetMs: nowMs + 5 * dayMs });
  await world.powerCycle();
  await registered(world);
  await untilMade(world, 'the renewal', () => world.calls('SignCertificate').length === 2);
});

scenario(
  'in profile 3 a new AuthorizationKey is kept for later, without a new connection (S-02, S-04)',
  { only: 'virtual', defaults: { ...overTls, 'backend.authorizationKey': 'typed on site' } },
  async (world) => {
    await inProfile3(world);
    const before = opens(world);
    const key = '00'.repeat(10) + 'ff'.repeat(10);
    assert.equal(await setKey(world, 'AuthorizationKey', key), 'Accepted');
    world.backend.setRules([{ on: { action: '@connect' }, do: { refuseTcp: {} } }]);
    await world.pass(30_000);
    assert.equal(opens(world), before);
    world.backend.disconnect(world.identity);
    await world.pass(2_000_000);
    world.backend.setRules([]);
    await registeredAnew(world, before);
    assert.equal(lastAttempt(world).basic, false);
    await world.configure({ 'security.useClientCertificate': 'false' });
    await world.station.applyEndpoint(true);
    await registeredAnew(world, before + 1);
    const { authorization = '' } = world.wire.of('connect').at(-1)?.request ?? {};
    assert.deepEqual(basicPassword(authorization, world.identity), Buffer.from(key, 'hex'), 'no failure was its fault');
  },
);

const store = createMemoryStore();

/** How many private keys the store has. */
async function storedKeys(world: World): Promise<number> {
  const documents = await store.readDocuments(world.identity, 'security');
  return JSON.stringify([...documents.values()]).split('BEGIN PRIVATE KEY').length - 1;
}

scenario(
  'private keys are in the store only, and go when they are not needed any more (S-07)',
  { only: 'virtual', defaults: overTls, store },
  async (world) => {
    const { authorities } = await inProfile3(world);
    assert.equal(await storedKeys(world), 1);
    const before = opens(world);
    await certify(world, authorities.stations);
    assert.equal(await storedKeys(world), 2, 'the old one is kept until the new one has proven itself');
    await registeredAnew(world, before);
    await world.pass(1_000);
    assert.equal(await storedKeys(world), 1);
    const keys = (await ask(world, 'GetConfiguration'))['configurationKey'];
    const { parameters } = world.station;
    const shown = [world.status(), keys, parameters.viewAll('manufacturer'), parameters.exportJson({ secrets: true })];
    const frames = world.backend.frames.all().map(({ text }) => text);
    assert.ok(!JSON.stringify([shown, frames]).includes('PRIVATE'), 'no private key');
  },
);
