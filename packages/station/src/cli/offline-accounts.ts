import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { accountFileName, Accounts } from '../api/access/accounts.ts';
import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { createSystemTime } from '../core/system-time.ts';
import type { CommandCall } from './command.ts';
import { DaemonClient, type DaemonAnswer } from './daemon-client.ts';
import { dataFolderOf } from './data-folder.ts';

/** What is asked of a running daemon. */
interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
}

/**
 * Asks the daemon; where none runs, does it on the data folder itself, which only the user of the daemon may write.
 * @throws KerbsideError `daemon.unreachable` when one runs and does not answer, or has never been started there
 */
export async function askOrOpen(
  { io, options }: CommandCall,
  { method, path }: Question,
  offline: (accounts: Accounts) => Promise<unknown>,
): Promise<DaemonAnswer> {
  const folder = dataFolderOf(options, io);
  try {
    return await new DaemonClient(folder).ask(method, path);
  } catch (error) {
    const file = join(folder, accountFileName);
    // Beside a daemon that only does not answer nobody writes: it would not know, and undo it.
    if (!isNobodyThere(error) || !existsSync(file)) throw error;
    const time = createSystemTime();
    const { accounts } = await Accounts.open({ path: file, wallMs: () => time.systemWallMs() });
    return { status: 200, body: await offline(accounts) };
  }
}

function isNobodyThere(error: unknown): boolean {
  const cause = error instanceof KerbsideError ? error.cause : undefined;
  const code = isRecord(cause) ? cause['code'] : undefined;
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}
