const denied: ReadonlySet<number> = new Set([401, 403, 407]);

/** Whether a server wants another user or password. */
export function isDeniedStatus(status: number): boolean {
  return denied.has(status);
}

/** The headers that log in (RFC 7617, UTF-8). */
export function httpCredentials(
  credentials: { readonly user: string; readonly password: string } | null,
): Record<string, string> {
  if (credentials === null) return {};
  const pair = Buffer.from(`${credentials.user}:${credentials.password}`, 'utf8').toString('base64');
  return { authorization: `Basic ${pair}` };
}
