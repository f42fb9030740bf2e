import { parseTimestamp } from '../../../core/station-clock.ts';
import type { Handler } from './handler.ts';

const statuses = { accepted: 'Accepted', canceled: 'AcceptedCanceled', rejected: 'Rejected' } as const;

/** GetLog (security whitepaper, S-16): what becomes of the upload is told by LogStatusNotification. */
export const getLog: Handler<'GetLog'> = async (request, commands) => {
  const { logType, requestId, log, retries, retryInterval } = request;
  const { status, fileName } = await commands.logs.upload({
    log: logType === 'SecurityLog' ? 'security' : 'diagnostics',
    requestId,
    location: log.remoteLocation,
    fromMs: timeOf(log.oldestTimestamp),
    untilMs: timeOf(log.latestTimestamp),
    retries: retries ?? null,
    retryIntervalSeconds: retryInterval ?? null,
  });
  return { payload: { status: statuses[status], ...(fileName === null ? {} : { filename: fileName }) } };
};

function timeOf(text: string | undefined): number | null {
  return text === undefined ? null : (parseTimestamp(text) ?? null);
}
