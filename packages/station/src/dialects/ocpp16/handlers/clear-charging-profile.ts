import { decodeProfileFilter } from '../messages/charging-profile.ts';
import type { Handler } from './handler.ts';

/** ClearChargingProfile (§5.5, SC-10). The answer has no word for what could not be written: then the call itself fails. */
export const clearChargingProfile: Handler<'ClearChargingProfile'> = async (request, commands) => {
  const outcome = await commands.charging.clear(decodeProfileFilter(request));
  if (outcome === 'failed') {
    return { error: 'InternalError', description: 'The station cannot store this now; nothing was cleared.' };
  }
  return { payload: { status: outcome === 'accepted' ? 'Accepted' : 'Unknown' } };
};
