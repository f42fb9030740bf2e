import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { CertificateAuthority } from '../tls/certificate-authority.ts';
import { scenario } from '../world/scenario.ts';

const nowMs = Date.now();
const dayMs = 86_400_000;
const authority = new CertificateAuthority(nowMs);
const folder = mkdtempSync(join(tmpdir(), 'kerbside-clock-scenario-'));
const caFile = join(folder, 'root.pem');
writeFileSync(caFile, authority.cert);
after(() => rmSync(folder, { recursive: true, force: true }));

const tls = authority.issue({
  commonName: 'backend',
  hosts: ['127.0.0.1'],
  notBeforeMs: nowMs - dayMs,
  notAfterMs: nowMs + 90 * dayMs,
});

for (const [what, offsetMs] of [
  ['is years ahead', 5 * 365 * dayMs],
  ['says it is 2099', Date.UTC(2099, 0, 1) - nowMs],
] as const) {
  scenario(
    `a backend whose clock ${what} does not lock the station out of wss: certificates are judged by the system's clock, after a restart too (H-03)`,
    {
      only: 'strict',
      unregistered: true,
      tls,
      defaults: { 'backend.tlsCaFile': caFile, 'backend.communicationType': 'off' },
    },
    async (world) => {
      world.backend.configure({ clockOffsetMs: offsetMs });
      await world.configure({ 'backend.communicationType': 'ocpp1.6' });
      await world.station.applyEndpoint(true);
      await world.until('registration', () => world.status().registration === 'accepted');
      // What was still on its way of the old life would look like a message before the BootNotification of the new one.
      await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
      await world.pass(500);
      await world.powerCycle();
      await world.until('registration again', () => world.calls('BootNotification').length === 2);
      await world.until('a second connection', () => world.status().registration === 'accepted');
      assert.equal(world.wire.of('opened').length, 2);
      const refusals = world.wire.of('failed').filter(({ failure }) => /certificate/iu.test(String(failure)));
      assert.deepEqual(refusals, []);
    },
  );
}
