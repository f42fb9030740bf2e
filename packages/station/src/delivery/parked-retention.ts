import type { OutboxRow } from '../store/store.ts';
import type { OutboxIndex } from './outbox-index.ts';
import { traitsOf } from './row-kind.ts';

/** `parkedAtMs` of a fact that was parked without a valid clock; it is dated once there is one. */
export const undatedMs = 1;

/**
 * The parked facts whose retention is over (`traffic.parkedRetention`). A bundle goes with its Start. Signed data stay until
 * they are delivered, and so does the Start without which they cannot be.
 */
export function expiredRows(index: OutboxIndex, wallMs: number, retentionMs: number): readonly OutboxRow[] {
  const withSigned = new Set<string>();
  for (const row of index.parked) if (row.group !== null && traitsOf(row).signed) withSigned.add(row.group);
  const expired: OutboxRow[] = [];
  for (const row of index.parked) {
    const { signed, boundary } = traitsOf(row);
    const keeps = signed || (boundary && row.group !== null && withSigned.has(row.group));
    const start = index.startOf(row.group) ?? row;
    const { parkedAtMs } = start.state.standing === 'parked' ? start.state : row.state;
    if (!keeps && parkedAtMs !== undatedMs && wallMs - parkedAtMs >= retentionMs) expired.push(row);
  }
  return expired;
}
