import { kindOfUse } from './certificate-uses.ts';
import type { Handler } from './handler.ts';

/** GetInstalledCertificateIds (security whitepaper §5.7, S-12): the roots of one kind by their hashes, or NotFound. */
export const getInstalledCertificateIds: Handler<'GetInstalledCertificateIds'> = (request, { certificates }) => {
  const hashes = certificates.list(kindOfUse[request.certificateType]);
  if (hashes.length === 0) return { payload: { status: 'NotFound' } };
  const certificateHashData = hashes.map(({ algorithm, ...fields }) => ({ hashAlgorithm: algorithm, ...fields }));
  return { payload: { status: 'Accepted', certificateHashData } };
};
