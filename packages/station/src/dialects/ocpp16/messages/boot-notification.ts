import type { BootNotificationRequest, BootNotificationResponse } from '@kerbside/ocpp/ocpp16';

import { parseTimestamp } from '../../../core/station-clock.ts';
import type { BootAnswer, StationIdentity } from '../../../delivery/session.ts';
import { compact } from '../text.ts';

/** BootNotification.req (OCPP 1.6 §4.2); what is not known is left out (B-01). */
export function encodeBootNotification(identity: StationIdentity): BootNotificationRequest {
  return compact({
    chargePointVendor: identity.vendor,
    chargePointModel: identity.model,
    chargePointSerialNumber: identity.serialNumber ?? undefined,
    chargeBoxSerialNumber: identity.chargeBoxSerialNumber ?? undefined,
    firmwareVersion: identity.firmwareVersion ?? undefined,
    iccid: identity.iccid ?? undefined,
    imsi: identity.imsi ?? undefined,
    meterType: identity.meterType ?? undefined,
    meterSerialNumber: identity.meterSerialNumber ?? undefined,
  });
}

const statuses = { Accepted: 'accepted', Pending: 'pending', Rejected: 'rejected' } as const;

/** BootNotification.conf; null when its time cannot be read (B-07: treated as failed). */
export function decodeBootNotification(response: BootNotificationResponse): BootAnswer | null {
  const timeMs = parseTimestamp(response.currentTime);
  if (timeMs === undefined) return null;
  return { status: statuses[response.status], timeMs, intervalSeconds: response.interval };
}
