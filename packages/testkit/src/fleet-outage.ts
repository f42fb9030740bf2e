import assert from 'node:assert/strict';

import { createFleet } from './world/fleet.ts';

/** When which station tried to connect, in ms since the backend was lost. */
export interface Redial {
  readonly identity: string;
  readonly atMs: number;
}

/** What a fleet did when its backend was gone for a while. */
export interface FleetOutage {
  readonly redials: readonly Redial[];
  readonly outageMs: number;
  /** When the last station was back, in ms since the backend was lost. */
  readonly allBackMs: number;
}

/** Plays an outage: all connections end in the same moment, nobody is let in for `outageMs`, then everybody is. */
export async function playFleetOutage(count: number, outageMs: number): Promise<FleetOutage> {
  const fleet = await createFleet(count);
  const { time, backend, host } = fleet;
  const isRegistered = (): boolean => host.stations().every((station) => station.status().registration === 'accepted');
  assert.ok(await time.until(() => isRegistered() && backend.network.openConnections === count, 600_000));
  const attemptsBefore = backend.attempts.length;
  const lostAtMs = time.monotonicMs();
  backend.network.refuse();
  backend.network.reset();
  await time.advance(outageMs);
  backend.network.restore();
  assert.ok(await time.until(() => backend.network.openConnections === count, 3_600_000), 'every station comes back');
  const allBackMs = time.monotonicMs() - lostAtMs;
  const redials = backend.attempts
    .slice(attemptsBefore)
    .map(({ identity, monotonicMs }) => ({ identity, atMs: monotonicMs - lostAtMs }));
  await fleet.end();
  return { redials, outageMs, allBackMs };
}

/** The most redials that fell into one window of `widthMs`. */
export function busiestWindow(redials: readonly Redial[], widthMs: number): number {
  const times = redials.map(({ atMs }) => atMs).toSorted((left, right) => left - right);
  let first = 0;
  let most = 0;
  for (const [last, atMs] of times.entries()) {
    while (atMs - (times[first] ?? atMs) >= widthMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
