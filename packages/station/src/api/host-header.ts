const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

/** True for an address that only this machine reaches. */
export function isLoopback(address: string): boolean {
  return loopbackNames.has(address.toLowerCase()) || /^127\.\d+\.\d+\.\d+$/.test(address);
}

/**
 * True when the `Host` header names this machine as a browser on it would. Whatever else arrives at a loopback address is a
 * web page whose own name was made to point here (DNS rebinding).
 */
export function namesLoopback(hostHeader: string | undefined): boolean {
  if (hostHeader === undefined) return false;
  const match = /^(\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/.exec(hostHeader.trim());
  return match?.[1] !== undefined && isLoopback(match[1]);
}
