import type { ApiHost } from '../api/host-port.ts';
import type { Time } from '../core/time.ts';
import { isAnswered } from '../station/start-pace.ts';
import { onStationEvent } from '../station/station-events.ts';

/** Longer than this the API is not kept waiting for a station that is on its way to its backend. */
const LONGEST_MS = 500;

/**
 * Waits until every station has been answered by its backend or has nothing to wait for, at most half a second: loading the HTTP
 * side would delay the first BootNotification. Rejects when the start does.
 */
export async function firstCalm(options: {
  readonly host: ApiHost;
  readonly time: Time;
  readonly start: () => Promise<void>;
}): Promise<void> {
  const { host, time, start } = options;
  const calm = Promise.withResolvers<void>();
  const cancel = time.after(LONGEST_MS, calm.resolve);
  const unanswered = new Set(host.stations().map(({ key }) => key));
  let isStarted = false;
  const look = (): void => {
    if (isStarted && unanswered.size === 0) calm.resolve();
  };
  const stopListening = onStationEvent((event) => {
    if (isAnswered(event) && unanswered.delete(event.station)) look();
  });
  start().then(() => {
    isStarted = true;
    look();
  }, calm.reject);
  try {
    await calm.promise;
  } finally {
    cancel();
    stopListening();
  }
}
