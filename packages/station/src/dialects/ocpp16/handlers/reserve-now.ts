import type { ReserveNowResponse } from '@kerbside/ocpp/ocpp16';

import { parseTimestamp } from '../../../core/station-clock.ts';
import type { ReserveAnswer } from '../../station-commands.ts';
import type { Handler } from './handler.ts';

const statuses: Readonly<Record<ReserveAnswer, ReserveNowResponse['status']>> = {
  accepted: 'Accepted',
  faulted: 'Faulted',
  occupied: 'Occupied',
  rejected: 'Rejected',
  unavailable: 'Unavailable',
};

/** ReserveNow (§5.13, RS-01…RS-03); connector 0 is any one. */
export const reserveNow: Handler<'ReserveNow'> = async (request, commands) => {
  const answer = await commands.reservations.reserve({
    id: request.reservationId,
    evse: request.connectorId,
    idToken: request.idTag,
    parentIdToken: request.parentIdTag ?? null,
    expiryMs: parseTimestamp(request.expiryDate) ?? 0,
  });
  return { payload: { status: statuses[answer] } };
};
