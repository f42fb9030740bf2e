import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

import { certificateRequest, newPrivateKey } from './certificate-request.ts';

/** What OpenSSL, which is not ours, says of a request. */
function opensslOn(csr: string): string {
  const args = ['req', '-verify', '-noout', '-text', '-subject', '-nameopt', 'utf8,sep_comma_plus'];
  const stdio: ['pipe', 'pipe', 'pipe'] = ['pipe', 'pipe', 'pipe'];
  return execFileSync('openssl', args, { input: csr, stdio, encoding: 'utf8' });
}

for (const [type, key, signature] of [
  ['ECDSA-P256', /NIST CURVE: P-256/, /ecdsa-with-SHA256/],
  ['RSA-3072', /Public-Key: \(3072 bit\)/, /sha256WithRSAEncryption/],
] as const) {
  test(`OpenSSL verifies a request with a key ${type} and reads operator and serial number in it (S-07, S-08)`, async () => {
    const privateKey = await newPrivateKey(type);
    const csr = await certificateRequest(privateKey, {
      commonName: 'EM-2026-000123',
      organization: 'Ladewerk Süd, "A+B"',
    });
    assert.ok(csr.length <= 5500, 'SignCertificate carries it');
    const said = opensslOn(csr);
    assert.match(said, key);
    assert.match(said, signature);
    assert.match(said, /subject=O=Ladewerk Süd, "A\+B",CN=EM-2026-000123$/m);
    assert.match(said, /Version: 1/);
    assert.ok(!csr.includes('PRIVATE'));
  });
}

test('without an operator the request has no organisation', async () => {
  const csr = await certificateRequest(await newPrivateKey('ECDSA-P256'), { commonName: 'CS-1', organization: '' });
  assert.match(opensslOn(csr), /subject=CN=CS-1$/m);
});

test('every key is another one', async () => {
  assert.notEqual(await newPrivateKey('ECDSA-P256'), await newPrivateKey('ECDSA-P256'));
});
