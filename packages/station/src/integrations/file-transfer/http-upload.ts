import { request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';

import { messageOf } from '../../core/errors.ts';
import { credentialsOf, fileUrl, type FileUpload, type TransferOutcome } from '../../diagnostics/file-transfer.ts';
import { counted } from './counted.ts';
import { httpCredentials, isDeniedStatus } from './http-login.ts';
import { trustedRootsOf } from './trusted-roots.ts';

/** What a server says that takes no PUT. */
const noPut: ReadonlySet<number> = new Set([405, 501]);

/** Sends a file by PUT, and by POST to a server that takes no PUT (F-06). Redirections are not followed. */
export async function uploadOverHttp(file: FileUpload, signal: AbortSignal): Promise<TransferOutcome> {
  try {
    const first = await send('PUT', file, signal);
    return outcomeOf(noPut.has(first) ? await send('POST', file, signal) : first);
  } catch (error) {
    return { kind: 'failed', problem: messageOf(error) };
  }
}

function outcomeOf(status: number): TransferOutcome {
  if (status >= 200 && status < 300) return { kind: 'done' };
  return { kind: isDeniedStatus(status) ? 'denied' : 'failed', problem: `the server answered ${status}` };
}

/** Sends the file once; resolves with the status of the answer. */
async function send(method: 'PUT' | 'POST', file: FileUpload, signal: AbortSignal): Promise<number> {
  const { url, options } = optionsOf(method, file, signal);
  const request: ClientRequest =
    url.protocol === 'https:'
      ? requestHttps(url, { ...options, ca: [...trustedRootsOf(file.roots)], rejectUnauthorized: true })
      : requestHttp(url, options);
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  const sent = pipeline(counted(file), request, { signal });
  // A server may refuse before it has taken everything: its answer counts, and not that the pipe broke.
  sent.catch(() => undefined);
  const response = await answer;
  response.resume();
  if ((response.statusCode ?? 0) < 300) await sent;
  request.destroy();
  return response.statusCode ?? 0;
}

function optionsOf(
  method: string,
  file: FileUpload,
  signal: AbortSignal,
): { readonly url: URL; readonly options: RequestOptions } {
  const url = fileUrl(file.url, file.fileName);
  const credentials = credentialsOf(url);
  url.username = '';
  url.password = '';
  const headers = {
    'content-type': file.contentType,
    'content-length': file.sizeBytes,
    ...httpCredentials(credentials),
  };
  return { url, options: { method, headers, signal, agent: false } };
}
