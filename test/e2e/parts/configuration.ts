import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a configuration file of fixed values; the API takes any free port. Returns its path. */
export function writeConfiguration(
  folder: string,
  pinned: Readonly<Record<string, string | number | boolean>>,
): string {
  const path = join(folder, 'kerbside.yaml');
  const values = { 'api.port': 0, 'log.level': 'debug', ...pinned };
  const lines = Object.entries(values).map(([id, value]) => `  ${id}: ${JSON.stringify(value)}`);
  writeFileSync(path, ['pinned:', ...lines, ''].join('\n'));
  return path;
}
