import type { ApiHost } from '../api/host-port.ts';
import type { Time } from '../core/time.ts';
import { onStationEvent } from '../station/station-events.ts';

/** Longer than this the API is not kept waiting for a station that is on its way to its backend. */
const LONGEST_MS = 500;

/**
 * Waits until every station has been answered by its backend or has nothing to wait for, at most half a second: loading the HTTP
 * side would delay the first BootNotification.
 */
export async function firstCalm(options: { host: ApiHost; time: Time; started: Promise<void> }): Promise<void> {
  const { host, time, started } = options;
  const calm = Promise.withResolvers<void>();
  const cancel = time.after(LONGEST_MS, calm.resolve);
  let isStarted = false;
  const look = (): void => {
    if (isStarted && host.stations().every(isSettled)) calm.resolve();
  };
  const stopListening = onStationEvent(look);
  started.then(() => {
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

function isSettled(station: ReturnType<ApiHost['stations']>[number]): boolean {
  const { link, registration } = station.status();
  return link.kind === 'open' ? registration !== 'none' : link.kind !== 'connecting';
}
