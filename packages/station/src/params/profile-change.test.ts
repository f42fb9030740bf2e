import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { ProfileFacts } from './profile-change.ts';
import { raiseProfile } from './profile-change.ts';
import type { SecurityProfile } from './security-profile.ts';

const everything: Omit<ProfileFacts, 'current'> = {
  roseByPassword: false,
  hasPassword: true,
  hasRoot: true,
  hasCertificate: true,
};

const profiles: readonly SecurityProfile[] = [0, 1, 2, 3];

describe('a backend that writes SecurityProfile', () => {
  for (const current of profiles) {
    for (const wanted of profiles) {
      const raises = wanted > current;
      it(`${raises ? 'gets' : 'does not get'} ${wanted} where ${current} is in force, with everything installed`, () => {
        assert.equal(raiseProfile(wanted, { ...everything, current }).ok, raises);
      });
    }
  }

  const demands = [
    [1, 'hasPassword', /password/],
    [2, 'hasPassword', /password/],
    [2, 'hasRoot', /CentralSystemRootCertificate/],
    [3, 'hasRoot', /CentralSystemRootCertificate/],
    [3, 'hasCertificate', /certificate of the station/],
  ] as const;
  for (const [wanted, what, says] of demands) {
    it(`is refused ${wanted} without what ${what} says`, () => {
      const change = raiseProfile(wanted, { ...everything, current: 0, [what]: false });
      assert.match(change.ok ? '' : change.reason, says);
    });
  }

  it('needs no password for 3', () => {
    assert.ok(raiseProfile(3, { ...everything, current: 2, hasPassword: false }).ok);
  });

  it('brings about TLS, and with 3 the client certificate', () => {
    const values = (wanted: SecurityProfile): unknown => {
      const change = raiseProfile(wanted, { ...everything, current: 0 });
      return change.ok ? Object.fromEntries(change.values) : change;
    };
    assert.deepEqual(values(1), {});
    assert.deepEqual(values(2), { 'backend.protocol': 'wss', 'security.useClientCertificate': false });
    assert.deepEqual(values(3), { 'backend.protocol': 'wss', 'security.useClientCertificate': true });
  });

  it('confirms what its own password brought about, and nothing below that', () => {
    const risen = { ...everything, current: 1, roseByPassword: true } as const;
    assert.ok(raiseProfile(1, risen).ok);
    assert.ok(!raiseProfile(0, risen).ok);
    assert.ok(!raiseProfile(0, { ...risen, current: 0 }).ok);
  });
});
