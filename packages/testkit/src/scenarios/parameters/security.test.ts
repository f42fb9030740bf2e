import assert from 'node:assert/strict';

import { readRequest } from '../../tls/certificate-request.ts';
import { scenario } from '../../world/scenario.ts';
import { changeKey, readKey, registered, reset } from '../backend-steps.ts';
import {
  authoritiesFor,
  certify,
  lastAttempt,
  opens,
  profile,
  registeredAnew,
  requestedCsr,
  sendSigned,
} from '../certificate-steps.ts';

scenario(
  'security.profile: follows from protocol, password and client certificate, and can be set on site in no other way (S-01)',
  { only: 'virtual' },
  async (world) => {
    assert.equal(await profile(world), '0');
    const [refused] = await world.station.parameters.change([{ name: 'SecurityProfile', value: '1' }], {
      source: 'manufacturer',
      who: 'scenario',
    });
    assert.equal(refused?.kind, 'rejected');
    const before = opens(world);
    await world.configure({ 'backend.authorizationKey': 'typed on site' });
    await registeredAnew(world, before);
    assert.equal(await profile(world), '1');
    await world.configure({ 'backend.protocol': 'wss' });
    assert.equal(await profile(world), '2', 'as it will be');
    await reset(world);
    await registered(world);
    assert.equal(await profile(world), '2');
    assert.equal(lastAttempt(world).basic, true);
  },
);

scenario(
  'security.useClientCertificate: the station logs in with its certificate, and with the password no more (S-02, TC_087)',
  { only: 'virtual', defaults: { 'backend.protocol': 'wss', 'backend.authorizationKey': 'typed on site' } },
  async (world) => {
    const wanted = { name: 'security.useClientCertificate', value: 'true' };
    const [refused] = await world.station.parameters.change([wanted], { source: 'operator', who: 'scenario' });
    assert.equal(refused?.kind, 'rejected', 'without a certificate');
    const certificate = await certify(world, authoritiesFor(world).stations);
    assert.deepEqual([lastAttempt(world).basic, lastAttempt(world).certificate], [true, null]);
    const before = opens(world);
    await world.configure({ 'security.useClientCertificate': 'true' });
    await world.station.applyEndpoint(true);
    await registeredAnew(world, before);
    assert.deepEqual([lastAttempt(world).basic, lastAttempt(world).certificate], [false, certificate]);
    const [lowered] = await world.station.parameters.change([{ ...wanted, value: 'false' }], {
      source: 'operator',
      who: 'scenario',
    });
    assert.equal(lowered?.kind, 'rejected', 'only the manufacturer lowers the profile');
  },
);

scenario('security.cpoName: the organisation in the request, and in what is taken', {}, async (world) => {
  const { stations } = authoritiesFor(world);
  const bare = await requestedCsr(world);
  assert.equal(readRequest(bare).organization, null);
  await changeKey(world, 'CpoName', 'Ladewerk');
  assert.equal(await sendSigned(world, stations.signRequest(bare)), 'Rejected', 'it names no operator');
  const csr = await requestedCsr(world);
  assert.equal(readRequest(csr).organization, 'Ladewerk');
  assert.equal(await sendSigned(world, stations.signRequest(csr)), 'Accepted');
});

scenario(
  'security.keyType: the next request is for a key of that kind',
  { only: 'strict', defaults: { 'security.keyType': 'RSA-3072' } },
  async (world) => {
    const rsa = readRequest(await requestedCsr(world));
    assert.deepEqual([rsa.verified, rsa.publicKey.asymmetricKeyDetails?.modulusLength], [true, 3072]);
    await world.configure({ 'security.keyType': 'ECDSA-P256' });
    const ec = readRequest(await requestedCsr(world));
    assert.deepEqual([ec.verified, ec.publicKey.asymmetricKeyDetails?.namedCurve], [true, 'prime256v1']);
  },
);

scenario(
  'security.certificateSignedMaxChainSize: a longer chain is Rejected, and the key tells how long it may be (S-09)',
  { defaults: { 'security.certificateSignedMaxChainSize': 1000 } },
  async (world) => {
    const { stations } = authoritiesFor(world);
    const value = { key: 'CertificateSignedMaxChainSize', readonly: true, value: '1000' };
    assert.deepEqual(await readKey(world, 'CertificateSignedMaxChainSize'), value);
    const signed = stations.signRequest(await requestedCsr(world));
    assert.ok(signed.length < 1000 && signed.length + stations.cert.length > 1000);
    assert.equal(await sendSigned(world, signed + stations.cert), 'Rejected');
    assert.equal(await sendSigned(world, signed), 'Accepted');
  },
);
