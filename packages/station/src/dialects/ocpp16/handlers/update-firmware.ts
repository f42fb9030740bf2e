import { parseTimestamp } from '../../../core/station-clock.ts';
import type { Handler } from './handler.ts';

/** UpdateFirmware (F-01): unsigned firmware is served only where the manufacturer allows it (S-19). */
export const updateFirmware: Handler<'UpdateFirmware'> = async (request, commands) => {
  const { location, retrieveDate, retries, retryInterval } = request;
  const answer = await commands.firmware.update({
    kind: 'plain',
    requestId: null,
    location,
    retrieveMs: parseTimestamp(retrieveDate) ?? null,
    installMs: null,
    retries: retries ?? null,
    retryIntervalSeconds: retryInterval ?? null,
    signed: null,
  });
  if (answer === 'notSupported')
    return { error: 'NotSupported', description: 'This station takes signed firmware only (SignedUpdateFirmware).' };
  if (answer === 'rejected' || answer === 'invalidCertificate')
    return {
      error: 'GenericError',
      description: 'The firmware cannot be updated now: another update is being installed.',
    };
  return { payload: {} };
};
