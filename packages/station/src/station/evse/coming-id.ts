import type { Outbox } from '../../delivery/outbox.ts';
import type { EvseController } from './evse-controller.ts';

/**
 * How long a call of the backend waits for the id of a transaction: a backend may use it as soon as it has given it, while the
 * station still writes it to the disk. Calls are answered within a second (G-05).
 */
export const idPatienceMs = 700;

/** Whether a transaction runs at an EVSE whose id the backend has not given yet, as far as the disk knows. */
export function idIsComing(evse: EvseController | undefined, outbox: Pick<Outbox, 'backendTransaction'>): boolean {
  const record = evse?.keeper.record ?? null;
  return record?.stage === 'running' && record.untold !== true && outbox.backendTransaction(record.key) === null;
}
