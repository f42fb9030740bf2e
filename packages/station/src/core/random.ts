import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** Chance, as a port: seeded per identity where a fleet must spread out, replayable in tests. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A UUID of version 4. */
  uuid(): string;
}

/** Randomness of the operating system. */
export function createSystemRandom(): Random {
  return {
    next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    uuid: () => randomUUID(),
  };
}

/** Repeatable randomness (xoshiro128**): the same seed gives the same numbers on every machine. */
export function createSeededRandom(seed: string): Random {
  const state = seedState(seed);
  const word = (): number => nextWord(state);
  const next = (): number => word() / 2 ** 32;
  return {
    next,
    uuid: () => {
      const bytes = Buffer.allocUnsafe(16);
      for (let index = 0; index < 16; index++) bytes[index] = word() & 0xff;
      return formatUuid(bytes);
    },
  };
}

/** Apart, so that the generator does not keep the digest. */
function seedState(seed: string): Uint32Array {
  const digest = createHash('sha256').update(seed).digest();
  return Uint32Array.from([0, 4, 8, 12], (offset) => digest.readUInt32LE(offset) || 1);
}

function nextWord(state: Uint32Array): number {
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = state;
  const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
  const mixed2 = s2 ^ s0;
  const mixed3 = s3 ^ s1;
  state[1] = s1 ^ mixed2;
  state[0] = s0 ^ mixed3;
  state[2] = mixed2 ^ (s1 << 9);
  state[3] = rotateLeft(mixed3, 11);
  return result;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Sets version and variant in `bytes`. */
function formatUuid(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
