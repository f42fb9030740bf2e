/** The ids of sign-ins that a browser brings: those of all daemons that it calls by the same name, as cookies know no ports. */
export function signInIdsOf(cookie: string | undefined): readonly string[] {
  const found = (cookie ?? '').matchAll(/(?:^|;\s*)kerbside(?:-\d{1,5})?=([\w-]{20,100})(?=;|$)/g);
  // A browser that was fed with many is looked at in part only.
  return [...found].slice(0, 20).map(([, id = '']) => id);
}

/**
 * The cookie that holds a browser's sign-in, as `Set-Cookie` takes it; '' as id takes it away. Its name has the port by which the
 * daemon was called, so that whoever has several stations at `localhost`, by tunnels, is signed in to all of them.
 */
export function signInCookie(
  id: string,
  called: { readonly host: string | undefined; readonly secure: boolean },
): string {
  const port = /:(\d{1,5})$/.exec(called.host ?? '')?.[1];
  const name = port === undefined ? 'kerbside' : `kerbside-${port}`;
  const age = id === '' ? '; Max-Age=0' : '';
  return `${name}=${id}; Path=/; HttpOnly; SameSite=Strict${age}${called.secure ? '; Secure' : ''}`;
}
