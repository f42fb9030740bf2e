import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { ConnectFailure } from '@kerbside/station';

import { CertificateAuthority, type CertificateRequest } from '../../tls/certificate-authority.ts';
import { scenario, type ScenarioOptions } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { changeKey, readKey, registered } from '../backend-steps.ts';

const nowMs = Date.now();
const dayMs = 86_400_000;
const authority = new CertificateAuthority(nowMs);
const stranger = new CertificateAuthority(nowMs, 'Nobody knows this authority');
const folder = mkdtempSync(join(tmpdir(), 'kerbside-tls-scenario-'));
const caFile = join(folder, 'root.pem');
writeFileSync(caFile, authority.cert);
after(() => rmSync(folder, { recursive: true, force: true }));

/** A story with a backend that shows this certificate. */
function at(
  certificate: Partial<CertificateRequest>,
  options: { readonly issuer?: CertificateAuthority; readonly trusted?: boolean } = {},
): ScenarioOptions {
  const { issuer = authority, trusted = true } = options;
  return {
    only: 'strict',
    unregistered: true,
    tls: issuer.issue({ commonName: 'backend', hosts: ['127.0.0.1'], ...certificate }),
    defaults: trusted ? { 'backend.tlsCaFile': caFile } : {},
  };
}

const expired = { notBeforeMs: nowMs - 20 * dayMs, notAfterMs: nowMs - 10 * dayMs };
const otherName = { hosts: ['somebody.else.test'] };

/** Time passes until one more attempt was refused because of the certificate. */
async function refused(world: World): Promise<void> {
  const refusals = (): number => world.wire.of('failed').filter(({ failure }) => isRefusal(failure)).length;
  const before = refusals();
  await world.until('the certificate to be refused', () => refusals() > before);
  assert.deepEqual(world.calls(), [], 'nothing was said');
}

function isRefusal(failure: unknown): boolean {
  if (!(failure instanceof ConnectFailure)) return false;
  return failure.detail.stage === 'tls' && failure.detail.code === 'CERTIFICATE_REFUSED';
}

scenario(
  'backend.tlsCaFile: the authority in the file is believed, without it the backend is not',
  at({}, { trusted: false }),
  async (world) => {
    await refused(world);
    await world.configure({ 'backend.tlsCaFile': caFile });
    await registered(world);
  },
);

scenario(
  'backend.tlsTrust: with a root of our own only that counts, unless the public ones are asked for',
  at({}),
  async (world) => {
    await registered(world);
    assert.deepEqual(await readKey(world, 'TlsTrust'), { key: 'TlsTrust', readonly: true, value: 'installed' });
    await changeKey(world, 'TlsTrust', 'installed+public', 'Rejected');
    await world.configure({ 'backend.tlsTrust': 'installed+public' });
    await world.until('a new connection', () => world.backend.attempts.length === 2);
    await registered(world);
    const trust = world.wire.of('connect').map(({ request }) => request.tls?.publicRoots);
    assert.deepEqual(trust, [false, true]);
  },
);

scenario('backend.tlsVerification: strict accepts what is right in every respect', at({}), async (world) => {
  await registered(world);
  assert.deepEqual(world.wire.of('opened')[0]?.connection.tlsWarnings, []);
  await changeKey(world, 'TlsVerification', 'encryptOnly', 'Rejected');
});

for (const [level, problem, options, insufficient] of [
  ['allowExpired', 'an expired certificate', at(expired), ['strict', 'skipHostName']],
  ['skipHostName', 'another name', at(otherName), ['strict', 'allowExpired']],
  [
    'allowExpiredSkipHostName',
    'an expired certificate for another name',
    at({ ...expired, ...otherName }),
    ['allowExpired', 'skipHostName'],
  ],
  ['encryptOnly', 'an unknown authority', at({}, { issuer: stranger }), ['allowExpiredSkipHostName']],
] as const) {
  scenario(`backend.tlsVerification: ${level} accepts ${problem}, with a warning`, options, async (world) => {
    for (const weaker of insufficient) {
      await world.configure({ 'backend.tlsVerification': weaker });
      await refused(world);
    }
    await world.configure({ 'backend.tlsVerification': level });
    await registered(world);
    assert.ok((world.wire.of('opened')[0]?.connection.tlsWarnings.length ?? 0) > 0, 'a warning');
    assert.equal((await readKey(world, 'TlsVerification'))?.['value'], level);
  });
}
