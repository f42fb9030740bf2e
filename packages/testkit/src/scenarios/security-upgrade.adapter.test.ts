import assert from 'node:assert/strict';
import { after } from 'node:test';

import { StrictBackend } from '../strict/strict-backend.ts';
import { CertificateAuthority } from '../tls/certificate-authority.ts';
import { OpensslAuthority } from '../tls/openssl-authority.ts';
import { scenario, type ScenarioOptions } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, registered } from './backend-steps.ts';
import {
  installRoot,
  lastAttempt,
  opens,
  profile,
  registeredAnew,
  requestedCsr,
  sendSigned,
  setKey,
} from './certificate-steps.ts';
import { endByCard, startByCard } from './steps.ts';

const backends = new CertificateAuthority(Date.now(), 'Root of backends');
const stations = new OpensslAuthority('Root of stations');
const strangers = new OpensslAuthority('Root of nobody');
after(() => {
  stations.close();
  strangers.close();
});

const key = '000102030405060708090a0b0c0d0e0fff808182';

/** A station in profile 0, at a backend that speaks ws only. */
const plain: ScenarioOptions = {
  only: 'strict',
  defaults: {
    'backend.protocol': 'ws',
    'backend.rollbackTimeout': 60,
    'backend.backoffRandomRange': 0,
    'security.cpoName': 'Ladewerk',
  },
};

/** The same at a backend that speaks ws and wss at one port and asks for certificates of stations. */
const options: ScenarioOptions = {
  ...plain,
  tls: {
    ...backends.issue({ commonName: 'backend', hosts: ['127.0.0.1'] }),
    clientCa: stations.cert,
    clientMayBeBare: true,
    plainToo: true,
  },
};

function backendOf(world: World): StrictBackend {
  assert.ok(world.backend instanceof StrictBackend);
  return world.backend;
}

async function session(world: World): Promise<void> {
  const before = world.backend.ledger.counts.transactions;
  await startByCard(world, 1, 'CARD1');
  await world.pass(2_000);
  await endByCard(world, 1, 'CARD1');
  await world.until('the session in the books', () => world.backend.ledger.counts.transactions === before + 1);
}

/** The backend sets a key, and the station comes back over a new connection. */
async function raise(world: World, name: string, value: string): Promise<void> {
  const before = opens(world);
  assert.equal(await setKey(world, name, value), 'Accepted');
  await registeredAnew(world, before);
}

/** From profile 0 to 2, with the password demanded from then on. */
async function toProfile2(world: World): Promise<void> {
  await raise(world, 'AuthorizationKey', key);
  backendOf(world).setPassword(world.identity, Buffer.from(key, 'hex'));
  await raise(world, 'SecurityProfile', '1');
  await installRoot(world, backends.cert);
  await raise(world, 'SecurityProfile', '2');
}

/** The station gets a certificate that OpenSSL has signed. */
async function certify(world: World, authority: OpensslAuthority): Promise<void> {
  const csr = await requestedCsr(world);
  assert.equal(await sendSigned(world, authority.sign(csr) + authority.cert), 'Accepted');
}

scenario(
  'one running station goes from profile 0 over 1 and 2 to 3 at a strict server, with a session in each (S-01, S-02, S-05, S-08, S-09, TC_083, TC_085, TC_086, TC_087)',
  options,
  async (world) => {
    assert.deepEqual([await profile(world), lastAttempt(world).basic], ['0', false]);
    await session(world);
    await raise(world, 'AuthorizationKey', key);
    backendOf(world).setPassword(world.identity, Buffer.from(key, 'hex'));
    await raise(world, 'SecurityProfile', '1');
    assert.deepEqual([await profile(world), lastAttempt(world).basic], ['1', true]);
    await session(world);
    await installRoot(world, backends.cert);
    await raise(world, 'SecurityProfile', '2');
    assert.deepEqual([await profile(world), new URL(lastAttempt(world).url).protocol], ['2', 'wss:']);
    await session(world);
    await certify(world, stations);
    // In profile 3 no password is sent: a backend that still wants one would refuse.
    backendOf(world).forgetPassword(world.identity);
    await raise(world, 'SecurityProfile', '3');
    assert.equal(await profile(world), '3');
    const { basic, certificate } = lastAttempt(world);
    assert.deepEqual([basic, certificate !== null], [false, true]);
    await session(world);
    const sockets = backendOf(world).clientNames;
    assert.equal(sockets.at(-1), world.calls('BootNotification')[0]?.payload['chargePointSerialNumber']);
  },
);

scenario(
  'when the server does not know who signed its certificate, the station goes back from profile 3 to 2 (S-05, S-14, TC_083)',
  options,
  async (world) => {
    await toProfile2(world);
    await certify(world, strangers);
    assert.equal(await setKey(world, 'SecurityProfile', '3'), 'Accepted');
    await world.until('an attempt with the certificate', () => lastAttempt(world).certificate !== null);
    await world.until('an attempt with the password', () => lastAttempt(world).basic, 600_000);
    await registered(world);
    assert.equal(await profile(world), '2');
    const refused = world.wire.of('connect').filter(({ request }) => request.tls?.clientCertificate !== undefined);
    assert.ok(refused.length >= 3, `${refused.length} attempts with the certificate`);
    await session(world);
  },
);

scenario(
  'when no TLS is spoken at the port, the station goes back from profile 2 to 1 (S-05, TC_083)',
  plain,
  async (world) => {
    await raise(world, 'AuthorizationKey', key);
    await raise(world, 'SecurityProfile', '1');
    await installRoot(world, backends.cert);
    assert.equal(await setKey(world, 'SecurityProfile', '2'), 'Accepted');
    await world.until('an attempt over TLS', () => lastAttempt(world).url.startsWith('wss:'));
    await world.until('an attempt without TLS', () => lastAttempt(world).url.startsWith('ws:'), 600_000);
    await registered(world);
    assert.equal(await profile(world), '1');
    const told = (): number => {
      const types = world.calls('SecurityEventNotification').map(({ payload }) => payload['type']);
      return types.filter((type) => type === 'CentralSystemFailedToAuthenticate').length;
    };
    await world.until('the security event', () => told() > 0);
    await world.pass(2_000);
    assert.equal(told(), 1, 'once for the series');
  },
);

scenario(
  'in profile 3 a new certificate that the server refuses gives way to the old one (S-09, S-14)',
  options,
  async (world) => {
    await toProfile2(world);
    await certify(world, stations);
    backendOf(world).forgetPassword(world.identity);
    await raise(world, 'SecurityProfile', '3');
    const { certificate } = lastAttempt(world);
    await certify(world, strangers);
    await world.until('the new certificate to be tried', () => lastAttempt(world).certificate !== certificate);
    await world.until('the old one again', () => lastAttempt(world).certificate === certificate, 600_000);
    await registered(world);
    assert.equal(await profile(world), '3');
  },
);

scenario('its own certificate cannot be deleted (S-13)', plain, async (world) => {
  const certificate = stations.sign(await requestedCsr(world));
  assert.equal(await sendSigned(world, certificate), 'Accepted');
  const certificateHashData = stations.hashData(certificate);
  assert.equal((await ask(world, 'DeleteCertificate', { certificateHashData }))['status'], 'Failed');
  const other = { ...certificateHashData, serialNumber: '1234' };
  assert.equal((await ask(world, 'DeleteCertificate', { certificateHashData: other }))['status'], 'NotFound');
});
