import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, changeKey, readKey } from '../backend-steps.ts';
import { authorityOf, install, installedIds, remove } from '../root-steps.ts';

const root = authorityOf('Root of the backend');
const another = authorityOf('Another root');

async function installed(world: World): Promise<number> {
  const { certificateHashData } = await installedIds(world);
  return Array.isArray(certificateHashData) ? certificateHashData.length : 0;
}

scenario(
  'security.certificateStoreMaxLength: when so many roots of both kinds are installed, one more is Rejected (S-11)',
  { defaults: { 'security.certificateStoreMaxLength': 10 } },
  async (world) => {
    const limit = { key: 'CertificateStoreMaxLength', readonly: true, value: '10' };
    assert.deepEqual(await readKey(world, 'CertificateStoreMaxLength'), limit);
    for (let count = 1; count <= 10; count++) {
      const type = count % 2 === 0 ? 'CentralSystemRootCertificate' : 'ManufacturerRootCertificate';
      assert.equal(await install(world, authorityOf(`Root ${count}`).cert, type), 'Accepted');
    }
    assert.equal(await install(world, root.cert), 'Rejected');
    assert.equal(await installed(world), 5);
    await changeKey(world, 'CertificateStoreMaxLength', '11', 'Rejected');
    await world.configure({ 'security.certificateStoreMaxLength': '11' });
    assert.equal(await install(world, root.cert), 'Accepted');
    assert.equal(await install(world, another.cert), 'Rejected');
  },
);

scenario(
  "security.certificatesOverPlainLink: switched off, a backend without TLS neither installs nor deletes a root, nor replaces the station's certificate (fault 61, S-11, S-13)",
  {},
  async (world) => {
    assert.equal(await install(world, root.cert), 'Accepted');
    await world.configure({ 'security.certificatesOverPlainLink': 'false' });
    assert.equal(await install(world, another.cert), 'Rejected');
    assert.equal(await remove(world, root.hashData(root.cert)), 'Failed');
    assert.equal(await installed(world), 1);
    const { status } = await ask(world, 'CertificateSigned', { certificateChain: root.cert });
    assert.equal(status, 'Rejected');
    const told = world.status().problems.filter(({ text }) => /certificatesOverPlainLink/u.test(text));
    assert.equal(told.length, 3);
    await world.configure({ 'security.certificatesOverPlainLink': 'true' });
    assert.equal(await remove(world, root.hashData(root.cert)), 'Accepted');
  },
);

scenario(
  'security.additionalRootCertificateCheck: a new root has to be signed by the one before it, manufacturer roots excepted (S-11)',
  { defaults: { 'security.additionalRootCertificateCheck': true } },
  async (world) => {
    const entry = { key: 'AdditionalRootCertificateCheck', readonly: true, value: 'true' };
    assert.deepEqual(await readKey(world, 'AdditionalRootCertificateCheck'), entry);
    await changeKey(world, 'AdditionalRootCertificateCheck', 'false', 'Rejected');
    assert.equal(await install(world, root.cert), 'Accepted');
    assert.equal(await install(world, another.cert), 'Rejected');
    assert.equal(await install(world, another.cert, 'ManufacturerRootCertificate'), 'Accepted');
    assert.equal(await installed(world), 1);
    assert.equal(await install(world, authorityOf('Successor', { signedBy: root }).cert), 'Accepted');
    assert.equal(await installed(world), 2);
    // Only one waits to prove itself; what has proven itself stays as the fall-back.
    const later = authorityOf('Later successor', { signedBy: root });
    assert.equal(await install(world, later.cert), 'Accepted');
    const { certificateHashData } = await installedIds(world);
    assert.deepEqual(certificateHashData, [root.hashData(root.cert), root.hashData(later.cert)]);
    await world.configure({ 'security.additionalRootCertificateCheck': 'false' });
    assert.equal(await install(world, another.cert), 'Accepted');
  },
);

scenario(
  'security.backendRoots: counts the roots for backends, and from the first one on public authorities do not count (S-12)',
  {},
  async (world) => {
    const value = async (key: string): Promise<unknown> => (await readKey(world, key))?.['value'];
    assert.deepEqual([await value('BackendRoots'), await value('TlsTrust')], ['0', 'installed+public']);
    await install(world, another.cert, 'ManufacturerRootCertificate');
    assert.deepEqual([await value('BackendRoots'), await value('TlsTrust')], ['0', 'installed+public']);
    await install(world, root.cert);
    assert.deepEqual([await value('BackendRoots'), await value('TlsTrust')], ['1', 'installed']);
    await remove(world, root.hashData(root.cert));
    assert.deepEqual([await value('BackendRoots'), await value('TlsTrust')], ['0', 'installed+public']);
  },
);
