import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { StrictBackend } from '../strict/strict-backend.ts';
import type { CertificateAuthority } from '../tls/certificate-authority.ts';
import { scenario, type ScenarioOptions } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, registered } from './backend-steps.ts';
import { authorityOf, install, installedIds, remove } from './root-steps.ts';
import { leave, startByCard, untilReported } from './steps.ts';

const dayMs = 86_400_000;
const oldRoot = authorityOf('Old root');
const newRoot = authorityOf('New root');
const successor = authorityOf('Successor', { signedBy: oldRoot });

function certificateBy(authority: CertificateAuthority): ReturnType<CertificateAuthority['issue']> {
  return authority.issue({ commonName: 'backend', hosts: ['127.0.0.1'] });
}

/** A backend with a certificate of this authority, and a station that knows none. */
function at(authority: CertificateAuthority, defaults: ScenarioOptions['defaults'] = {}): ScenarioOptions {
  return { only: 'strict', unregistered: true, tls: certificateBy(authority), defaults };
}

/** A person installs a root on site. */
async function bringRoot(world: World, { cert }: CertificateAuthority): Promise<void> {
  await world.station.certificates.install('centralSystem', cert);
}

async function refused(world: World): Promise<void> {
  const before = world.wire.of('failed').length;
  await world.until('a refused attempt', () => world.wire.of('failed').length > before);
  assert.match(String(world.wire.of('failed').at(-1)?.failure), /certificate was refused/u);
}

/** The backend ends the connection, and shows the certificate of another authority from then on. */
async function reconnect(world: World, authority?: CertificateAuthority): Promise<void> {
  const { backend } = world;
  assert.ok(backend instanceof StrictBackend);
  const opened = world.wire.of('opened').length;
  if (authority !== undefined) backend.showCertificate(certificateBy(authority));
  backend.disconnect(world.identity, { drop: true });
  await world.until('the next connection', () => world.wire.of('opened').length > opened);
  await registered(world);
}

function listed(...roots: readonly (readonly [CertificateAuthority, CertificateAuthority])[]): object {
  const certificateHashData = roots.map(([issuer, root]) => issuer.hashData(root.cert));
  return { status: 'Accepted', certificateHashData };
}

function told(world: World, pattern: RegExp): boolean {
  return world.status().problems.some(({ text }) => pattern.test(text));
}

scenario(
  'a root that is installed on site counts at once, and cannot be deleted while the link depends on it (S-06, S-13, TC_076)',
  at(oldRoot),
  async (world) => {
    await refused(world);
    await bringRoot(world, oldRoot);
    await registered(world);
    assert.deepEqual(await installedIds(world), listed([oldRoot, oldRoot]));
    assert.equal(await remove(world, oldRoot.hashData(oldRoot.cert)), 'Failed');
    assert.equal(world.wire.of('opened').length, 1);
    await reconnect(world);
  },
);

scenario(
  'the authority of a backend is replaced while a car charges: the new root is there before, the link is used meanwhile, the old one goes afterwards (S-11, S-13, fault 55)',
  at(oldRoot, { 'metering.sampleInterval': 5 }),
  async (world) => {
    await bringRoot(world, oldRoot);
    await registered(world);
    await startByCard(world, 1, 'CARD1');
    assert.equal(await install(world, newRoot.cert), 'Accepted');
    await world.pass(20_000);
    assert.equal(world.wire.of('opened').length, 1, 'the link stays');
    assert.equal(await remove(world, newRoot.hashData(newRoot.cert)), 'Accepted');
    assert.equal(await install(world, newRoot.cert), 'Accepted');
    await reconnect(world, newRoot);
    assert.equal(await remove(world, newRoot.hashData(newRoot.cert)), 'Failed');
    assert.equal(await remove(world, oldRoot.hashData(oldRoot.cert)), 'Accepted');
    await world.pass(20_000);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Finishing');
    await leave(world, 1);
    assert.ok(world.calls('MeterValues').length >= 4);
    await reconnect(world);
    assert.deepEqual(await installedIds(world), listed([newRoot, newRoot]));
  },
);

