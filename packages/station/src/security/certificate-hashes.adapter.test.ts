import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { AUTHORITY, TestAuthority, type Issued, type Wish } from '../link/test-authority.ts';
import {
  certificateHashes,
  publicKeyBits,
  sameHashes,
  type CertificateHashes,
  type HashAlgorithm,
} from './certificate-hashes.ts';

const authority = new TestAuthority();
after(() => authority.close());

/** OpenSSL asks about a certificate over OCSP with the same hashes; its own serial number is hexadecimal without a prefix. */
function asked(certificate: Issued, issuer: Issued, algorithm: HashAlgorithm): Omit<CertificateHashes, 'algorithm'> {
  const digest = `-${algorithm.toLowerCase()}`;
  const args = ['ocsp', digest, '-issuer', `@${issuer.name}`, '-cert', `@${certificate.name}`, '-text', '-no_nonce'];
  // It breaks long lines with a backslash.
  const text = authority.ask(args).replaceAll(/\\\n\s*/gu, '');
  const field = (name: string): string => new RegExp(`${name}: ([0-9A-F]+)`, 'u').exec(text)?.[1] ?? '';
  return {
    issuerNameHash: field('Issuer Name Hash').toLowerCase(),
    issuerKeyHash: field('Issuer Key Hash').toLowerCase(),
    serialNumber: field('Serial Number')
      .toLowerCase()
      .replace(/^0+(?=.)/u, ''),
  };
}

const extensions = AUTHORITY;
const kinds: readonly (readonly [string, Wish])[] = [
  ['RSA', { key: 'rsa' }],
  ['P-256', { key: 'ec' }],
  ['P-384', { key: 'P-384' }],
  ['P-521', { key: 'P-521' }],
  ['Ed25519', { key: 'ed25519' }],
  ['a serial number with the high bit', { serial: '0xF0E1D2C3B4A5968778695A4B3C2D1E0F' }],
  ['a serial number with leading zeros', { serial: '0x00000A0B' }],
  ['an odd number of digits', { serial: '0x1AB' }],
  ['a serial number of one digit', { serial: '7' }],
  ['the serial number 0', { serial: '0' }],
  ['the longest serial number', { serial: '0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF' }],
  ['a name in UTF-8', { subject: '/C=DE/O=Стройэнерго 電気/CN=Größe µ €' }],
  ['a name with several values in one part', { subject: '/C=DE/O=Acme/CN=Root+serialNumber=42+OU=Unit' }],
  ['a name with an empty part', { subject: '/O=/CN=Root' }],
];

describe('the hashes of a certificate are those that OpenSSL computes', () => {
  for (const [what, wish] of kinds) {
    it(`${what}: for itself and for what it signed`, () => {
      const root = authority.issue({ extensions, ...wish });
      const other = authority.issue({ subject: '/CN=below', extensions, issuer: root });
      for (const algorithm of ['SHA256', 'SHA384', 'SHA512'] as const) {
        for (const certificate of [root, other]) {
          const hashes = certificateHashes(certificate.x509, publicKeyBits(root.x509), algorithm);
          assert.deepEqual(hashes, { algorithm, ...asked(certificate, root, algorithm) });
          assert.match(hashes.issuerKeyHash, /^[0-9a-f]{64,128}$/u);
        }
      }
    });
  }
});

describe('hashes name the same certificate', () => {
  const hashes = { algorithm: 'SHA256', issuerNameHash: 'ab', issuerKeyHash: 'cd', serialNumber: '1f' } as const;

  it('in any letter case and with leading zeros', () => {
    const loud = { algorithm: 'SHA256', issuerNameHash: 'AB', issuerKeyHash: 'Cd', serialNumber: '001F' } as const;
    assert.ok(sameHashes(hashes, loud));
    assert.ok(sameHashes({ ...hashes, serialNumber: '0' }, { ...hashes, serialNumber: '000' }));
  });

  it('only when all four fields agree', () => {
    assert.ok(!sameHashes(hashes, { ...hashes, algorithm: 'SHA384' }));
    assert.ok(!sameHashes(hashes, { ...hashes, issuerNameHash: 'ac' }));
    assert.ok(!sameHashes(hashes, { ...hashes, issuerKeyHash: 'ce' }));
    assert.ok(!sameHashes(hashes, { ...hashes, serialNumber: '1f0' }));
  });
});
