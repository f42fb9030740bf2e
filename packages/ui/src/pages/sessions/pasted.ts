import { findRecords } from '@kerbside/ocmf';

import type { SignedText } from './signed-text.ts';

/**
 * Finds the signed records in what somebody pasted, in whatever form they have them, session by session; records that name no
 * transaction are taken for one session.
 * @throws OcmfError when there is none
 */
export function readPasted(text: string): readonly (readonly SignedText[])[] {
  const sessions = new Map<string | null, SignedText[]>();
  for (const { transaction, data, format, publicKey } of findRecords(text)) {
    const session = sessions.get(transaction) ?? [];
    session.push({ data, encoding: format, publicKey, test: false });
    sessions.set(transaction, session);
  }
  return [...sessions.values()];
}
