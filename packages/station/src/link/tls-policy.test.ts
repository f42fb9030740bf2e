import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';

import { AUTHORITY, TestAuthority } from './test-authority.ts';
import type { Issued, Wish } from './test-authority.ts';
import { judgeTls } from './tls-policy.ts';
import type { TlsJudgement } from './tls-policy.ts';
import type { TlsRequest } from './transport.ts';
import { TrustAnchorCache } from './trust-anchors.ts';

const HOST = 'csms.example';
const DAY_MS = 86_400_000;
const SHORT_DAYS = 10;
const authority = new TestAuthority();
after(() => authority.close());

/** A time at which certificates of `SHORT_DAYS` have expired and all others have not; the system's clock plays no part. */
const nowMs = Date.now() + 30 * DAY_MS;

const ca = (wish: Wish = {}): Issued => authority.issue({ days: 3650, extensions: AUTHORITY, ...wish });
const leaf = (issuer: Issued, wish: Wish = {}): Issued =>
  authority.issue({ issuer, subject: '/CN=leaf', extensions: [`subjectAltName=DNS:${HOST}`], ...wish });

const root = ca({ subject: '/CN=Our Root' });
const foreignRoot = ca({ subject: '/CN=Foreign Root' });

interface Case {
  readonly sent: readonly Issued[];
  readonly roots?: readonly Issued[];
  readonly level?: TlsRequest['verification'];
  readonly host?: string;
  readonly atMs?: number;
  readonly clockValid?: boolean;
}

function judge(case_: Case): TlsJudgement {
  const { sent, roots = [root], level = 'strict', host = HOST, atMs = nowMs, clockValid = true } = case_;
  const pems = roots.map(({ pem }) => pem);
  const request: TlsRequest = { verification: level, roots: pems, publicRoots: false, nowMs: atMs, clockValid };
  return judgeTls({ sent: sent.map(({ x509 }) => x509), host }, request, new TrustAnchorCache().of(pems, false));
}

const verdictOf = (case_: Case): string => {
  const { trusted, valid, nameMatches } = judge(case_).verdict;
  return [trusted ? 'trusted' : '', valid ? 'valid' : '', nameMatches ? 'name' : ''].filter(Boolean).join(' ');
};

describe('the five levels over the eight combinations of expired, wrong name and unknown authority', () => {
  const demands: Record<
    TlsRequest['verification'],
    (flaws: { expired: boolean; name: boolean; unknown: boolean }) => boolean
  > = {
    strict: ({ expired, name, unknown }) => !expired && !name && !unknown,
    allowExpired: ({ name, unknown }) => !name && !unknown,
    skipHostName: ({ expired, unknown }) => !expired && !unknown,
    allowExpiredSkipHostName: ({ unknown }) => !unknown,
    encryptOnly: () => true,
  };
  const levels = ['strict', 'allowExpired', 'skipHostName', 'allowExpiredSkipHostName', 'encryptOnly'] as const;
  for (let bits = 0; bits < 8; bits += 1) {
    const flaws = { expired: (bits & 1) > 0, name: (bits & 2) > 0, unknown: (bits & 4) > 0 };
    const flawed = Object.entries(flaws).flatMap(([flaw, on]) => (on ? [flaw] : []));
    const extensions = [`subjectAltName=DNS:${flaws.name ? 'other.example' : HOST}`];
    const days = flaws.expired ? SHORT_DAYS : 365;
    const server = leaf(flaws.unknown ? foreignRoot : root, { days, extensions });
    for (const level of levels) {
      const accepted = demands[level](flaws);
      test(`${level} ${accepted ? 'accepts' : 'refuses'} a certificate that is ${flawed.join(' and ') || 'good'}`, () => {
        const judgement = judge({ sent: [server], level });
        assert.equal(judgement.accepted, accepted);
        assert.deepEqual(
          [judgement.verdict.trusted, judgement.verdict.valid, judgement.verdict.nameMatches],
          [!flaws.unknown, !flaws.expired, !flaws.name],
        );
        const { explanation } = judgement.verdict;
        assert.equal(/expired on \d{4}-\d\d-\d\d/.test(explanation), flaws.expired);
        assert.equal(explanation.includes('not for “csms.example” but for DNS:other.example'), flaws.name);
        assert.equal(explanation.includes('“Foreign Root” is unknown'), flaws.unknown);
        const expectedWarnings = accepted ? flawed.length + (level === 'strict' ? 0 : 1) : 0;
        assert.equal(judgement.warnings.length, expectedWarnings);
      });
    }
  }
});

