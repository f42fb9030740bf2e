import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** What a hash costs: memory is 128 × N × r bytes. */
interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about 0.1 s on a server, half a second on a small board; more than OWASP's least (N = 2^15, r = 8, p = 3 is as strong). */
const presentCost: Cost = { N: 2 ** 15, r: 8, p: 1 };
/** No stored hash may ask for more, whoever wrote it: a station must not be stopped by a sign-in. */
const mostMemory = 128 * 2 ** 20;
const saltBytes = 16;
const keyBytes = 32;

/**
 * Hashes one password after another: each takes tens of MiB, and many that come at once must not take the memory of a station.
 */
let last: Promise<unknown> = Promise.resolve();

/** Hashes a password with a salt of its own, as `scrypt$N$r$p$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await derive(password, salt, presentCost);
  const { N, r, p } = presentCost;
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether a password is the one of a hash; false too when the hash is none. Takes the same time for every wrong one. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const parts = readHash(hash);
  if (parts === null) return false;
  const key = await derive(password, parts.salt, parts.cost);
  return timingSafeEqual(key, parts.key);
}

/** Whether a hash was made with another cost than today's, and is to be made anew when its password is known. */
export function isOutdated(hash: string): boolean {
  const cost = readHash(hash)?.cost;
  return cost === undefined || cost.N !== presentCost.N || cost.r !== presentCost.r || cost.p !== presentCost.p;
}

function readHash(hash: string): { readonly cost: Cost; readonly salt: Buffer; readonly key: Buffer } | null {
  const [name, N, r, p, salt = '', key = ''] = hash.split('$');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const isCost = [cost.N, cost.r, cost.p].every((value) => Number.isSafeInteger(value) && value > 0);
  if (name !== 'scrypt' || !isCost || cost.N < 2 || (cost.N & (cost.N - 1)) !== 0) return null;
  if (128 * cost.N * cost.r > mostMemory || cost.p > 16) return null;
  const bytes = Buffer.from(key, 'base64url');
  return bytes.length === keyBytes ? { cost, salt: Buffer.from(salt, 'base64url'), key: bytes } : null;
}

function derive(password: string, salt: Uint8Array, cost: Cost): Promise<Buffer> {
  const work = last.then(() => {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    // The same letters can be typed as different code points.
    scrypt(password.normalize('NFKC'), salt, keyBytes, { ...cost, maxmem: mostMemory * 2 }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
    return promise;
  });
  last = work.catch(() => undefined);
  return work;
}
