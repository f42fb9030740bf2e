import { readWordsByBearer, writeWordsByBearer } from './bearer-texts.ts';
import { parseEvseId } from './evse-id.ts';
import { parseRotations } from './phase-rotations.ts';
import type { TextFormat, TextOrigin } from './row.ts';

/** The text as it is to be stored, or why it is refused. */
export type FormatResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

/** Checks one format; the text is neither empty nor too long. */
export function checkFormat(format: TextFormat, text: string, origin: TextOrigin): FormatResult {
  switch (format) {
    case 'hostName':
    case 'listenAddress':
      return checkHost(text.trim());
    case 'urlPath':
      return checkPath(text.trim());
    case 'identity':
      return checkIdentity(text);
    case 'password':
      return checkPassword(text, origin);
    case 'proxy':
      return checkProxy(text.trim());
    case 'token':
      return checkToken(text);
    case 'bearerPatterns':
      return checkWordsByBearer(text, patternProblem);
    case 'nameServers':
      return checkWordsByBearer(text, nameServerProblem);
    case 'phaseRotations':
      return parseRotations(text);
    case 'evseId':
      return parseEvseId(text);
    case 'timeZone':
      return checkTimeZone(text.trim());
    case 'printable':
      return checkPrintable(text);
  }
}

const refuse = (reason: string): FormatResult => ({ ok: false, reason });
const accept = (text: string): FormatResult => ({ ok: true, text });

function checkHost(text: string): FormatResult {
  if (text.includes('://')) return refuse('Only the host is wanted here. Use BackendUrl for a whole address.');
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (bare.includes(':')) return checkIPv6(bare);
  if (/[\s/?#@%\\[\]<>^|]/.test(bare)) return refuse('A host name has no spaces, slashes or other special characters.');
  const url = URL.parse(`ws://${bare}/`);
  if (url === null) return refuse('This is neither a host name nor an IP address.');
  const isIPv4 = /^\d+\.\d+\.\d+\.\d+$/.test(url.hostname);
  if (isIPv4 && url.hostname !== bare) return refuse('An IPv4 address has four numbers, such as 192.168.1.10.');
  const labels = url.hostname.replace(/\.$/, '').split('.');
  if (url.hostname.length > 253 || labels.some((label) => !/^(?!-)[a-z0-9_-]{1,63}(?<!-)$/.test(label))) {
    return refuse('A host name consists of parts of 1 to 63 letters, digits and hyphens.');
  }
  return accept(bare);
}

function checkIPv6(bare: string): FormatResult {
  const url = URL.parse(`ws://[${bare}]/`);
  if (url === null) return refuse('This is not an IPv6 address. A port goes into its own parameter.');
  return accept(url.hostname.slice(1, -1));
}

function checkPath(text: string): FormatResult {
  if (text.includes('://')) return refuse('Only the path is wanted here. Use BackendUrl for a whole address.');
  if (/[\s#\\]|\p{Cc}/u.test(text)) return refuse('A path has no spaces, backslashes or #.');
  const path = text.split('?', 1)[0] ?? '';
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) {
    return refuse('A path has no segments "." or "..".');
  }
  if (/%(?![0-9a-f]{2})/i.test(text)) return refuse('A % in a path must be followed by two hexadecimal digits.');
  return text.isWellFormed() ? accept(text) : refuse('The path contains broken characters.');
}

function checkTimeZone(text: string): FormatResult {
  try {
    return accept(new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone);
  } catch {
    return refuse('This is no name of a time zone; take one such as Europe/Berlin, Europe/Vienna or UTC.');
  }
}

function checkIdentity(text: string): FormatResult {
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) return refuse('The identity contains control characters.');
  if (text.trim() !== text) return refuse('The identity begins or ends with a space.');
  // Even percent-encoded these would be removed from the URL (WHATWG URL, double-dot segments).
  if (text === '.' || text === '..') return refuse('This identity cannot stand in a URL.');
  return accept(text);
}

/** Over OCPP 32–40 hexadecimal digits (OCPP 1.6 security whitepaper, S-03); on site text, or digits after `hex:`. */
function checkPassword(text: string, origin: TextOrigin): FormatResult {
  if (origin === 'backend') {
    const usable = /^[0-9a-f]{32,40}$/i.test(text) && text.length % 2 === 0;
    return usable ? accept(`hex:${text}`) : refuse('The key must have 32 to 40 hexadecimal digits, an even number.');
  }
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) return refuse('The password contains control characters.');
  if (text.startsWith('hex:') && !/^hex:([0-9a-f]{2})+$/i.test(text)) {
    return refuse('After hex: an even number of hexadecimal digits is wanted.');
  }
  return accept(text);
}

function checkProxy(text: string): FormatResult {
  if (text.includes('://')) return refuse('The proxy is written HOST:PORT, without http://.');
  const match = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return refuse('The proxy is written HOST or HOST:PORT; IPv6 addresses in brackets.');
  const [, host = '', port] = match;
  const checked = checkHost(host);
  if (!checked.ok) return checked;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
    return refuse('The port of the proxy must be 1…65535.');
  return accept(text);
}

function checkToken(text: string): FormatResult {
  return /^[\x21-\x7e]{16,}$/.test(text) ? accept(text) : refuse('A token has at least 16 characters without spaces.');
}

function checkPrintable(text: string): FormatResult {
  return /\p{Cc}/u.test(text) || !text.isWellFormed() ? refuse('The text contains control characters.') : accept(text);
}

function checkWordsByBearer(text: string, problemOf: (word: string) => string | undefined): FormatResult {
  const read = readWordsByBearer(text);
  if (!read.ok) return refuse(read.reason);
  const problem = Object.values(read.words)
    .flat()
    .map(problemOf)
    .find((found) => found !== undefined);
  return problem === undefined ? accept(writeWordsByBearer(read.words)) : refuse(problem);
}

/** Linux: at most 15 characters without slash, colon or space. */
function patternProblem(word: string): string | undefined {
  if (/^[\w.@+*-]{1,15}$/.test(word)) return undefined;
  return `“${word}” is no interface name or pattern such as eth*.`;
}

function nameServerProblem(word: string): string | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+)|(.+))(?::(\d{1,5}))?$/.exec(word);
  const [, bracketed, plain, bare, port] = match ?? [];
  const address = bracketed ?? plain ?? bare ?? '';
  const isIPv4 = /^\d+\.\d+\.\d+\.\d+$/.test(address) && URL.parse(`ws://${address}/`)?.hostname === address;
  const isIPv6 = plain === undefined && URL.canParse(`ws://[${address}]/`);
  const isPort = port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
  if ((isIPv4 || isIPv6) && isPort) return undefined;
  return `“${word}” is no address of a name server, such as 192.168.1.1 or [fd00::53]:53.`;
}
