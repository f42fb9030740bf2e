import { isIP } from 'node:net';

import type { AccessOptions } from 'basic-ftp';

import { credentialsOf, type TransferPlace } from '../../diagnostics/file-transfer.ts';
import { trustedRootsOf } from './trusted-roots.ts';

/** Replies of FTP that speak of the user: not logged in, no account. */
const deniedReplies: ReadonlySet<number> = new Set([530, 532]);

/** Silence after which the client gives up by itself; the caller's signal ends it sooner. */
export const ftpSilenceMs = 60_000;

/** Whether a server wants another user or password. */
export function isDeniedReply(code: number): boolean {
  return deniedReplies.has(code);
}

/** How a server is logged in to: over TLS for ftps (explicit, or implicit at port 990) (F-03). */
export function ftpAccess({ url, roots }: TransferPlace): AccessOptions {
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

/** The parts of a path as names of folders and files; `;type=i` (RFC 1738) is no part of a name. */
export function ftpPath({ pathname }: URL): readonly string[] {
  return pathname
    .replace(/;type=[aid]$/iu, '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => decodeURIComponent(part));
}
