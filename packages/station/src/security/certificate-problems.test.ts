import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, describe, it } from 'node:test';

import { AUTHORITY, TestAuthority } from '../link/test-authority.ts';
import { certificateProblems, type WatchedCertificates } from './certificate-problems.ts';

const dayMs = 86_400_000;
const authority = new TestAuthority();
after(() => authority.close());

const root = new X509Certificate(authority.issue({ days: 100, extensions: AUTHORITY, subject: '/CN=Root' }).pem);
const own = new X509Certificate(authority.issue({ days: 100, subject: '/CN=SN-1' }).pem);
const beginMs = own.validFromDate.getTime();
const good: WatchedCertificates = { nowMs: beginMs + dayMs, own, ownIsUsed: true, roots: [root], linkValidToMs: null };

function said(changes: Partial<WatchedCertificates>): readonly string[] {
  const problems = certificateProblems({ ...good, ...changes });
  for (const { en, de } of problems) assert.ok(en.endsWith('.') && de.endsWith('.') && en !== de);
  return problems.map(({ en }) => en);
}

describe('the certificates of a station', () => {
  it('are no problem while they are good, and when there is none and none is wanted', () => {
    assert.deepEqual(said({}), []);
    assert.deepEqual(said({ own: null, ownIsUsed: false, roots: [], linkValidToMs: good.nowMs + 31 * dayMs }), []);
  });

  it('are one from thirty days before their end on, each with what to do', () => {
    const [ofOwn = '', ofRoot = '', ofLink = ''] = said({
      nowMs: beginMs + 75 * dayMs,
      linkValidToMs: beginMs + 76 * dayMs,
    });
    assert.match(ofOwn, /^The certificate of the station “SN-1” ends on \d{4}-\d\d-\d\d: make a new request/);
    assert.match(ofRoot, /^The installed root “Root” ends on .*: install its successor/);
    assert.match(ofLink, /^A certificate by which the backend is verified ends on .*: ask the backend’s operator/);
  });

  it('are one when they have ended, and when they are not valid yet', () => {
    assert.match(said({ nowMs: beginMs + 200 * dayMs, roots: [] })[0] ?? '', /ended on/);
    assert.match(said({ nowMs: beginMs - dayMs, roots: [] })[0] ?? '', /is valid only from .*: check the clock/);
  });

  it('are one when the link has to log in with one that is not there', () => {
    assert.match(said({ own: null })[0] ?? '', /has none: make a request \(CSR\)/);
  });
});
