import type { Handler } from './handler.ts';

/** Reset (§5.14, Z-01): the confirmation leaves first, the work begins afterwards (Z-05). */
export const reset: Handler<'Reset'> = (request, commands) => {
  const answer = commands.reset(request.type === 'Hard' ? 'hard' : 'soft');
  return { payload: { status: answer === 'accepted' ? 'Accepted' : 'Rejected' } };
};
