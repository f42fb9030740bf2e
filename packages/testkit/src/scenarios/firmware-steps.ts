import { Buffer } from 'node:buffer';
import { sign } from 'node:crypto';

import type { JsonObject } from '@kerbside/station';

import type { FakeFileServer } from '../fake/fake-file-server.ts';
import type { CertificateAuthority } from '../tls/certificate-authority.ts';
import type { World } from '../world/world.ts';
import { authorityOf, install } from './root-steps.ts';
import { ask } from './backend-steps.ts';

export const firmwareUrl = 'https://files.example/firmware-2.0.0.bin';

/** A simulated image of a version; `simulate` names what it does instead of running well. */
export function imageOf(version: string, simulate?: string): Buffer {
  const header = [
    'KERBSIDE-FIRMWARE',
    `version: ${version}`,
    ...(simulate === undefined ? [] : [`simulate: ${simulate}`]),
  ];
  return Buffer.concat([Buffer.from(`${header.join('\n')}\n\n`), Buffer.alloc(20_000, version)]);
}

/** A manufacturer: the root that stations trust, and the key that signs its firmware. */
export interface Manufacturer {
  readonly root: CertificateAuthority;
  readonly certificate: string;
  sign(image: Uint8Array): string;
}

export function manufacturer(name = 'Manufacturer'): Manufacturer {
  const root = authorityOf(`${name} root`);
  const { cert, key } = root.issue({ commonName: `${name} firmware`, ...validity });
  return {
    root,
    certificate: cert,
    sign: (image) => sign('sha256', image, key).toString('base64'),
  };
}

const validity = { notBeforeMs: Date.UTC(2020, 0, 1), notAfterMs: Date.UTC(2049, 0, 1) };

/** The station trusts the manufacturer, and the image can be fetched. */
export async function offer(world: World, files: FakeFileServer, by: Manufacturer, image: Uint8Array): Promise<void> {
  await install(world, by.root.cert, 'ManufacturerRootCertificate');
  files.offered.set(firmwareUrl, image);
}

/** What SignedUpdateFirmware is asked with; `more` differs from an image that is right and wanted now. */
export function signedRequest(
  by: Manufacturer,
  image: Uint8Array,
  more: JsonObject & { readonly firmware?: JsonObject } = {},
): JsonObject {
  const { firmware = {}, ...rest } = more;
  return {
    requestId: 11,
    firmware: {
      location: firmwareUrl,
      retrieveDateTime: '2020-01-01T00:00:00Z',
      signingCertificate: by.certificate,
      signature: by.sign(image),
      ...firmware,
    },
    ...rest,
  };
}

/** The station is asked to update; gives what it answered. */
export async function signedUpdate(world: World, ...request: Parameters<typeof signedRequest>): Promise<unknown> {
  return (await ask(world, 'SignedUpdateFirmware', signedRequest(...request)))['status'];
}

/** How the update went, as the backend was told, with the numbers of the requests. */
export function signedStatuses(world: World): readonly string[] {
  return world
    .calls('SignedFirmwareStatusNotification')
    .map(({ payload }) => `${String(payload['status'])} ${String(payload['requestId'] ?? 'without')}`);
}

export function plainStatuses(world: World): readonly string[] {
  return world.calls('FirmwareStatusNotification').map(({ payload }) => String(payload['status']));
}

/** Time passes until a status was told. */
export async function untilStatus(world: World, status: string, limitMs = 120_000): Promise<void> {
  const told = (): readonly string[] => [...signedStatuses(world), ...plainStatuses(world)];
  await world.until(`the firmware status ${status}`, () => told().some((each) => each.startsWith(status)), limitMs);
}

/** The firmware versions that BootNotifications named, in order. */
export function bootedVersions(world: World): readonly string[] {
  return world.calls('BootNotification').map(({ payload }) => String(payload['firmwareVersion'] ?? ''));
}

/** The security events of this type that the backend was told. */
export function eventsOf(world: World, type: string): readonly string[] {
  return world
    .calls('SecurityEventNotification')
    .filter(({ payload }) => payload['type'] === type)
    .map(({ payload }) => String(payload['techInfo'] ?? ''));
}
