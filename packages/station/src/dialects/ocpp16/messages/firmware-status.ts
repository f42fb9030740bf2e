import type {
  FirmwareStatus,
  FirmwareStatusEnumType,
  FirmwareStatusNotificationRequest,
  SignedFirmwareStatusNotificationRequest,
} from '@kerbside/ocpp/ocpp16';

import type { FirmwareStatusReport } from '../../../delivery/session.ts';
import { compact } from '../text.ts';

type Status = FirmwareStatusReport['status'];

/** In the words of the security whitepaper. */
const signedWords: Readonly<Record<Status, FirmwareStatusEnumType>> = {
  idle: 'Idle',
  downloadScheduled: 'DownloadScheduled',
  downloading: 'Downloading',
  downloaded: 'Downloaded',
  downloadFailed: 'DownloadFailed',
  signatureVerified: 'SignatureVerified',
  invalidSignature: 'InvalidSignature',
  installScheduled: 'InstallScheduled',
  installing: 'Installing',
  installRebooting: 'InstallRebooting',
  installed: 'Installed',
  installationFailed: 'InstallationFailed',
  installVerificationFailed: 'InstallVerificationFailed',
};

/** In those of OCPP 1.6 itself, which has fewer: the nearest that says nothing wrong. */
const plainWords: Readonly<Record<Status, FirmwareStatus>> = {
  idle: 'Idle',
  downloadScheduled: 'Idle',
  downloading: 'Downloading',
  downloaded: 'Downloaded',
  downloadFailed: 'DownloadFailed',
  signatureVerified: 'Downloaded',
  invalidSignature: 'InstallationFailed',
  installScheduled: 'Downloaded',
  installing: 'Installing',
  installRebooting: 'Installing',
  installed: 'Installed',
  installationFailed: 'InstallationFailed',
  installVerificationFailed: 'InstallationFailed',
};

/** FirmwareStatusNotification.req (§6.19, F-01). */
export function encodeFirmwareStatus({ status }: FirmwareStatusReport): FirmwareStatusNotificationRequest {
  return { status: plainWords[status] };
}

/** SignedFirmwareStatusNotification.req (security whitepaper, S-17): without requestId only where no update was asked for. */
export function encodeSignedFirmwareStatus({
  status,
  requestId,
}: FirmwareStatusReport): SignedFirmwareStatusNotificationRequest {
  return compact({ status: signedWords[status], requestId: requestId ?? undefined });
}
