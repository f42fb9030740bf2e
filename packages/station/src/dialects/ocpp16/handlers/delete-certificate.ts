import type { Handler } from './handler.ts';

const statuses = { accepted: 'Accepted', notFound: 'NotFound', failed: 'Failed' } as const;

/** DeleteCertificate (security whitepaper §5.5, S-13): the root that all four hash fields name. */
export const deleteCertificate: Handler<'DeleteCertificate'> = async ({ certificateHashData }, { certificates }) => {
  const { hashAlgorithm: algorithm, issuerNameHash, issuerKeyHash, serialNumber } = certificateHashData;
  const status = await certificates.delete({ algorithm, issuerNameHash, issuerKeyHash, serialNumber });
  return { payload: { status: statuses[status] } };
};
