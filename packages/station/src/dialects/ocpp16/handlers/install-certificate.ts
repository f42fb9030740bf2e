import { kindOfUse } from './certificate-uses.ts';
import type { Handler } from './handler.ts';

const statuses = { accepted: 'Accepted', rejected: 'Rejected', failed: 'Failed' } as const;

/** InstallCertificate (security whitepaper §5.10, S-11): a root for backends or of the manufacturer; also while Pending (B-04). */
export const installCertificate: Handler<'InstallCertificate'> = async (request, { certificates }) => ({
  payload: { status: statuses[await certificates.install(kindOfUse[request.certificateType], request.certificate)] },
});
