import type { Handler } from './handler.ts';
import { optionalTime } from './optional-time.ts';

const statuses = { accepted: 'Accepted', canceled: 'AcceptedCanceled', rejected: 'Rejected' } as const;

/** GetLog (security whitepaper, S-16): what becomes of the upload is told by LogStatusNotification. */
export const getLog: Handler<'GetLog'> = async (request, commands) => {
  const { logType, requestId, log, retries, retryInterval } = request;
  const { status, fileName } = await commands.logs.upload({
    log: logType === 'SecurityLog' ? 'security' : 'diagnostics',
    requestId,
    location: log.remoteLocation,
    fromMs: optionalTime(log.oldestTimestamp),
    untilMs: optionalTime(log.latestTimestamp),
    retries: retries ?? null,
    retryIntervalSeconds: retryInterval ?? null,
  });
  return { payload: { status: statuses[status], ...(fileName === null ? {} : { filename: fileName }) } };
};
