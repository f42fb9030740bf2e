import { createHash } from 'node:crypto';

import { singleStationName } from './daemon-configuration.ts';

/** A name for people, made unique by a digest, for identities with characters that no file name takes. */
export function stationFileName(station: string): string {
  if (station === singleStationName) return station;
  const digest = createHash('sha256').update(station).digest('hex').slice(0, 8);
  return `${encodeURIComponent(station).slice(0, 60)}-${digest}`;
}
