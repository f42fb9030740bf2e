import { headersOf, type Answer } from './api.ts';
import { problemOf } from './problem.ts';

/**
 * Sends a file of any size and tells how far it is (0…1): `fetch` cannot tell that. Never rejects; a file that did not arrive
 * whole is a problem like any other.
 */
export function upload<T>(
  path: string,
  file: Blob,
  headers: Readonly<Record<string, string>>,
  onProgress: (part: number) => void,
): Promise<Answer<T>> {
  const sending = new XMLHttpRequest();
  const ended = Promise.withResolvers<Answer<T>>();
  sending.open('POST', `/api/v1${path}`);
  const all = { ...headersOf('POST'), 'Content-Type': 'application/octet-stream', ...headers };
  for (const [name, value] of Object.entries(all)) sending.setRequestHeader(name, value);
  sending.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total));
  sending.addEventListener('load', () => {
    const isDone = sending.status >= 200 && sending.status < 300;
    if (isDone) ended.resolve({ ok: true, value: JSON.parse(sending.responseText) as T });
    else ended.resolve({ ok: false, problem: problemOf(sending.status, sending.responseText) });
  });
  sending.addEventListener('error', () => ended.resolve({ ok: false, problem: problemOf(0, '') }));
  sending.send(file);
  return ended.promise;
}
