import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import fc from 'fast-check';

import { AUTHORITY, TestAuthority, type Wish } from '../link/test-authority.ts';
import { judgeRoot } from './offered-root.ts';
import { readPem, toPem } from './pem.ts';

const authority = new TestAuthority();
after(() => authority.close());
const now = { nowMs: Date.now(), clockValid: true };
const root = authority.issue({ subject: '/CN=Root', extensions: AUTHORITY });

function problemOf(pem: string, installed = [root.x509], time = now): string {
  const judgement = judgeRoot(pem, time, installed);
  return judgement.ok ? '' : judgement.problem;
}

describe('a root that is offered', () => {
  const good: readonly (readonly [string, Wish])[] = [
    ['RSA with 2048 bits', { key: 'rsa' }],
    ['P-256', { key: 'ec' }],
    ['P-521', { key: 'P-521' }],
    ['Ed25519', { key: 'ed25519' }],
    ['without key usage', { extensions: ['basicConstraints=critical,CA:TRUE'] }],
    ['with a limit for the path', { extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0'] }],
    ['signed by one that is installed', { issuer: root }],
  ];
  for (const [what, wish] of good) {
    it(`is taken: ${what}`, () => {
      const { pem } = authority.issue({ extensions: AUTHORITY, ...wish });
      assert.equal(problemOf(pem), '');
    });
  }

  const bad: readonly (readonly [string, Wish, RegExp])[] = [
    ['RSA with 1024 bits', { key: 'rsa1024' }, /too weak/u],
    ['a curve of 224 bits', { key: 'P-224' }, /too weak/u],
    ['SHA-1', { digest: 'sha1', key: 'rsa' }, /too weak/u],
    ['CA:FALSE', { extensions: ['basicConstraints=critical,CA:FALSE'] }, /no certificate authority/u],
    ['without basic constraints', { extensions: ['keyUsage=critical,keyCertSign'] }, /no certificate authority/u],
    [
      'key usage without keyCertSign',
      { extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,digitalSignature'] },
      /no certificate authority/u,
    ],
    ['a negative serial number', { serial: '-5' }, /serial number/u],
  ];
  for (const [what, wish, reason] of bad) {
    it(`is refused: ${what}`, () => {
      const { pem } = authority.issue({ extensions: AUTHORITY, ...wish });
      assert.match(problemOf(pem), reason);
    });
  }

  it('is refused with a signature that is broken', () => {
    const der = Buffer.from(root.x509.raw);
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----`;
    assert.match(problemOf(pem, []), /not by its own key/u);
  });

  it('is refused when it only bears the name of the authority that signed it', () => {
    const impostor = authority.issue({ subject: '/CN=Root', extensions: AUTHORITY });
    const { pem } = authority.issue({ extensions: AUTHORITY, issuer: impostor });
    assert.match(problemOf(pem), /no root/u);
  });

  it('is taken with the name of the one before it, when that one signed it', () => {
    const rolled = authority.issue({ subject: '/CN=Root', extensions: AUTHORITY, issuer: root });
    assert.equal(problemOf(rolled.pem), '');
    assert.match(problemOf(rolled.pem, []), /not by its own key/u);
  });

  it('is judged by the end alone while there is no clock', () => {
    const { pem, x509 } = root;
    const before = { nowMs: x509.validFromDate.getTime() - 300_001, clockValid: false };
    const afterwards = { nowMs: x509.validToDate.getTime() + 1, clockValid: false };
    assert.equal(problemOf(pem, [], before), '');
    assert.match(problemOf(pem, [], { ...before, clockValid: true }), /valid only from/u);
    // One that was just made, on a clock that is a little behind.
    assert.equal(problemOf(pem, [], { nowMs: before.nowMs + 1, clockValid: true }), '');
    assert.match(problemOf(pem, [], afterwards), /expired/u);
  });
});

describe('a PEM text', () => {
  it('may have any ends of lines and white space, and a byte order mark', () => {
    const lines = root.pem.split('\n');
    for (const text of [
      lines.join('\r\n'),
      lines.join('\n  '),
      `\uFEFF\n\n${root.pem}\t`,
      lines.slice(0, -2).join('\n') + lines.at(-2),
    ])
      assert.ok(readPem(text).ok, JSON.stringify(text.slice(0, 40)));
    const oneLine = `-----BEGIN CERTIFICATE-----${root.x509.raw.toString('base64')}-----END CERTIFICATE-----`;
    const reading = readPem(oneLine);
    assert.ok(reading.ok && reading.certificates[0]?.raw.equals(root.x509.raw));
  });

  it('is written as it is read', () => {
    assert.equal(toPem(root.x509), root.pem);
  });

  it('may not hide bytes behind the certificate', () => {
    const longer = Buffer.concat([root.x509.raw, Buffer.of(5, 0)]).toString('base64');
    const text = `-----BEGIN CERTIFICATE-----\n${longer}\n-----END CERTIFICATE-----`;
    assert.ok(!readPem(text).ok);
  });

  it('never throws, whatever stands in it', () => {
    const begin = '-----BEGIN CERTIFICATE-----\n';
    const end = '\n-----END CERTIFICATE-----\n';
    const parts = fc.oneof(fc.string(), fc.base64String(), fc.constantFrom(begin, end, root.pem, '-----BEGIN X-----'));
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), (texts) => {
        const reading = readPem(texts.join(''));
        if (reading.ok) assert.ok(reading.certificates.every(({ raw }) => raw.equals(root.x509.raw)));
      }),
      { numRuns: 300 },
    );
  });
});
