import type { ShownStatus } from '../evse/shown-status.ts';

/** What connector 0 shows; it knows three states only (N-02). `problem` keeps the whole station from charging. */
export function stationShown(problem: string | null): ShownStatus {
  const fine = problem === null;
  const errorCode = fine ? 'NoError' : 'InternalError';
  return { status: fine ? 'Available' : 'Faulted', errorCode, info: problem, vendorErrorCode: null };
}

/** Every attempt to restart the hardware failed; the station goes on (Z-04). */
export const resetFailureShown: ShownStatus = {
  status: 'Available',
  errorCode: 'ResetFailure',
  info: 'The hardware did not restart',
  vendorErrorCode: null,
};
