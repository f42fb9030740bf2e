import type { StationHandle } from '@kerbside/station';

import type { Manufacturer } from './firmware-steps.ts';

type Firmware = StationHandle['device']['firmware'];
type Upload = Awaited<ReturnType<Firmware['upload']>>;

/** Who brings firmware in these stories. */
export const maker = { who: 'Maria', role: 'manufacturer' } as const;

/** An image as it comes over a line: in pieces. */
export async function* pieces(image: Uint8Array, size = 4_096): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < image.length; at += size) yield image.subarray(at, at + size);
}

/** What vouches for an image; without a manufacturer nobody does. */
export function proofOf(image: Uint8Array, by: Manufacturer | null): Parameters<Firmware['upload']>[1] {
  const signed = by === null ? null : { signature: by.sign(image), certificate: by.certificate };
  return { signature: null, certificate: null, length: image.length, ...signed };
}

/** Uploads an image that is signed by a manufacturer, or by nobody. */
export function upload(station: StationHandle, image: Uint8Array, by: Manufacturer | null): Promise<Upload> {
  return station.device.firmware.upload(pieces(image), proofOf(image, by));
}
