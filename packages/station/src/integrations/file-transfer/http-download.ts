import { once } from 'node:events';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';

import { messageOf } from '../../core/errors.ts';
import { credentialsOf, type FileDownload, type TransferOutcome } from '../../diagnostics/file-transfer.ts';
import { httpCredentials, isDeniedStatus } from './http-login.ts';
import { ReceivedFile } from './received-file.ts';
import { trustedRootsOf } from './trusted-roots.ts';

const redirections: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const redirectionsAtMost = 5;

/**
 * Fetches a file by GET (F-03). Redirections are followed, up to five: never from https to http, and user and password of the
 * address go to no other server.
 */
export async function downloadOverHttp(file: FileDownload, signal: AbortSignal): Promise<TransferOutcome> {
  try {
    return await follow(file, signal);
  } catch (error) {
    return { kind: 'failed', problem: messageOf(error) };
  }
}

async function follow(file: FileDownload, signal: AbortSignal): Promise<TransferOutcome> {
  let { url } = file;
  for (let redirected = 0; ; redirected++) {
    const response = await get(url, file, signal);
    const status = response.statusCode ?? 0;
    try {
      if (status === 200) return await takeBody(response, file);
      if (!redirections.has(status)) return refusal(status);
      if (redirected === redirectionsAtMost) return { kind: 'failed', problem: 'the server redirects without end' };
      const next = nextUrl(url, response.headers.location);
      if (typeof next === 'string') return { kind: 'failed', problem: next };
      url = next;
    } finally {
      response.destroy();
    }
  }
}

function refusal(status: number): TransferOutcome {
  return { kind: isDeniedStatus(status) ? 'denied' : 'failed', problem: `the server answered ${status}` };
}

/** Where a redirection leads; a text says why it is not followed. */
function nextUrl(from: URL, location: string | undefined): URL | string {
  const to = URL.parse(location ?? '', from.href);
  if (to === null || location === undefined) return 'the server redirects to no usable address';
  if (to.protocol !== from.protocol && !(from.protocol === 'http:' && to.protocol === 'https:'))
    return `the server redirects from ${from.protocol} to ${to.protocol}`;
  if (to.origin === from.origin && to.username === '' && to.password === '') {
    to.username = from.username;
    to.password = from.password;
  }
  return to;
}

async function get(address: URL, file: FileDownload, signal: AbortSignal): Promise<IncomingMessage> {
  const url = new URL(address.href);
  const credentials = credentialsOf(url);
  url.username = '';
  url.password = '';
  // What is compressed on the way would not be the file that was signed.
  const headers = { 'accept-encoding': 'identity', ...httpCredentials(credentials) };
  const options: RequestOptions = { method: 'GET', headers, signal, agent: false };
  const request =
    url.protocol === 'https:'
      ? requestHttps(url, { ...options, ca: [...trustedRootsOf(file.roots)], rejectUnauthorized: true })
      : requestHttp(url, options);
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  // What breaks later is told by the one who reads.
  request.on('error', () => undefined);
  return response;
}

/** A body that ends before its announced length rejects, as Node tells it. */
async function takeBody(response: IncomingMessage, file: FileDownload): Promise<TransferOutcome> {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return { kind: 'failed', problem: `the server sent the file as ${encoding}` };
  const length = Number(response.headers['content-length'] ?? Number.NaN);
  const received = new ReceivedFile(file, Number.isFinite(length) ? length : null);
  for await (const piece of response) await received.take(piece as Uint8Array);
  return received.outcome;
}
