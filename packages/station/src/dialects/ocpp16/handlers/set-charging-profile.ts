import { decodeChargingProfile } from '../messages/charging-profile.ts';
import type { Handler } from './handler.ts';

/** SetChargingProfile (§5.16, SC-01, errata 3.38): what is Accepted is on disk; an unknown connector is an error of the call. */
export const setChargingProfile: Handler<'SetChargingProfile'> = async (request, commands) => {
  const { connectorId, csChargingProfiles } = request;
  const outcome = await commands.charging.install(connectorId, decodeChargingProfile(csChargingProfiles));
  if (outcome === 'unknownEvse') {
    return { error: 'PropertyConstraintViolation', description: `This station has no connector ${connectorId}.` };
  }
  return { payload: { status: outcome === 'accepted' ? 'Accepted' : 'Rejected' } };
};
