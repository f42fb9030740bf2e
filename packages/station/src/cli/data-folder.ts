import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { daemonVariables } from '../daemon/daemon-configuration.ts';
import type { CliIo } from './cli-io.ts';
import type { OptionValues } from './command.ts';
import { textOption } from './command.ts';

/** Where a service that runs as root keeps its data. */
const systemFolder = '/var/lib/kerbside';

/** The data folder: `--data`, else `KERBSIDE_DATA`, else /var/lib/kerbside for root where it exists, else ./.kerbside. */
export function dataFolderOf(options: OptionValues, io: CliIo, fallback?: string): string {
  const named =
    textOption(options, 'data') ?? (fallback === undefined ? io.environment[daemonVariables.data] : undefined);
  if (named !== undefined && named !== '') return resolve(io.workingFolder, named);
  if (fallback !== undefined) return resolve(io.workingFolder, fallback);
  return io.isRoot && existsSync(systemFolder) ? systemFolder : join(io.workingFolder, '.kerbside');
}
