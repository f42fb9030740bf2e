import { isIP } from 'node:net';

import type { AccessOptions } from 'basic-ftp';

import { messageOf } from '../../core/errors.ts';
import { credentialsOf, type FileUpload, type TransferOutcome } from '../../diagnostics/file-transfer.ts';
import { counted } from './counted.ts';
import { trustedRootsOf } from './trusted-roots.ts';

/** Replies of FTP that speak of the user: not logged in, no account. */
const deniedReplies: ReadonlySet<number> = new Set([530, 532]);
/** Silence after which the client gives up by itself; the caller's signal ends it sooner. */
const silenceMs = 60_000;

/** Stores a file by FTP in passive mode, over TLS for ftps (explicit, or implicit at port 990) (F-03, F-06). */
export async function uploadOverFtp(file: FileUpload, signal: AbortSignal): Promise<TransferOutcome> {
  // The library is loaded by the stations that are asked for it.
  const { Client, FTPError } = await import('basic-ftp');
  const client = new Client(silenceMs);
  const abort = (): void => client.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) return { kind: 'failed', problem: 'it was given up' };
    await client.access(accessOf(file));
    const { folder, name } = targetOf(file);
    if (folder !== '') await client.ensureDir(folder);
    await client.uploadFrom(counted(file), name);
    return { kind: 'done' };
  } catch (error) {
    const isDenied = error instanceof FTPError && deniedReplies.has(error.code);
    return { kind: isDenied ? 'denied' : 'failed', problem: messageOf(error) };
  } finally {
    signal.removeEventListener('abort', abort);
    client.close();
  }
}

function accessOf({ url, roots }: FileUpload): AccessOptions {
  const credentials = credentialsOf(url);
  const port = url.port === '' ? undefined : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  return {
    host,
    ...(port === undefined ? {} : { port }),
    user: credentials?.user ?? 'anonymous',
    password: credentials?.password ?? 'guest@',
    ...(url.protocol === 'ftps:'
      ? {
          secure: port === 990 ? ('implicit' as const) : true,
          secureOptions: {
            ca: [...trustedRootsOf(roots)],
            rejectUnauthorized: true,
            ...(isIP(host) === 0 ? { servername: host } : {}),
          },
        }
      : {}),
  };
}

function targetOf({ url, fileName }: FileUpload): { readonly folder: string; readonly name: string } {
  const folder = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decodeURIComponent(part))
    .join('/');
  return { folder, name: fileName };
}
