import assert from 'node:assert/strict';

import { VirtualTime, type JsonObject } from '@kerbside/station';

import { CertificateAuthority } from '../tls/certificate-authority.ts';
import type { World } from '../world/world.ts';
import { ask, registered } from './backend-steps.ts';

/** Authorities around the wall time of a world: one for backends, one for stations. */
export interface Authorities {
  readonly backends: CertificateAuthority;
  readonly stations: CertificateAuthority;
}

/** Makes both. */
export function authoritiesFor(world: World): Authorities {
  const nowMs = world.time.systemWallMs();
  return {
    backends: new CertificateAuthority(nowMs, 'Root of backends'),
    stations: new CertificateAuthority(nowMs, 'Root of stations'),
  };
}

/** ChangeConfiguration; gives the answer. */
export async function setKey(world: World, key: string, value: string): Promise<unknown> {
  return (await ask(world, 'ChangeConfiguration', { key, value }))['status'];
}

/** What GetConfiguration says of SecurityProfile. */
export async function profile(world: World): Promise<unknown> {
  const { configurationKey } = await ask(world, 'GetConfiguration', { key: ['SecurityProfile'] });
  const [entry] = configurationKey as readonly JsonObject[];
  assert.equal(entry?.['readonly'], false);
  return entry['value'];
}

/** The backend installs the root by which its own certificate is verified. */
export async function installRoot(world: World, root: string): Promise<void> {
  const request = { certificateType: 'CentralSystemRootCertificate', certificate: root };
  assert.equal((await ask(world, 'InstallCertificate', request))['status'], 'Accepted');
}

/** The backend asks for a request; gives it, once it came. */
export async function requestedCsr(world: World): Promise<string> {
  const before = world.calls('SignCertificate').length;
  const answer = await ask(world, 'ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
  assert.equal(answer['status'], 'Accepted');
  await untilMade(world, 'SignCertificate', () => world.calls('SignCertificate').length > before);
  return String(world.calls('SignCertificate').at(-1)?.payload['csr']);
}

/** CertificateSigned; gives the answer. */
export async function sendSigned(world: World, certificateChain: string): Promise<unknown> {
  return (await ask(world, 'CertificateSigned', { certificateChain }))['status'];
}

/** The station gets a certificate that fits. */
export async function certify(world: World, authority: CertificateAuthority): Promise<string> {
  const certificate = authority.signRequest(await requestedCsr(world));
  assert.equal(await sendSigned(world, certificate), 'Accepted');
  return certificate;
}

/** Time passes until the station is registered on a connection that is newer than so many attempts. */
export async function registeredAnew(world: World, attempts: number): Promise<void> {
  await world.until('a new connection', () => world.wire.of('opened').length > 0 && opens(world) > attempts);
  await registered(world);
}

/** How many connections were opened. */
export function opens(world: World): number {
  return world.wire.of('opened').length;
}

/** What the last attempt to connect took along. */
export function lastAttempt(world: World): {
  readonly url: string;
  readonly basic: boolean;
  readonly certificate: string | null;
} {
  const request = world.wire.of('connect').at(-1)?.request;
  return {
    url: request?.url ?? '',
    basic: request?.authorization !== undefined,
    certificate: request?.tls?.clientCertificate?.certificate ?? null,
  };
}

const realLimitMs = 20_000;

/** Waits for something that takes real time, such as loading a library or making a key: then the virtual clock stands still. */
export async function untilMade(world: World, what: string, condition: () => boolean): Promise<void> {
  if (!(world.time instanceof VirtualTime)) return world.until(what, condition);
  for (const endMs = performance.now() + realLimitMs; !condition();) {
    assert.ok(performance.now() < endMs, `waited in vain for ${what}`);
    await world.pass(1);
  }
}