describe('trust', () => {
  const intermediate = ca({ issuer: root, subject: '/CN=Intermediate' });
  const server = leaf(intermediate);

  test('reaches over an intermediate, in whatever order and with whatever else the backend sends', () => {
    assert.equal(verdictOf({ sent: [server, intermediate] }), 'trusted valid name');
    assert.equal(verdictOf({ sent: [server, foreignRoot, root, intermediate] }), 'trusted valid name');
  });

  test('needs the intermediate, and says that it is missing', () => {
    const { verdict } = judge({ sent: [server] });
    assert.equal(verdict.trusted, false);
    assert.match(
      verdict.explanation,
      /“Intermediate” is unknown: it is not installed here, or the backend does not send/,
    );
  });

  test('is given to an installed intermediate and to an installed certificate of the backend itself', () => {
    assert.equal(verdictOf({ sent: [server], roots: [intermediate] }), 'trusted valid name');
    assert.equal(verdictOf({ sent: [server], roots: [server] }), 'trusted valid name');
  });

  test('is not given to a self-signed certificate unless that is installed', () => {
    const own = authority.issue({ subject: '/CN=box', extensions: [`subjectAltName=DNS:${HOST}`] });
    assert.match(judge({ sent: [own] }).verdict.explanation, /self-signed/);
    assert.equal(judge({ sent: [own] }).accepted, false);
    assert.equal(judge({ sent: [own], roots: [own] }).accepted, true);
  });

  test('is not given when nothing is installed', () => {
    assert.equal(judge({ sent: [server, intermediate, root], roots: [] }).verdict.trusted, false);
  });

  test('is not passed on by a certificate that is no authority', () => {
    const impostor = leaf(root, { subject: '/CN=Impostor' });
    const { verdict } = judge({ sent: [leaf(impostor), impostor] });
    assert.equal(verdict.trusted, false);
    assert.match(verdict.explanation, /“Impostor” signed “leaf” but is no certificate authority/);
  });

  test('is not given to a chain that only borrows the names: the signatures are checked', () => {
    const forgedRoot = ca({ subject: '/CN=Our Root' });
    const forged = judge({ sent: [leaf(forgedRoot), forgedRoot] });
    assert.equal(forged.verdict.trusted, false);
    const broken = Buffer.from(server.x509.raw);
    broken[broken.length - 5] = (broken[broken.length - 5] ?? 0) ^ 0xff;
    const pem = `-----BEGIN CERTIFICATE-----\n${broken.toString('base64')}\n-----END CERTIFICATE-----`;
    const X509 = server.x509.constructor as new (pem: string) => Issued['x509'];
    const altered = judge({ sent: [{ ...server, x509: new X509(pem) }, intermediate] });
    assert.equal(altered.verdict.trusted, false);
    assert.match(altered.verdict.explanation, /signature of “leaf” is not by the authority “Intermediate”/);
  });

  test('obeys the limits that an authority was given', () => {
    const short = ca({
      issuer: root,
      extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'],
    });
    assert.equal(judge({ sent: [leaf(short), short] }).verdict.trusted, true);
    const below = ca({ issuer: short });
    assert.match(judge({ sent: [leaf(below), below, short] }).verdict.explanation, /may not stand above/);
    const signsNothing = ca({
      issuer: root,
      extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,digitalSignature'],
    });
    assert.equal(judge({ sent: [leaf(signsNothing), signsNothing] }).verdict.trusted, false);
    const bounded = ca({
      issuer: root,
      extensions: [...AUTHORITY, 'nameConstraints=critical,permitted;DNS:elsewhere.example'],
    });
    assert.equal(verdictOf({ sent: [leaf(bounded), bounded] }), 'trusted valid');
    const within = ca({ issuer: root, extensions: [...AUTHORITY, 'nameConstraints=critical,permitted;DNS:example'] });
    assert.equal(verdictOf({ sent: [leaf(within), within] }), 'trusted valid name');
  });

  const unfit: readonly { name: string; wish: Wish; says: RegExp }[] = [
    {
      name: 'for clients only',
      wish: { extensions: [`subjectAltName=DNS:${HOST}`, 'extendedKeyUsage=clientAuth'] },
      says: /not issued for servers/,
    },
    { name: 'signed with SHA-1', wish: { digest: 'sha1' }, says: /too weak/ },
    { name: 'with an RSA key of 1024 bits', wish: { key: 'rsa1024' }, says: /too weak/ },
    {
      name: 'with a critical extension from nowhere',
      wish: { extensions: ['1.2.3.4.5=critical,ASN1:NULL'] },
      says: /not understood/,
    },
  ];
  for (const { name, wish, says } of unfit) {
    test(`is not given to a certificate ${name}`, () => {
      const { verdict } = judge({ sent: [leaf(root, wish)] });
      assert.equal(verdict.trusted, false);
      assert.match(verdict.explanation, says);
    });
  }

  test('an unreadable installed root counts for nothing and breaks nothing', () => {
    const rubbish = { ...root, pem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' };
    assert.equal(judge({ sent: [leaf(root)], roots: [rubbish, root] }).accepted, true);
    assert.equal(judge({ sent: [leaf(root)], roots: [rubbish] }).accepted, false);
  });

  test('public roots count when asked for', () => {
    const cache = new TrustAnchorCache();
    const [first] = cache.of([], true).named('C=US\nO=Internet Security Research Group\nCN=ISRG Root X1');
    assert.ok(first !== undefined);
    assert.deepEqual([...cache.of([], false).named(first.subject)], []);
  });
});

describe('validity', () => {
  test('is asked of every certificate up to the root', () => {
    const oldIntermediate = ca({ issuer: root, days: SHORT_DAYS, subject: '/CN=Old Intermediate' });
    assert.equal(verdictOf({ sent: [leaf(oldIntermediate), oldIntermediate] }), 'trusted name');
    assert.match(
      judge({ sent: [leaf(oldIntermediate), oldIntermediate] }).verdict.explanation,
      /“Old Intermediate” expired on/,
    );
    const oldRoot = ca({ days: SHORT_DAYS });
    assert.equal(verdictOf({ sent: [leaf(oldRoot)], roots: [oldRoot] }), 'trusted name');
    assert.equal(judge({ sent: [leaf(oldRoot)], roots: [oldRoot], level: 'allowExpired' }).accepted, true);
  });

  test('prefers a way that is valid over one that has expired', () => {
    const oldRoot = ca({ days: SHORT_DAYS, subject: '/CN=Twin' });
    const newRoot = ca({ subject: '/CN=Twin', key: oldRoot });
    const server = leaf(oldRoot);
    assert.equal(verdictOf({ sent: [server, oldRoot], roots: [oldRoot] }), 'trusted name');
    assert.equal(verdictOf({ sent: [server, oldRoot], roots: [oldRoot, newRoot] }), 'trusted valid name');
  });

  test('is judged at the given time, not by the system’s clock', () => {
    const server = leaf(root, { days: SHORT_DAYS });
    assert.equal(verdictOf({ sent: [server], atMs: Date.now() }), 'trusted valid name');
    assert.equal(verdictOf({ sent: [server], atMs: Date.now() + 40 * DAY_MS }), 'trusted name');
    const early = judge({ sent: [server], atMs: Date.now() - 40 * DAY_MS });
    assert.match(early.verdict.explanation, /valid only from .* is the clock right/);
    assert.equal(early.accepted, false);
  });

  test('without a valid clock a later beginning is believed for now, an end before the floor is not', () => {
    const server = leaf(root, { days: SHORT_DAYS });
    const early = judge({ sent: [server], atMs: Date.now() - 40 * DAY_MS, clockValid: false });
    assert.equal(early.accepted, true);
    assert.match(early.warnings.join(' '), /clock is not set/);
    const windowMs = (early.validity?.notAfterMs ?? 0) - (early.validity?.notBeforeMs ?? 0);
    assert.equal(Math.round(windowMs / DAY_MS), SHORT_DAYS);
    assert.equal(judge({ sent: [server], clockValid: false }).accepted, false);
  });
});

describe('the name', () => {
  const names: readonly { certificate: string; extensions?: readonly string[]; host: string; matches: boolean }[] = [
    { certificate: '/CN=csms.example', host: 'csms.example', matches: true },
    { certificate: '/CN=csms.example', host: 'CSMS.Example', matches: true },
    { certificate: '/CN=csms.example', host: 'csms.example.', matches: true },
    {
      certificate: '/CN=csms.example',
      extensions: ['subjectAltName=DNS:a.example'],
      host: 'csms.example',
      matches: false,
    },
    {
      certificate: '/CN=csms.example',
      extensions: ['subjectAltName=IP:192.0.2.1'],
      host: 'csms.example',
      matches: false,
    },
    { certificate: '/CN=x', extensions: ['subjectAltName=DNS:*.example.org'], host: 'csms.example.org', matches: true },
    { certificate: '/CN=x', extensions: ['subjectAltName=DNS:*.example.org'], host: 'a.b.example.org', matches: false },
    { certificate: '/CN=x', extensions: ['subjectAltName=DNS:*.example.org'], host: 'example.org', matches: false },
    {
      certificate: '/CN=x',
      extensions: ['subjectAltName=DNS:cs*.example.org'],
      host: 'csms.example.org',
      matches: false,
    },
    { certificate: '/CN=x', extensions: ['subjectAltName=IP:192.0.2.1'], host: '192.0.2.1', matches: true },
    { certificate: '/CN=x', extensions: ['subjectAltName=IP:2001:db8::1'], host: '2001:db8::1', matches: true },
    { certificate: '/CN=x', extensions: ['subjectAltName=DNS:192.0.2.1'], host: '192.0.2.1', matches: false },
    { certificate: '/CN=192.0.2.1', host: '192.0.2.1', matches: false },
    {
      certificate: '/CN=x',
      extensions: ['subjectAltName=DNS:xn--ladesule-4za.example'],
      host: 'xn--ladesule-4za.example',
      matches: true,
    },
  ];
  for (const { certificate, extensions = [], host, matches } of names) {
    const what = `${certificate} ${extensions.join(' ')}`.trim();
    test(`${what} ${matches ? 'speaks' : 'does not speak'} for ${host}`, () => {
      const server = leaf(root, { subject: certificate, extensions });
      assert.equal(judge({ sent: [server], host }).verdict.nameMatches, matches);
    });
  }

  const bounds: readonly { constraint: string; host: string; san: string; matches: boolean }[] = [
    { constraint: 'permitted;IP:192.0.2.0/255.255.255.0', host: '192.0.2.9', san: 'IP:192.0.2.9', matches: true },
    {
      constraint: 'permitted;IP:192.0.2.0/255.255.255.0',
      host: '198.51.100.9',
      san: 'IP:198.51.100.9',
      matches: false,
    },
    { constraint: 'permitted;IP:192.0.2.0/255.255.255.0', host: HOST, san: `DNS:${HOST}`, matches: true },
    { constraint: 'excluded;DNS:csms.example', host: 'a.csms.example', san: 'DNS:a.csms.example', matches: false },
    { constraint: 'excluded;DNS:csms.example', host: 'acsms.example', san: 'DNS:acsms.example', matches: true },
  ];
  for (const { constraint, host, san, matches } of bounds) {
    test(`an authority with ${constraint} ${matches ? 'may' : 'may not'} vouch for ${host}`, () => {
      const bounded = ca({ issuer: root, extensions: [...AUTHORITY, `nameConstraints=critical,${constraint}`] });
      const server = leaf(bounded, { extensions: [`subjectAltName=${san}`] });
      assert.equal(judge({ sent: [server, bounded], host }).verdict.nameMatches, matches);
    });
  }
});
