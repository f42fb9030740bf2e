import type { UpdateFirmwareStatusEnumType } from '@kerbside/ocpp/ocpp16';

import { parseTimestamp } from '../../../core/station-clock.ts';
import type { FirmwareAnswer } from '../../station-commands.ts';
import type { Handler } from './handler.ts';

const statuses: Readonly<Record<Exclude<FirmwareAnswer, 'notSupported'>, UpdateFirmwareStatusEnumType>> = {
  accepted: 'Accepted',
  canceled: 'AcceptedCanceled',
  rejected: 'Rejected',
  invalidCertificate: 'InvalidCertificate',
};

/** SignedUpdateFirmware (security whitepaper, S-17): how it goes is told by SignedFirmwareStatusNotification. */
export const signedUpdateFirmware: Handler<'SignedUpdateFirmware'> = async (request, commands) => {
  const { requestId, retries, retryInterval, firmware } = request;
  const { location, retrieveDateTime, installDateTime, signingCertificate: certificate, signature } = firmware;
  const answer = await commands.firmware.update({
    kind: 'signed',
    requestId,
    location,
    retrieveMs: parseTimestamp(retrieveDateTime) ?? null,
    installMs: installDateTime === undefined ? null : (parseTimestamp(installDateTime) ?? null),
    retries: retries ?? null,
    retryIntervalSeconds: retryInterval ?? null,
    signed: { certificate, signature },
  });
  if (answer === 'notSupported')
    return { error: 'NotSupported', description: 'This station does not install firmware.' };
  return { payload: { status: statuses[answer] } };
};
