import { readDer, type Curve, type PublicKey, type VerifySignature } from '@kerbside/ocmf';

/** The curves that browsers know themselves. */
const namedCurves: Readonly<Record<string, string>> = {
  'ECDSA-secp256r1-SHA256': 'P-256',
  'ECDSA-secp384r1-SHA256': 'P-384',
};

/**
 * Checks a signature with the browser's own cryptography where it can. It has that only for pages from this machine or over
 * HTTPS, and only for two curves; for all else a second script is loaded.
 */
export const verifySignature: VerifySignature = async (key, data, derSignature) => {
  const signature = fixedLength(derSignature, key.curve);
  if (signature === null) return false;
  const byBrowser = await verifyWithBrowser(key, data, signature);
  if (byBrowser !== null) return byBrowser;
  const { verifyWithNoble } = await import('./other-curves.ts');
  // Takes some milliseconds of the page's only thread: between two of many records, the page answers to people.
  await new Promise((resolve) => setTimeout(resolve));
  return verifyWithNoble(key.curve.method, key.point, data, signature);
};

/** Null: the browser cannot tell. */
async function verifyWithBrowser(key: PublicKey, data: Uint8Array, signature: Uint8Array): Promise<boolean | null> {
  const namedCurve = namedCurves[key.curve.method];
  // Missing on pages over plain HTTP from another machine, whatever the types say.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (namedCurve === undefined || subtle === undefined) return null;
  try {
    const algorithm = { name: 'ECDSA', namedCurve };
    const imported = await subtle.importKey('raw', bytes(key.point), algorithm, false, ['verify']);
    return await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, bytes(signature), bytes(data));
  } catch {
    // Not this pair of curve and hash, or not this point: the other code judges.
    return null;
  }
}

/** r and s one behind the other, each as long as a number of the curve; null when they do not fit. */
function fixedLength(derSignature: Uint8Array, curve: Curve): Uint8Array | null {
  const { r, s } = readDer(derSignature);
  if (r.length > curve.bytes || s.length > curve.bytes) return null;
  const joined = new Uint8Array(2 * curve.bytes);
  joined.set(r, curve.bytes - r.length);
  joined.set(s, 2 * curve.bytes - s.length);
  return joined;
}

/** A copy in memory of its own, as the browser's types demand. */
function bytes(view: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view);
}
