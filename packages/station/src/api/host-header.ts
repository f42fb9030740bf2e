const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

/** True for an address that only this machine reaches. */
export function isLoopback(address: string): boolean {
  return loopbackNames.has(address.toLowerCase()) || /^127\.\d+\.\d+\.\d+$/.test(address);
}

/**
 * True when the `Host` header names this machine as a browser on it would. Whatever else arrives at a loopback address is a
 * web page whose own name was made to point here (DNS rebinding). Who came in at another address of this machine (the interface
 * of commissioning) calls it by that address.
 */
export function namesLoopback(hostHeader: string | undefined, localAddress = ''): boolean {
  if (hostHeader === undefined) return false;
  const match = /^(\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/.exec(hostHeader.trim());
  const name = match?.[1];
  if (name === undefined) return false;
  return isLoopback(name) || (localAddress !== '' && bare(name) === bare(localAddress));
}

function bare(address: string): string {
  return address.replaceAll(/^\[|\]$|^::ffff:(?=\d+\.)/g, '').toLowerCase();
}
