import { readFileSync } from 'node:fs';

import { KerbsideError } from '../core/errors.ts';

/** What the process itself holds open: database, its thread, log, the API with some clients, and what Node needs. */
const baseDescriptors = 96;

/**
 * Refuses more stations than there can be open sockets: those beyond the limit would fail one by one, and take the database
 * with them. Throws `daemon.tooManyStations` with the number that fits.
 */
export function checkDescriptors(plan: {
  readonly stations: number;
  /** Sockets that each station holds open: to its backend, and to its driver. */
  readonly socketsEach: number;
  /** Null: not known. */
  readonly limit: number | null;
}): void {
  const { stations, socketsEach, limit } = plan;
  const needed = stations * socketsEach + baseDescriptors;
  // A single station starts with whatever there is.
  if (limit === null || needed <= limit || stations <= 1) return;
  const fit = Math.max(0, Math.floor((limit - baseDescriptors) / socketsEach));
  throw new KerbsideError(
    'daemon.tooManyStations',
    `${stations} stations need ${needed} open files, but this process may open ${limit}: enough for ${fit} ${fit === 1 ? 'station' : 'stations'}.`,
  );
}

/** How many files this process may open; null where the system does not say (no /proc). Node has raised it to the hard limit. */
export function descriptorLimit(): number | null {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}
