import { KerbsideError } from '../core/errors.ts';
import type { LinkEndpoint } from './link-state.ts';

/** The parts of an endpoint that make up its URL. */
export type EndpointParts = Pick<LinkEndpoint, 'protocol' | 'host' | 'port' | 'path' | 'identity'>;

/** Characters that would end or split the host when put into a URL. */
const NOT_IN_A_HOST = /[\s/\\@?#%]/u;

/**
 * The final URL `protocol://host[:port]/path/identity[?query]` (parameters.md 3–6, T-01): one slash between the parts, the
 * query of the path kept at the end, brackets for IPv6, the identity percent-encoded once, the default port left out.
 * @throws KerbsideError `endpoint.invalid` naming the part that cannot be used
 */
export function buildUrl(parts: EndpointParts): string {
  const { path, query } = splitPath(parts.path);
  const port = portText(parts.port);
  const authority = `${hostText(parts.host)}${port}`;
  const text = `${parts.protocol}://${authority}${path}/${segmentOf(parts.identity)}${query}`;
  try {
    return new URL(text).href;
  } catch (thrown) {
    throw invalid(`“${parts.host}” is no host name and no IP address`, thrown);
  }
}

function hostText(typed: string): string {
  const host = typed.trim().replace(/^\[(.*)\]$/u, '$1');
  if (host === '') throw invalid('the host is empty');
  if (NOT_IN_A_HOST.test(host))
    throw invalid(`“${host}” is no host name: give the host alone, without protocol and path`);
  if (!host.includes(':')) return host;
  if (/^[^:]*:\d*$/u.test(host)) throw invalid(`“${host}” holds a port: give it as the port`);
  return `[${host}]`;
}

function portText(port: number | null): string {
  if (port === null) return '';
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid(`the port ${port} is not within 1 … 65535`);
  return `:${port}`;
}

/** The path without slashes at its ends but one in front (or nothing), and the query with its question mark. */
function splitPath(typed: string): { readonly path: string; readonly query: string } {
  const text = typed.trim();
  if (text.includes('#')) throw invalid(`the path “${text}” holds a fragment (#), which never reaches a server`);
  const mark = text.indexOf('?');
  const bare = (mark < 0 ? text : text.slice(0, mark)).replace(/^[/\\]+|[/\\]+$/gu, '');
  const query = mark < 0 ? '' : text.slice(mark);
  return { path: bare === '' ? '' : `/${bare}`, query: query === '?' ? '' : query };
}

function segmentOf(identity: string): string {
  if (identity === '') throw invalid('the identity is empty');
  if (identity === '.' || identity === '..') throw invalid(`the identity “${identity}” would change the path`);
  try {
    return encodeURIComponent(identity);
  } catch (thrown) {
    throw invalid('the identity is not valid Unicode', thrown);
  }
}

function invalid(problem: string, cause?: unknown): KerbsideError {
  return new KerbsideError('endpoint.invalid', `The backend address cannot be used: ${problem}.`, { cause });
}
