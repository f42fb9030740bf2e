import { chmod, chown, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import { isRecord } from '../../core/json.ts';

/** The text of a file that only its owner may read; undefined when there is none. @throws KerbsideError `config.invalid` */
export async function readSecretFile(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    await chmod(path, 0o600);
    return text;
  } catch (error) {
    if (isRecord(error) && error['code'] === 'ENOENT') return undefined;
    throw new KerbsideError('config.invalid', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Replaces the file as a whole; on disk when it resolves, whatever happens to the power. @throws KerbsideError `store.unavailable` */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await giveToOwnerOf(folder, `${path}.new`);
    await rename(`${path}.new`, path);
    await syncFolder(folder);
  } catch (error) {
    throw new KerbsideError('store.unavailable', `${path} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

/** What root writes in the folder of a daemon must be the daemon's, which could not read it otherwise. */
async function giveToOwnerOf(folder: string, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  if (uid !== 0) await chown(path, uid, gid);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
