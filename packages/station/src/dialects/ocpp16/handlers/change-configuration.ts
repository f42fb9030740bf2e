import type { Handler } from './handler.ts';

const statuses = {
  accepted: 'Accepted',
  rebootRequired: 'RebootRequired',
  rejected: 'Rejected',
  notSupported: 'NotSupported',
} as const;

/** ChangeConfiguration (§5.3, K-03). The answer is true: what is Accepted is on disk and in effect. */
export const changeConfiguration: Handler<'ChangeConfiguration'> = async (request, commands) => {
  return { payload: { status: statuses[await commands.configuration.change(request.key, request.value)] } };
};
