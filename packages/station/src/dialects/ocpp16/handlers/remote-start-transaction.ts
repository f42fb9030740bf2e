import { decodeChargingProfile } from '../messages/charging-profile.ts';
import type { Handler } from './handler.ts';

/** RemoteStartTransaction (§5.11, R-01, R-04, B-04). */
export const remoteStartTransaction: Handler<'RemoteStartTransaction'> = (request, commands) => {
  if (commands.registration() !== 'accepted') return { payload: { status: 'Rejected' } };
  const { chargingProfile } = request;
  const answer = commands.remoteStart({
    evse: request.connectorId ?? null,
    idToken: request.idTag,
    profile: chargingProfile === undefined ? null : decodeChargingProfile(chargingProfile),
  });
  return { payload: { status: answer === 'accepted' ? 'Accepted' : 'Rejected' } };
};
