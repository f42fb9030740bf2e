import type { IncomingMessage } from 'node:http';

import type { Time } from '../core/time.ts';

/** How long the body of a request may take to come. */
const bodyLimitMs = 30_000;
/** A file comes over a slow line; whoever takes it in gives up by itself when nothing comes any more. */
const fileLimitMs = 7_200_000;

/** Ends the connection of a request whose body does not come to its end: nobody may keep connections open for nothing. */
export function limitBodyTime(incoming: IncomingMessage, time: Pick<Time, 'after'>): void {
  const isFile = incoming.headers['content-type'] === 'application/octet-stream';
  const cancel = time.after(isFile ? fileLimitMs : bodyLimitMs, () => incoming.socket.destroy());
  incoming.once('close', cancel);
}
