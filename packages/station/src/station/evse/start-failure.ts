import { KerbsideError } from '../../core/errors.ts';
import type { HardwareFault } from '../../evse/hardware.ts';
import { lockFault, refusedStart } from '../../evse/own-faults.ts';
import { LegalRefusal } from '../../transactions/legal-port.ts';

/** The lock did not move, so nothing was begun. */
export class LockFailure extends KerbsideError {}

/** What shows of a start that failed; null when nothing does. */
export function faultOfStart(error: unknown): HardwareFault | null {
  if (error instanceof LockFailure) return lockFault;
  return error instanceof LegalRefusal && error.info !== null ? refusedStart(error.info) : null;
}
