import { createPublicKey, verify as verifyWith } from 'node:crypto';

import type { VerifySignature } from '@kerbside/ocmf';

/** Checks signatures on all curves of OCMF with what Node has. */
export const verifySignature: VerifySignature = (key, data, derSignature) => {
  // A signature that is no signature does not fit any text.
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' });
    return Promise.resolve(verifyWith('sha256', data, publicKey, derSignature));
  } catch {
    return Promise.resolve(false);
  }
};
