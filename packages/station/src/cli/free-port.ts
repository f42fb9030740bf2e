import { createServer } from 'node:net';

import { KerbsideError } from '../core/errors.ts';

const MOST_TRIES = 50;

/** The preferred port, or the next one that is free. Throws `daemon.startFailed` when there is none near. */
export async function freePort(host: string, preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + MOST_TRIES; port++) if (await isFree(host, port)) return port;
  throw new KerbsideError('daemon.startFailed', `No port from ${preferred} to ${preferred + MOST_TRIES - 1} is free.`);
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  const listening = Promise.withResolvers<boolean>();
  server.once('error', () => listening.resolve(false));
  server.listen({ host, port }, () => listening.resolve(true));
  if (!(await listening.promise)) return false;
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  await closed.promise;
  return true;
}
