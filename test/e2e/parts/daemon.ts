import { isRecord } from '@kerbside/station';

import type { Child, ChildOptions } from './child.ts';
import { DaemonLog } from './daemon-log.ts';
import { kerbside } from './programs.ts';

/** A daemon as a process, with what it said. */
export interface DaemonProcess {
  readonly child: Child;
  readonly log: DaemonLog;
}

/** Starts `kerbside run`; a log that is given goes on with this life. */
export function startDaemon(
  args: readonly string[],
  options: Partial<ChildOptions> & { readonly log?: DaemonLog } = {},
): DaemonProcess {
  const { log = new DaemonLog(), ...childOptions } = options;
  log.beginLife(args.join(' '));
  const child = kerbside(['run', ...args], { ...childOptions, name: 'daemon', onLine: (line) => log.take(line) });
  return { child, log };
}

/** Waits until the API listens over TCP, and gives back its address. */
export async function apiUrl({ child }: DaemonProcess): Promise<string> {
  const said: unknown = JSON.parse(await child.line(/"area":"api".*"url":/));
  return isRecord(said) && typeof said['url'] === 'string' ? said['url'] : '';
}

/** Waits until the station is registered at its backend. */
export async function registered({ child }: DaemonProcess): Promise<void> {
  await child.line(/"text":"registration accepted"/);
}