scenario(
  'a backend prepares TLS over a plain link: its root is installed, and counts when the address is another (S-05, S-11)',
  { only: 'strict' },
  async (world) => {
    const secure = new StrictBackend({ time: world.time, pingIntervalMs: 0, tls: certificateBy(newRoot) });
    await secure.start();
    assert.equal(await install(world, newRoot.cert), 'Accepted');
    await world.configure({ 'backend.protocol': 'wss', 'backend.port': String(secure.port) });
    await world.station.applyEndpoint(true);
    await world.until('the station at the other backend', () => secure.online(world.identity));
    await world.until('registration', () => world.status().registration === 'accepted');
    await world.configure({ 'security.certificatesOverPlainLink': 'false' });
    const asked = secure.call(world.identity, 'InstallCertificate', {
      certificateType: 'CentralSystemRootCertificate',
      certificate: oldRoot.cert,
    });
    assert.deepEqual(await asked, { status: 'Accepted' }, 'over TLS it is served (fault 61)');
    await secure.close();
  },
);

scenario(
  'with AdditionalRootCertificateCheck the old root is the fall-back until a link was verified by its successor (S-11)',
  at(oldRoot, { 'security.additionalRootCertificateCheck': true }),
  async (world) => {
    await bringRoot(world, oldRoot);
    await registered(world);
    assert.equal(await install(world, newRoot.cert), 'Rejected');
    assert.equal(await install(world, successor.cert), 'Accepted');
    const both = listed([oldRoot, oldRoot], [oldRoot, successor]);
    assert.deepEqual(await installedIds(world), both);
    await reconnect(world);
    assert.deepEqual(await installedIds(world), both, 'the backend still shows the old authority');
    assert.ok(told(world, /verified by the old root, not by its successor “Successor”/u));
    await reconnect(world, successor);
    await world.pass(5_000);
    assert.deepEqual(await installedIds(world), listed([oldRoot, successor]));
    await world.pass(5_000);
    await world.powerCycle();
    await registered(world);
    assert.deepEqual(await installedIds(world), listed([oldRoot, successor]));
    const { backend } = world;
    assert.ok(backend instanceof StrictBackend);
    backend.showCertificate(certificateBy(oldRoot));
    backend.disconnect(world.identity, { drop: true });
    await refused(world);
    backend.showCertificate(certificateBy(successor));
    await registered(world);
  },
);

scenario(
  'the file backend.tlsCaFile goes on counting beside installed roots, and its root is not deleted over OCPP (S-13)',
  { ...at(oldRoot), pinned: { 'backend.tlsVerification': 'strict' } },
  async (world) => {
    const folder = mkdtempSync(join(tmpdir(), 'kerbside-roots-'));
    writeFileSync(`${folder}/root.pem`, `a comment\n${oldRoot.cert}`);
    await world.configure({ 'backend.tlsCaFile': `${folder}/root.pem` });
    await registered(world);
    assert.equal(await install(world, newRoot.cert), 'Accepted');
    assert.equal(await remove(world, oldRoot.hashData(oldRoot.cert)), 'Failed');
    assert.equal(await remove(world, successor.hashData(oldRoot.cert)), 'NotFound');
    await reconnect(world);
    assert.equal(await remove(world, newRoot.hashData(newRoot.cert)), 'Accepted');
    rmSync(folder, { recursive: true, force: true });
  },
);

scenario(
  'roots and backend certificates that end within a month are told as problems (fault 55)',
  {
    only: 'strict',
    unregistered: true,
    tls: oldRoot.issue({ commonName: 'backend', hosts: ['127.0.0.1'], notAfterMs: Date.now() + 10 * dayMs }),
  },
  async (world) => {
    await bringRoot(world, oldRoot);
    await registered(world);
    await world.until('the warning', () => told(world, /certificate by which the backend is verified ends on/u));
    assert.ok(!told(world, /installed root/u));
    const ending = authorityOf('Ending root', { notAfterMs: Date.now() + 20 * dayMs });
    assert.equal(await install(world, ending.cert), 'Accepted');
    assert.ok(told(world, /The installed root “Ending root” ends on/u));
    await ask(world, 'GetConfiguration');
  },
);
