import type { ArchivedSession } from '../eichrecht/session-archive.ts';
import type { LogbookEntry } from '../eichrecht/logbook.ts';
import type { ArchivedRecord } from '../transactions/signed-keeping.ts';
import type { Json } from '../core/json.ts';
import type { ApiArchives } from './archives-port.ts';
import { toJson } from './to-json.ts';

/** A session as it is shown. Cards stand in it whole: the session is billed by them. */
export function sessionView(session: ArchivedSession, records: number, archives: ApiArchives): Json {
  const { startedMs, endedMs, backendTransaction, untold: _, free, ...rest } = session;
  return toJson({
    ...rest,
    free: free === true,
    startedAt: timeText(startedMs),
    endedAt: timeText(endedMs),
    energyWh: session.meterStopWh - session.meterStartWh,
    transactionId: backendTransaction ?? archives.backendTransaction(session.transaction),
    records,
  });
}

/** A signed record as it is shown. */
export function recordView({
  number,
  context,
  meterSerial,
  test,
  state,
  timeMs,
  pagination,
  blob,
}: ArchivedRecord): Json {
  const { encoding, method, data, publicKey } = blob;
  return toJson({
    number,
    context,
    encoding,
    method,
    data,
    publicKey,
    pagination,
    meterSerial,
    test,
    state,
    at: timeText(timeMs),
  });
}

/** An entry of the logbook as it is shown. */
export function entryView({ atMs, ...entry }: LogbookEntry): Json {
  return toJson({ ...entry, at: timeText(atMs) });
}

/** ISO 8601; what the store has is never so wrong that there is nothing to show. */
function timeText(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : '';
}
