import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import { AUTHORITY, TestAuthority } from '../link/test-authority.ts';
import type { Issued, Wish } from '../link/test-authority.ts';
import type { SigningExpectation, SigningJudgement } from './signed-certificate.ts';
import { judgeSigned } from './signed-certificate.ts';

const dayMs = 86_400_000;
const nowMs = Date.now() + 5 * dayMs;
const authority = new TestAuthority();
after(() => authority.close());

const ca = (wish: Wish = {}): Issued => authority.issue({ days: 3650, extensions: AUTHORITY, ...wish });
const root = ca({ subject: '/CN=Root of stations' });
const intermediate = ca({ subject: '/CN=Intermediate', issuer: root });
const key = ca({ subject: '/CN=whatever' });
const otherKey = ca({ subject: '/CN=whatever' });
const subject = '/O=Operator/CN=SERIAL-1';
const own = (wish: Wish = {}): Issued => authority.issue({ subject, issuer: intermediate, key, ...wish });
const good = own();

function judge(text: string, changes: Partial<SigningExpectation> = {}): SigningJudgement {
  return judgeSigned(text, {
    keys: [otherKey.key, key.key],
    subject: () => ({ commonName: 'SERIAL-1', organization: 'Operator' }),
    longestChain: 10_000,
    time: { nowMs, clockValid: true },
    roots: [],
    ...changes,
  });
}

function problem(text: string, changes: Partial<SigningExpectation> = {}): string {
  const judgement = judge(text, changes);
  return judgement.ok ? 'none' : judgement.problem;
}

describe('a signed certificate that fits is taken', () => {
  const chain = [good.pem, intermediate.pem, root.pem];
  const orders = [
    ['alone', [good.pem]],
    ['with its chain', chain],
    ['with its chain in any order', chain.toReversed()],
    ['without the root', chain.slice(0, 2)],
  ] as const;
  for (const [how, pems] of orders) {
    it(`${how} (S-09)`, () => {
      const judgement = judge(pems.join('\r\n'));
      assert.ok(judgement.ok, JSON.stringify(judgement));
      assert.equal(judgement.key, key.key);
      assert.equal(judgement.certificate.fingerprint256, good.x509.fingerprint256);
      assert.ok(judgement.chain.startsWith(good.pem.slice(0, 200)), 'its own comes first');
      assert.equal(judgement.chain.match(/BEGIN/g)?.length, pems.length);
    });
  }

  it('whatever its organisation where no operator is named', () => {
    assert.ok(judge(good.pem, { subject: () => ({ commonName: 'SERIAL-1', organization: '' }) }).ok);
  });

  it('though its root is not installed, and others are', () => {
    const installed = ca({ subject: '/CN=Root of backends' });
    assert.ok(judge(chain.join(''), { roots: [installed.x509] }).ok);
    assert.ok(judge(chain.join(''), { roots: [installed.x509, root.x509] }).ok);
  });

  it('when it begins some minutes from now, by the clock of its authority', () => {
    const beginMs = good.x509.validFromDate.getTime();
    assert.ok(judge(good.pem, { time: { nowMs: beginMs - 200_000, clockValid: true } }).ok);
    assert.ok(!judge(good.pem, { time: { nowMs: beginMs - 400_000, clockValid: true } }).ok);
  });

  it('before its begin while the clock is not valid', () => {
    const time = { nowMs: Date.now() - 100 * dayMs, clockValid: false };
    assert.ok(judge(good.pem, { time }).ok);
    assert.match(problem(good.pem, { time: { ...time, clockValid: true } }), /valid only from/);
  });
});

describe('a signed certificate is refused', () => {
  const cases: readonly { readonly why: string; readonly pems: readonly string[]; readonly says: RegExp }[] = [
    { why: 'when it is none', pems: ['nonsense'], says: /no PEM certificate/ },
    { why: 'with a private key beside it', pems: [good.pem, key.key], says: /PRIVATE KEY/ },
    { why: 'for another key', pems: [own({ key: 'ec' }).pem], says: /no key of this station/ },
    { why: 'for another station', pems: [own({ subject: '/O=Operator/CN=SERIAL-2' }).pem], says: /SERIAL-2/ },
    { why: 'for two names', pems: [own({ subject: '/O=Operator/CN=SERIAL-1/CN=x' }).pem], says: /this station is/ },
    {
      why: 'for another operator',
      pems: [own({ subject: '/O=Other/CN=SERIAL-1' }).pem],
      says: /organisation is “Other”/,
    },
    { why: 'for no operator', pems: [own({ subject: '/CN=SERIAL-1' }).pem], says: /organisation is/ },
    { why: 'after its end', pems: [own({ days: 2 }).pem], says: /expired/ },
    { why: 'as an authority', pems: [own({ extensions: AUTHORITY }).pem], says: /for an authority/ },
    {
      why: 'for servers only',
      pems: [own({ extensions: ['extendedKeyUsage=serverAuth'] }).pem],
      says: /not issued for clients/,
    },
    { why: 'with a weak signature', pems: [own({ digest: 'sha1' }).pem], says: /too weak/ },
    { why: 'with what has not signed it', pems: [good.pem, root.pem], says: /have not signed each other/ },
    {
      why: 'with an issuer that only has the name',
      pems: [good.pem, ca({ subject: '/CN=Intermediate' }).pem],
      says: /have not signed/,
    },
  ];
  for (const { why, pems, says } of cases) {
    it(`${why} (S-09)`, () => {
      assert.match(problem(pems.join('')), says);
    });
  }

  it('by an issuer that is no authority', () => {
    const station = authority.issue({ subject: '/CN=Station', issuer: root });
    assert.notEqual(problem(own({ issuer: station }).pem + station.pem), 'none');
  });

  it('when it is too long', () => {
    assert.equal(problem(good.pem, { longestChain: good.pem.length }), 'none');
    assert.match(problem(good.pem, { longestChain: good.pem.length - 1 }), /characters/);
  });

  it('when the station has no key for it', () => {
    assert.match(problem(good.pem, { keys: [] }), /no key of this station/);
  });

  it('when it claims an installed root that has not signed it', () => {
    const forged = ca({ subject: '/CN=Root of stations', extensions: [...AUTHORITY, 'subjectKeyIdentifier=none'] });
    const claimed = own({ issuer: forged, extensions: ['authorityKeyIdentifier=none'] });
    assert.match(problem(claimed.pem, { roots: [root.x509] }), /has not signed it/);
  });

  it('with an altered signature', () => {
    const raw = Buffer.from(good.x509.raw);
    raw[raw.length - 5] = (raw[raw.length - 5] ?? 0) ^ 0xff;
    const altered = `-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`;
    assert.match(problem(altered + intermediate.pem), /have not signed/);
  });
});
