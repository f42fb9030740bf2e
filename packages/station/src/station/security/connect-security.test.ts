import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ConnectFailure, type ConnectFailureDetail } from '../../link/transport.ts';
import { refusesStation, securityEventOf } from './connect-security.ts';

const tls = (code: string): ConnectFailureDetail => ({ stage: 'tls', code });
const upgrade = (status: number): ConnectFailureDetail => ({ stage: 'upgrade', status });

const cases: readonly (readonly [ConnectFailureDetail, event: string | null, refusesStation: boolean])[] = [
  [tls('CERTIFICATE_REFUSED'), 'InvalidCentralSystemCertificate', false],
  [tls('TLS_VERSION'), 'InvalidTLSVersion', true],
  [tls('TLS_CIPHER'), 'InvalidTLSCipherSuite', true],
  [tls('TLS_CLIENT_REFUSED'), 'FailedToAuthenticateAtCentralSystem', true],
  [tls('TLS_NOT_SPOKEN'), 'CentralSystemFailedToAuthenticate', false],
  [tls('ECONNRESET'), null, true],
  [upgrade(401), 'FailedToAuthenticateAtCentralSystem', true],
  [upgrade(403), 'FailedToAuthenticateAtCentralSystem', true],
  [upgrade(0), null, true],
  [upgrade(503), null, false],
  [{ stage: 'tcp', code: 'ECONNREFUSED' }, null, false],
  [{ stage: 'timeout', during: 'tls' }, null, false],
  [{ stage: 'subProtocol', selected: null }, null, false],
];

describe('a failed attempt to connect', () => {
  for (const [detail, event, refuses] of cases) {
    it(`that ended with ${JSON.stringify(detail)} is ${event ?? 'no security event'}`, () => {
      const failure = new ConnectFailure(detail, 'failed');
      assert.equal(securityEventOf(failure), event);
      assert.equal(refusesStation(failure), refuses);
    });
  }
});
