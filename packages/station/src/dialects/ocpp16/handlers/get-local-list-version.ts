import type { Handler } from './handler.ts';

/** What stands for a list that is not supported (§5.10). */
const unsupported = -1;

/** GetLocalListVersion (§5.10, L-03). */
export const getLocalListVersion: Handler<'GetLocalListVersion'> = (_request, commands) => {
  return { payload: { listVersion: commands.localList.version() ?? unsupported } };
};
