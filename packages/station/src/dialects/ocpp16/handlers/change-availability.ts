import type { ChangeAvailabilityResponse } from '@kerbside/ocpp/ocpp16';

import type { Handler } from './handler.ts';

const statuses: Readonly<Record<'accepted' | 'rejected' | 'scheduled', ChangeAvailabilityResponse['status']>> = {
  accepted: 'Accepted',
  rejected: 'Rejected',
  scheduled: 'Scheduled',
};

/** ChangeAvailability (§5.2, C-01…C-03); connector 0 is the station with all connectors. */
export const changeAvailability: Handler<'ChangeAvailability'> = async ({ connectorId, type }, commands) => {
  const evse = connectorId === 0 ? null : connectorId;
  return {
    payload: { status: statuses[await commands.changeAvailability({ evse, operative: type === 'Operative' })] },
  };
};
