import type { DataTransferRequest as DataTransferPayload, DataTransferResponse } from '@kerbside/ocpp/ocpp16';

import type { DataTransferAnswer, DataTransferRequest } from '../../../delivery/session.ts';
import { compact } from '../text.ts';

const words = {
  accepted: 'Accepted',
  rejected: 'Rejected',
  unknownMessageId: 'UnknownMessageId',
  unknownVendorId: 'UnknownVendorId',
} as const satisfies Readonly<Record<DataTransferAnswer['status'], DataTransferResponse['status']>>;

const statuses = {
  Accepted: 'accepted',
  Rejected: 'rejected',
  UnknownMessageId: 'unknownMessageId',
  UnknownVendorId: 'unknownVendorId',
} as const satisfies Readonly<Record<DataTransferResponse['status'], DataTransferAnswer['status']>>;

/** A message of a vendor as 1.6 writes it (§6.13). */
export function encodeDataTransfer({ vendorId, messageId, data }: DataTransferRequest): DataTransferPayload {
  return compact({ vendorId, messageId: messageId ?? undefined, data: data ?? undefined });
}

/** Reads a message of a vendor. */
export function decodeDataTransfer({ vendorId, messageId, data }: DataTransferPayload): DataTransferRequest {
  return { vendorId, messageId: messageId ?? null, data: data ?? null };
}

/** The answer to a message of a vendor as 1.6 writes it (§6.14). */
export function encodeDataTransferAnswer({ status, data }: DataTransferAnswer): DataTransferResponse {
  return compact({ status: words[status], data: data ?? undefined });
}

/** Reads the answer to a message of a vendor. */
export function decodeDataTransferAnswer({ status, data }: DataTransferResponse): DataTransferAnswer {
  return { status: statuses[status], data: data ?? null };
}
