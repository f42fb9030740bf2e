import { generateKeyPairSync, sign, verify, createPublicKey, type KeyObject } from 'node:crypto';

import { curves, type Curve } from './curves.ts';
import type { VerifySignature } from './verify.ts';

/** A key pair that no meter has. */
export interface TestKey {
  readonly curve: Curve;
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo in hex, as it is printed on a meter. */
  readonly publicKey: string;
}

/** Makes a key pair; of the default curve when none is named. */
export function testKey(curve: Curve | undefined = curves[0]): TestKey {
  if (curve === undefined) throw new Error('There is no such curve.');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve.opensslName });
  return { curve, privateKey, publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('hex') };
}

/** Signs a payload that was written by hand. */
export function signedText({ curve, privateKey }: TestKey, payload: string): string {
  const signature = sign('sha256', Buffer.from(payload), privateKey).toString('hex').toUpperCase();
  return `OCMF|${payload}|{"SA":"${curve.method}","SD":"${signature}"}`;
}

/** Checks signatures as a station does. */
export const nodeVerify: VerifySignature = (key, data, derSignature) => {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' });
    return Promise.resolve(verify('sha256', data, publicKey, derSignature));
  } catch {
    return Promise.resolve(false);
  }
};

/** The fields of a reading, as JSON has them; the register as text that becomes a number. */
export type ReadingFields = Readonly<Record<string, string | null>>;

const reading: ReadingFields = {
  TM: '2026-07-24T13:22:04,000+0200 S',
  TX: 'B',
  RV: '2935.600',
  RI: '01-00:B2.08.00*FF',
  RU: 'kWh',
  ST: 'G',
};

/** The payload of a record; null takes a field away. */
export function payloadText(
  head: Readonly<Record<string, string | boolean | null>> = {},
  readings: readonly ReadingFields[] = [{}],
): string {
  const fields = { FV: '1.0', PG: 'T1', MS: 'M-1', IS: true, IL: 'TRUSTED', IT: 'ISO14443', ID: '04A1B2C3', ...head };
  const texts = Object.entries(fields).flatMap(([key, value]) =>
    value === null ? [] : [`"${key}":${JSON.stringify(value)}`],
  );
  return `{${[...texts, `"RD":[${readings.map((one) => readingText({ ...reading, ...one })).join(',')}]`].join(',')}}`;
}

function readingText(fields: ReadingFields): string {
  const texts = Object.entries(fields).flatMap(([key, value]) =>
    value === null ? [] : [`"${key}":${key === 'RV' || key === 'CL' ? value : JSON.stringify(value)}`],
  );
  return `{${texts.join(',')}}`;
}
