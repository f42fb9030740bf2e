import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { renewalDueMs, resendAfterMs } from './renewal.ts';
import type { StationCertificateState, StationCredential } from './station-certificate.ts';
import * as certificate from './station-certificate.ts';

const credential = (name: string): StationCredential => ({ key: `key ${name}`, chain: `chain ${name}` });
const none = certificate.noStationCertificate;

function asked(state: StationCertificateState, name: string): StationCertificateState {
  return certificate.prepared(certificate.wanted(state, 'triggered', 1), `key ${name}`, `csr ${name}`);
}

describe('the certificate of a station', () => {
  it('is unproven at first, and has nothing to go back to', () => {
    const state = certificate.signed(asked(none, 'a'), credential('a'));
    assert.deepEqual([state.active, state.proven, state.previous, state.request], [credential('a'), false, null, null]);
    assert.deepEqual(state.openKeys, [], 'its key is used');
  });

  it('keeps the proven one before it, however many come until one is proven', () => {
    let state = certificate.proven(certificate.signed(asked(none, 'a'), credential('a')));
    for (const name of ['b', 'c']) state = certificate.signed(asked(state, name), credential(name));
    assert.deepEqual([state.active, state.previous], [credential('c'), credential('a')]);
    assert.deepEqual(certificate.fallenBack(state).active, credential('a'));
    assert.equal(certificate.proven(state).previous, null);
  });

  it('does not keep one that never proved itself', () => {
    const state = certificate.signed(
      asked(certificate.signed(asked(none, 'a'), credential('a')), 'b'),
      credential('b'),
    );
    assert.deepEqual([state.active, state.previous], [credential('b'), null]);
  });

  it('takes the answer to the first of two requests, and then that to the second', () => {
    const twice = asked(asked(none, 'a'), 'b');
    assert.deepEqual(certificate.usableKeys(twice), ['key b', 'key a']);
    const first = certificate.signed(twice, credential('a'));
    assert.equal(first.request?.csr, 'csr b', 'that one is still open');
    const second = certificate.signed(first, credential('b'));
    assert.deepEqual([second.active, second.request, second.openKeys], [credential('b'), null, []]);
  });

  it('has no use for older keys when the newest got its certificate', () => {
    const state = certificate.signed(asked(asked(none, 'a'), 'b'), credential('b'));
    assert.deepEqual(state.openKeys, []);
  });

  it('may be renewed for the key in use', () => {
    const state = certificate.signed(asked(none, 'a'), credential('a'));
    const renewed = certificate.signed(state, { key: 'key a', chain: 'chain of next year' });
    assert.equal(renewed.active?.chain, 'chain of next year');
  });

  it('comes back from the store as it went there', () => {
    const full = asked(certificate.signed(asked(asked(none, 'a'), 'b'), credential('a')), 'c');
    for (const state of [none, full, certificate.sent(full, true), certificate.givenUp(full)])
      assert.deepEqual(certificate.certificateFromDocument(certificate.certificateToDocument(state)), state);
    assert.deepEqual(certificate.certificateFromDocument('nonsense'), none);
  });
});

describe('renewal', () => {
  const dayMs = 86_400_000;

  it('is due a month before the end, of a short life in its last third (S-10)', () => {
    assert.equal(renewalDueMs({ notBeforeMs: 0, notAfterMs: 365 * dayMs }), 335 * dayMs);
    assert.equal(renewalDueMs({ notBeforeMs: 0, notAfterMs: 9 * dayMs }), 6 * dayMs);
  });

  it('is asked for again ever more rarely, and given up in the end', () => {
    const waits = Array.from({ length: 9 }, (_, index) => resendAfterMs({ attempts: index + 1, taken: false }));
    assert.deepEqual(waits.slice(0, 4), [60_000, 120_000, 240_000, 480_000]);
    assert.deepEqual(waits.slice(-2), [null, null]);
    assert.equal(resendAfterMs({ attempts: 1, taken: true }), dayMs);
  });
});
