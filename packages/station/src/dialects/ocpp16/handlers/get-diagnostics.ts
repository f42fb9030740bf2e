import { optionalTime } from './optional-time.ts';
import type { Handler } from './handler.ts';

/** GetDiagnostics (§5.8, F-05): what becomes of the upload is told by DiagnosticsStatusNotification; without a name there is nothing of that period. */
export const getDiagnostics: Handler<'GetDiagnostics'> = async (request, commands) => {
  const { location, startTime, stopTime, retries, retryInterval } = request;
  const { status, fileName } = await commands.logs.diagnostics({
    location,
    fromMs: optionalTime(startTime),
    untilMs: optionalTime(stopTime),
    retries: retries ?? null,
    retryIntervalSeconds: retryInterval ?? null,
  });
  if (status === 'failed')
    return { error: 'InternalError', description: 'The request cannot be stored now; ask again later.' };
  return { payload: fileName === null ? {} : { fileName } };
};
