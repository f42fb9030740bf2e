import { createSystemTime } from '@kerbside/station';

import { CertificateAuthority } from '../tls/certificate-authority.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';

export type RootType = 'CentralSystemRootCertificate' | 'ManufacturerRootCertificate';

/** An authority that is valid in every world, on the virtual clock too. */
export function authorityOf(
  commonName: string,
  options: ConstructorParameters<typeof CertificateAuthority>[2] = {},
): CertificateAuthority {
  const validity = { notBeforeMs: Date.UTC(2020, 0, 1), notAfterMs: Date.UTC(2049, 0, 1) };
  return new CertificateAuthority(createSystemTime().systemWallMs(), commonName, { ...validity, ...options });
}

/** What InstallCertificate answers. */
export async function install(
  world: World,
  certificate: string,
  certificateType: RootType = 'CentralSystemRootCertificate',
): Promise<unknown> {
  return (await ask(world, 'InstallCertificate', { certificateType, certificate }))['status'];
}

/** What GetInstalledCertificateIds answers. */
export function installedIds(
  world: World,
  certificateType: RootType = 'CentralSystemRootCertificate',
): ReturnType<typeof ask> {
  return ask(world, 'GetInstalledCertificateIds', { certificateType });
}

/** What DeleteCertificate answers. */
export async function remove(
  world: World,
  certificateHashData: ReturnType<CertificateAuthority['hashData']>,
): Promise<unknown> {
  return (await ask(world, 'DeleteCertificate', { certificateHashData }))['status'];
}
