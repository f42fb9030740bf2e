import type { Handler } from './handler.ts';

/** CancelReservation (§5.1, RS-07). */
export const cancelReservation: Handler<'CancelReservation'> = async ({ reservationId }, commands) => {
  const answer = await commands.reservations.cancel(reservationId);
  return { payload: { status: answer === 'accepted' ? 'Accepted' : 'Rejected' } };
};
