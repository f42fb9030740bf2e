import type { ChargePointErrorCode, ChargePointStatus, StatusNotificationRequest } from '@kerbside/ocpp/ocpp16';

import { toTimestamp } from '../../../core/station-clock.ts';
import type { StatusReport } from '../../../delivery/session.ts';
import { compact, cutText } from '../text.ts';

/** The error codes of 1.6 (§7.6); what is none of them goes out as OtherError with its own name in vendorErrorCode. */
const errorCodes: readonly ChargePointErrorCode[] = [
  'ConnectorLockFailure',
  'EVCommunicationError',
  'GroundFailure',
  'HighTemperature',
  'InternalError',
  'LocalListConflict',
  'NoError',
  'OtherError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
  'WeakSignal',
];

/** StatusNotification.req (OCPP 1.6 §4.9). The EVSE is 1.6's connector; its status words are 1.6's own. */
export function encodeStatusNotification(report: StatusReport, vendorId: string): StatusNotificationRequest {
  const errorCode = errorCodes.find((code) => code === report.errorCode) ?? 'OtherError';
  const vendorErrorCode = cutText(
    report.vendorErrorCode ?? (errorCode === report.errorCode ? null : report.errorCode),
    50,
  );
  const status: ChargePointStatus = report.status;
  return compact({
    connectorId: report.evse,
    errorCode,
    status,
    info: cutText(report.info, 50),
    timestamp: report.timeMs === null ? undefined : toTimestamp(report.timeMs),
    vendorErrorCode,
    vendorId: vendorErrorCode === undefined ? undefined : cutText(vendorId, 255),
  });
}
