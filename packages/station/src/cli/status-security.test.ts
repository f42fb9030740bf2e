import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { statusText } from './status-text.ts';

const certificate = {
  subject: 'O=Ladewerk, CN=EM-1',
  issuer: 'CN=Root of stations',
  validFromMs: Date.UTC(2026, 10, 1),
  validToMs: Date.UTC(2027, 10, 1),
  fingerprint: 'AA:BB',
  used: true,
  proven: true,
};
const shown = (security: object): string => statusText({ security });

describe('kerbside status', () => {
  it('shows the security profile', () => {
    assert.match(shown({ profile: 1, certificate: null, certificateAwaited: false }), /security +profile 1$/m);
    assert.match(
      shown({ profile: 2, certificate: null, certificateAwaited: true }),
      /profile 2; a certificate was asked for/,
    );
  });

  it('shows whose certificate the station has, how long it is valid, and whether it is used', () => {
    const text = shown({ profile: 3, certificate, certificateAwaited: false });
    assert.match(
      text,
      /certificate +O=Ladewerk, CN=EM-1, by CN=Root of stations; valid 2026-11-01.* to 2027-11-01.*; used$/m,
    );
    assert.match(shown({ profile: 3, certificate: { ...certificate, proven: false } }), /used, not proven yet/);
    assert.match(shown({ profile: 2, certificate: { ...certificate, used: false } }), /not used$/m);
  });
});
