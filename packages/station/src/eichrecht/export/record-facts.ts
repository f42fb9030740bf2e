import { OcmfError, readOcmf, readPublicKey, type OcmfRecord } from '@kerbside/ocmf';

import type { ArchivedRecord } from '../../transactions/signed-keeping.ts';

/** Reads the OCMF in a record; null for other encodings, and for what cannot be read. */
export function ocmfOf({ blob }: ArchivedRecord): OcmfRecord | null {
  if (blob.encoding !== 'OCMF') return null;
  try {
    return readOcmf(blob.data);
  } catch (error) {
    if (error instanceof OcmfError) return null;
    throw error;
  }
}

/** Whether a record holds the begin and the end of a transaction. */
export function isWhole(record: ArchivedRecord): boolean {
  const readings = ocmfOf(record)?.readings ?? [];
  return readings.some(({ event }) => event === 'B') && readings.some(({ event }) => 'ELRAP'.includes(event || '-'));
}

/** A public key as hex of its SubjectPublicKeyInfo; as the meter gave it when it cannot be read. */
export function keyText(publicKey: string): string {
  try {
    return Buffer.from(readPublicKey(publicKey).spki).toString('hex');
  } catch (error) {
    if (error instanceof OcmfError) return publicKey.trim();
    throw error;
  }
}
