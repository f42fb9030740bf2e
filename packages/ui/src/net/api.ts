import { language } from '../words/language.ts';
import { problemOf, type Problem } from './problem.ts';

/** What became of a request. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** The base of all addresses. */
const base = '/api/v1';

let csrf: string | null = null;
let onSignedOut: () => void = () => undefined;

/** What a request that changes something has to carry (against requests that other pages make in the name of this one). */
export function useCsrf(token: string | null): void {
  csrf = token;
}

/** Called when the daemon does not know this browser any more. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** The headers that every request carries. */
export function headersOf(method: string): Record<string, string> {
  const changes = method !== 'GET' && csrf !== null;
  return { 'Accept-Language': language.value, ...(changes ? { 'X-Kerbside-Csrf': csrf ?? '' } : {}) };
}

/** The path of what belongs to a station, such as `/stations/CP-1/outbox`. */
export function stationPath(station: string, rest = ''): string {
  return `/stations/${encodeURIComponent(station)}${rest}`;
}

/** Asks the daemon; never rejects. Numbers and texts come as JSON has them, so that `T` is what the API's description says. */
export async function request<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const headers = headersOf(method);
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(base + path, { method, headers, ...sent });
    const said = await response.text();
    if (response.ok) return { ok: true, value: (said === '' ? null : JSON.parse(said)) as T };
    if (response.status === 401 && path !== '/session') onSignedOut();
    return { ok: false, problem: problemOf(response.status, said) };
  } catch {
    return { ok: false, problem: unreachable() };
  }
}

/** Reads. */
export function get<T>(path: string): Promise<Answer<T>> {
  return request<T>('GET', path);
}

/**
 * Gives a file to the browser to keep, under the name that the daemon gave it, else under `fallback`. Null when that worked.
 */
export async function download(path: string, fallback: string): Promise<Problem | null> {
  try {
    const response = await fetch(base + path, { headers: headersOf('GET') });
    if (!response.ok) return problemOf(response.status, await response.text());
    const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? fallback;
    save(await response.blob(), name);
    return null;
  } catch {
    return unreachable();
  }
}

/** Gives what was made in the browser to it to keep. */
export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the file over by the next turn, but some begin to read it later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function unreachable(): Problem {
  const german = language.value === 'de';
  return {
    status: 0,
    code: '',
    title: german ? 'Die Ladestation antwortet nicht.' : 'The charging station does not answer.',
    detail: '',
    remedy: german
      ? 'Prüfen Sie, ob dieses Gerät im selben Netz ist; die Seite verbindet sich von selbst wieder.'
      : 'Check that this device is in the same network; the page connects again by itself.',
    body: {},
  };
}
