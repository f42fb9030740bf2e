import type { Handler } from './handler.ts';

/** RemoteStartTransaction (§5.11, R-01, B-04). A charging profile is ignored while SmartCharging is not among the profiles. */
export const remoteStartTransaction: Handler<'RemoteStartTransaction'> = (request, commands) => {
  if (commands.registration() !== 'accepted') return { payload: { status: 'Rejected' } };
  const evse = request.connectorId ?? null;
  const answer = commands.remoteStart({ evse, idToken: request.idTag });
  return { payload: { status: answer === 'accepted' ? 'Accepted' : 'Rejected' } };
};
