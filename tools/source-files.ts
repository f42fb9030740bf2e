import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root: string = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

const ignored: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git', '.kerbside']);

/** All files below the folders (of the repository), as paths with `/`, sorted; built and installed ones are left out. */
export async function listFiles(...folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(folders.map(filesBelow));
  return lists.flat().toSorted();
}

async function filesBelow(folder: string): Promise<string[]> {
  let entries;
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  const lists = entries.map(async (entry) => {
    if (ignored.has(entry.name)) return [];
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
  return (await Promise.all(lists)).flat();
}
