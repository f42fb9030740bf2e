import type { Change } from './change.ts';

/** Splits `ws(s)://host[:port]/path` into the four parameters it stands for, or says why it cannot. */
export function splitBackendUrl(
  text: string,
): { readonly ok: true; readonly changes: readonly Change[] } | { readonly ok: false; readonly reason: string } {
  const match = /^(wss?):\/\/(\[[^\]]+\]|[^/:?#[\]@\s]+)(?::(\d+))?(\/[^#]*|\?[^#]*)?$/i.exec(text.trim());
  if (match === null) {
    return {
      ok: false,
      reason: 'The address is written ws://host[:port]/path or wss://host[:port]/path, without user name.',
    };
  }
  const [, protocol = '', host = '', port = '', path = ''] = match;
  return {
    ok: true,
    changes: [
      { name: 'backend.protocol', value: protocol },
      { name: 'backend.host', value: host },
      { name: 'backend.port', value: port },
      { name: 'backend.path', value: path === '/' ? '' : path },
    ],
  };
}

/** The four parameters as one address; '' while no host is set. */
export function joinBackendUrl(parts: {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
}): string {
  if (parts.host === '') return '';
  const host = parts.host.includes(':') ? `[${parts.host}]` : parts.host;
  const port = parts.port === '' ? '' : `:${parts.port}`;
  const slash = parts.path === '' || parts.path.startsWith('/') || parts.path.startsWith('?') ? '' : '/';
  return `${parts.protocol}://${host}${port}${slash}${parts.path}`;
}
