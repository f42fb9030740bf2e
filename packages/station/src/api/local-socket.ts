import { chmod, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';

import { KerbsideError, messageOf } from '../core/errors.ts';

/** The kernel takes no longer path for a Unix socket (sun_path of 108 bytes on Linux, 104 on macOS, with the final zero). */
const LONGEST_PATH = 103;

/** Where the daemon of a data folder is to be spoken to on the same machine. */
export function localSocketPath(dataFolder: string): string {
  return join(dataFolder, 'kerbside.sock');
}

/**
 * Listens at a Unix socket that only the same user may open. The file of a dead process is replaced; a live one is refused.
 * Throws `daemon.startFailed`.
 */
export async function listenLocally(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new KerbsideError(
      'daemon.startFailed',
      `The path ${path} is too long for a socket. Choose a shorter one with --data.`,
    );
  }
  if (await somebodyAnswers(path)) {
    throw new KerbsideError('daemon.startFailed', `Another daemon answers at ${path}.`);
  }
  try {
    await rm(path, { force: true });
    await listen(server, path);
    await chmod(path, 0o600);
  } catch (error) {
    throw new KerbsideError('daemon.startFailed', `Cannot listen at ${path}: ${messageOf(error)}`, { cause: error });
  }
}

async function listen(server: Server, path: string): Promise<void> {
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  // The file comes into being within `listen`; without this mask others could open it until its mode is changed.
  const before = process.umask(0o177);
  try {
    server.listen({ path }, listening.resolve);
  } finally {
    process.umask(before);
  }
  await listening.promise;
  server.off('error', listening.reject);
}

async function somebodyAnswers(path: string): Promise<boolean> {
  const answered = Promise.withResolvers<boolean>();
  const socket = connect({ path });
  socket.once('connect', () => answered.resolve(true));
  socket.once('error', () => answered.resolve(false));
  try {
    return await answered.promise;
  } finally {
    socket.destroy();
  }
}
