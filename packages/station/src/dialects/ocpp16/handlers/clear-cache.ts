import type { Handler } from './handler.ts';

/** ClearCache (§5.4, A-09). */
export const clearCache: Handler<'ClearCache'> = async (_request, commands) => {
  return { payload: { status: (await commands.clearCache()) === 'accepted' ? 'Accepted' : 'Rejected' } };
};
