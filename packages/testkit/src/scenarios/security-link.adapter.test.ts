import assert from 'node:assert/strict';

import { StrictBackend } from '../strict/strict-backend.ts';
import { CertificateAuthority } from '../tls/certificate-authority.ts';
import { scenario } from '../world/scenario.ts';
import { registered } from './backend-steps.ts';
import { installRoot } from './certificate-steps.ts';

const known = new CertificateAuthority(Date.now(), 'Known');
const unknown = new CertificateAuthority(Date.now(), 'Unknown');
const good = known.issue({ commonName: 'backend', hosts: ['127.0.0.1'] });
const bad = unknown.issue({ commonName: 'backend', hosts: ['127.0.0.1'] });

scenario(
  'a backend with a certificate of nobody is told nothing, and one security event for the series comes after the next good connection (S-06, S-14)',
  {
    only: 'strict',
    tls: { ...good, plainToo: true },
    defaults: { 'backend.protocol': 'ws', 'backend.backoffRandomRange': 0 },
  },
  async (world) => {
    const { backend } = world;
    assert.ok(backend instanceof StrictBackend);
    await installRoot(world, known.cert);
    await world.configure({ 'backend.protocol': 'wss' });
    await world.station.applyEndpoint(true);
    await world.until('TLS', () => world.wire.of('opened').length === 2);
    await registered(world);
    for (let series = 1; series <= 2; series += 1) {
      const failed = world.wire.of('failed').length;
      const said = world.calls().length;
      backend.showCertificate(bad);
      backend.disconnect(world.identity, { drop: true });
      await world.until('three refusals', () => world.wire.of('failed').length >= failed + 3, 600_000);
      assert.equal(world.calls().length, said, 'nothing was said');
      backend.showCertificate(good);
      const told = (): number =>
        world
          .calls('SecurityEventNotification')
          .filter(({ payload }) => payload['type'] === 'InvalidCentralSystemCertificate').length;
      await world.until('the security event', () => told() >= series, 600_000);
      await world.pass(2_000);
      assert.equal(told(), series, 'once for the series');
    }
  },
);

scenario(
  'a certificate that only a lowered verification lets pass is one security event, however often the station connects (S-06, S-14)',
  {
    only: 'strict',
    tls: bad,
    defaults: { 'backend.tlsVerification': 'encryptOnly', 'backend.backoffRandomRange': 0 },
  },
  async (world) => {
    const told = (): readonly unknown[] =>
      world
        .calls('SecurityEventNotification')
        .filter(({ payload }) => payload['type'] === 'InvalidCentralSystemCertificate')
        .map(({ payload }) => payload['techInfo']);
    await world.until('the security event', () => told().length > 0);
    assert.match(String(told()[0]), /accepted all the same: .*“Unknown” is unknown/);
    world.backend.disconnect(world.identity);
    await world.until('the next connection', () => world.wire.of('opened').length === 2);
    await registered(world);
    await world.pass(3_000);
    assert.equal(told().length, 1);
  },
);
