import type { DiagnosticsStatusNotificationRequest } from '@kerbside/ocpp/ocpp16';

import type { DiagnosticsStatus } from '../../../delivery/session.ts';

const words = {
  idle: 'Idle',
  uploading: 'Uploading',
  uploaded: 'Uploaded',
  uploadFailed: 'UploadFailed',
} as const satisfies Record<DiagnosticsStatus, DiagnosticsStatusNotificationRequest['status']>;

/** DiagnosticsStatusNotification.req (§4.4, F-05). */
export function encodeDiagnosticsStatus(status: DiagnosticsStatus): DiagnosticsStatusNotificationRequest {
  return { status: words[status] };
}
