import type { OutboxRow } from '../store/store.ts';
import type { FactRef } from './delivery-events.ts';
import { traitsOf } from './row-kind.ts';

/** How observers are told which fact it is. */
export function factRef(row: OutboxRow): FactRef {
  return { seq: row.seq, transaction: row.group, fact: traitsOf(row).fact };
}
