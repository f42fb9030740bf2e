import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { scenario } from '../world/scenario.ts';
import { install, installedIds, remove } from './root-steps.ts';

const folder = mkdtempSync(join(tmpdir(), 'kerbside-root-hashes-'));
writeFileSync(join(folder, 'openssl.cnf'), '[req]\ndistinguished_name=dn\n[dn]\n');
after(() => rmSync(folder, { recursive: true, force: true }));

function openssl(...args: readonly string[]): string {
  return execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}

/** A root that OpenSSL made, and what OpenSSL names it when it asks for it over OCSP. */
function rootOf(
  name: string,
  key: readonly string[],
  subject: string,
  serial: string,
): {
  readonly pem: string;
  readonly hashData: (hashAlgorithm: string) => Parameters<typeof remove>[1];
} {
  const file = `${name}.pem`;
  const made = ['-newkey', ...key, '-nodes', '-keyout', `${name}.key`, '-subj', subject, '-utf8', '-days', '3650'];
  const authority = ['-addext', 'basicConstraints=critical,CA:TRUE', '-set_serial', serial];
  openssl('req', '-x509', '-config', 'openssl.cnf', ...made, ...authority, '-out', file);
  const hashData = (hashAlgorithm: string): Parameters<typeof remove>[1] => {
    const asked = openssl(
      'ocsp',
      `-${hashAlgorithm.toLowerCase()}`,
      '-issuer',
      file,
      '-cert',
      file,
      '-text',
      '-no_nonce',
    );
    // It breaks long lines with a backslash.
    const text = asked.replaceAll(/\\\n\s*/gu, '');
    const field = (label: string): string =>
      new RegExp(`${label}: 0*([0-9A-F]+)`, 'u').exec(text)?.[1]?.toLowerCase() ?? '';
    const full = (label: string): string =>
      new RegExp(`${label}: ([0-9A-F]+)`, 'u').exec(text)?.[1]?.toLowerCase() ?? '';
    return {
      hashAlgorithm,
      issuerNameHash: full('Issuer Name Hash'),
      issuerKeyHash: full('Issuer Key Hash'),
      serialNumber: field('Serial Number'),
    };
  };
  return { pem: readFileSync(join(folder, file), 'utf8'), hashData };
}

scenario(
  'certificates are listed and deleted by the hashes that OpenSSL computes, whatever key, name and serial number they have (S-12, S-13, fault 54)',
  // OpenSSL's certificates begin at the machine's time.
  { startWallMs: Date.now() + 86_400_000 },
  async (world) => {
    const curve = (name: string): readonly string[] => ['ec', '-pkeyopt', `ec_paramgen_curve:${name}`];
    const roots = [
      rootOf('rsa', ['rsa:2048'], '/C=DE/O=Acme/CN=RSA root', '0xF0E1D2C3B4A59687'),
      rootOf('p256', curve('P-256'), '/CN=Größe 電気', '0x0A0B'),
      rootOf('p384', curve('P-384'), '/O=Acme+OU=Unit/CN=P-384+serialNumber=42', '7'),
      rootOf('p521', curve('P-521'), '/CN=P-521', '0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'),
    ];
    for (const { pem } of roots) assert.equal(await install(world, pem), 'Accepted');
    const certificateHashData = roots.map(({ hashData }) => hashData('SHA256'));
    assert.deepEqual(await installedIds(world), { status: 'Accepted', certificateHashData });
    for (const [index, { hashData }] of roots.entries())
      assert.equal(await remove(world, hashData(['SHA256', 'SHA384', 'SHA512'][index % 3] ?? '')), 'Accepted');
    assert.deepEqual(await installedIds(world), { status: 'NotFound' });
  },
);
