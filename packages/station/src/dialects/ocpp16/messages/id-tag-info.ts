import type { IdTagInfo } from '@kerbside/ocpp/ocpp16';

import { parseTimestamp } from '../../../core/station-clock.ts';
import type { IdTokenAnswer } from '../../../authorization/id-token-answer.ts';

const statuses = {
  Accepted: 'accepted',
  Blocked: 'blocked',
  Expired: 'expired',
  Invalid: 'invalid',
  ConcurrentTx: 'concurrentTx',
} as const;

/** What a backend says of an identifier (OCPP 1.6 §7.27). */
export function decodeIdTagInfo(info: IdTagInfo): IdTokenAnswer {
  return {
    status: statuses[info.status],
    expiryMs: info.expiryDate === undefined ? null : (parseTimestamp(info.expiryDate) ?? null),
    // Backends write an empty text for no group; nobody belongs to it.
    parentIdToken: info.parentIdTag === undefined || info.parentIdTag === '' ? null : info.parentIdTag,
  };
}
