import type { SecurityEventNotificationRequest } from '@kerbside/ocpp/ocpp16';

import { toTimestamp } from '../../../core/station-clock.ts';
import type { EventFact } from '../../../transactions/facts.ts';
import { compact, cutText } from '../text.ts';

/** SecurityEventNotification.req (security whitepaper, S-14); the time is when it happened. */
export function encodeSecurityEvent({ type, timeMs, detail }: EventFact): SecurityEventNotificationRequest {
  return compact({ type: type.slice(0, 50), timestamp: toTimestamp(timeMs), techInfo: cutText(detail, 255) });
}
