import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Time } from '../core/time.ts';

/** How long the body of a request may take to come. */
const bodyLimitMs = 30_000;
/** A file comes over a slow line; whoever takes it in gives up by itself when nothing comes any more. */
const fileLimitMs = 7_200_000;
/** Who was answered before the whole body was there has so long to read the answer. */
const answeredMs = 2_000;

/** Ends the connection of a request whose body does not come to its end: nobody may keep connections open for nothing. */
export function limitBodyTime(incoming: IncomingMessage, outgoing: ServerResponse, time: Pick<Time, 'after'>): void {
  const { 'content-length': length = '0', 'transfer-encoding': coding, 'content-type': type } = incoming.headers;
  if (length === '0' && coding === undefined) return;
  const drop = (): void => {
    if (!incoming.complete) incoming.socket.destroy();
  };
  // Whoever is not let in, or sends what is not wanted, is answered at once: a file that nobody takes gains no time.
  let cancel = time.after(type === 'application/octet-stream' ? fileLimitMs : bodyLimitMs, drop);
  // A connection that is used again and again must not gather listeners.
  const release = (): void => {
    cancel();
    incoming.socket.off('close', release);
  };
  incoming.socket.once('close', release);
  outgoing.once('finish', () => {
    if (incoming.complete) return release();
    cancel();
    cancel = time.after(answeredMs, () => {
      drop();
      release();
    });
  });
}
