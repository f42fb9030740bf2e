/** The password bytes of a Basic Authorization header whose user is `identity` (may hold colons); else `undefined` (S-02). */
export function basicPassword(header: string, identity: string): Buffer | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(header.trim())?.[1];
  if (encoded === undefined) return undefined;
  const credentials = Buffer.from(encoded, 'base64');
  const user = Buffer.from(`${identity}:`);
  return credentials.subarray(0, user.length).equals(user) ? credentials.subarray(user.length) : undefined;
}
