import type { Handler } from './handler.ts';

/** RemoteStopTransaction (§5.12, R-06). */
export const remoteStopTransaction: Handler<'RemoteStopTransaction'> = async (request, commands) => {
  if (commands.registration() !== 'accepted') return { payload: { status: 'Rejected' } };
  const answer = await commands.remoteStop(String(request.transactionId));
  return { payload: { status: answer === 'accepted' ? 'Accepted' : 'Rejected' } };
};
