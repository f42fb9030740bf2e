import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Server, Socket } from 'node:net';

import { KerbsideError, messageOf } from '../../core/errors.ts';

/** Listens at a Unix socket; the file of a dead process is replaced. Throws `driver.refused` when somebody listens there. */
export async function listenAt(server: Server, socketPath: string): Promise<void> {
  if (await answers(socketPath)) {
    throw new KerbsideError('driver.refused', `a driver is already running at ${socketPath}`);
  }
  await rm(socketPath, { force: true });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen({ path: socketPath }, listening.resolve);
  try {
    await listening.promise;
  } catch (error) {
    throw new KerbsideError('driver.refused', `cannot listen at ${socketPath}: ${messageOf(error)}`, { cause: error });
  }
  server.off('error', listening.reject);
}

/** Connects to a Unix socket. Throws `driver.lost` when nobody listens there. */
export async function connectTo(socketPath: string): Promise<Socket> {
  const connected = Promise.withResolvers<void>();
  const socket = connect({ path: socketPath });
  socket.once('error', connected.reject);
  socket.once('connect', connected.resolve);
  try {
    await connected.promise;
  } catch (error) {
    socket.destroy();
    throw new KerbsideError('driver.lost', `no driver at ${socketPath}: ${messageOf(error)}`, { cause: error });
  }
  socket.off('error', connected.reject);
  return socket;
}

async function answers(socketPath: string): Promise<boolean> {
  try {
    (await connectTo(socketPath)).destroy();
    return true;
  } catch {
    return false;
  }
}
