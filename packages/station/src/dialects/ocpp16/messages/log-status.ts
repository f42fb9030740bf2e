import type { LogStatusNotificationRequest, UploadLogStatusEnumType } from '@kerbside/ocpp/ocpp16';

import type { LogStatusReport, LogUploadStatus } from '../../../delivery/session.ts';
import { compact } from '../text.ts';

const words: Readonly<Record<LogUploadStatus, UploadLogStatusEnumType>> = {
  idle: 'Idle',
  uploading: 'Uploading',
  uploaded: 'Uploaded',
  uploadFailure: 'UploadFailure',
  badMessage: 'BadMessage',
  permissionDenied: 'PermissionDenied',
  notSupported: 'NotSupportedOperation',
};

/** LogStatusNotification.req (security whitepaper, S-16): without requestId only where none was asked for. */
export function encodeLogStatus({ status, requestId }: LogStatusReport): LogStatusNotificationRequest {
  return compact({ status: words[status], requestId: requestId ?? undefined });
}
