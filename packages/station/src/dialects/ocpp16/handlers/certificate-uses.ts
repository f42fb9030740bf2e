import type { CertificateUseEnumType } from '@kerbside/ocpp/ocpp16';

import type { RootKind } from '../../../security/certificate-store.ts';

/** What 1.6 calls the kinds of roots. */
export const kindOfUse: Readonly<Record<CertificateUseEnumType, RootKind>> = {
  CentralSystemRootCertificate: 'centralSystem',
  ManufacturerRootCertificate: 'manufacturer',
};
