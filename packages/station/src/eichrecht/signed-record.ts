import { createHash } from 'node:crypto';

import { isRecord } from '../core/json.ts';
import type { SampleContext } from '../metering/sample.ts';
import type { Archived } from '../store/store.ts';
import type { ArchivedRecord, NewSigned, SignedState } from '../transactions/signed-keeping.ts';
import { paginationText } from './pagination.ts';

/** What one record is known by: the same data of the same meter at the same EVSE are the same record (pitfall 16 of E-26). */
export function keyOfRecord({ evse, meterSerial, blob }: NewSigned): string {
  return createHash('sha256').update(`${evse}\n${meterSerial}\n${blob.data}`).digest('base64url').slice(0, 24);
}

/** A record as text for the store; the signed data stand in it untouched. */
export function bodyOfRecord({ evse, context, meterSerial, test, blob }: NewSigned): string {
  const { encoding, method, data, publicKey, pagination } = blob;
  return JSON.stringify({ evse, context, meterSerial, test, encoding, method, publicKey, pagination, data });
}

/** Reads a record; null when its text cannot be one. */
export function readRecord({ row, body }: Archived): ArchivedRecord | null {
  const value = parsed(body);
  if (value === null) return null;
  const { evse, context, meterSerial, test, encoding, method, data, publicKey, pagination } = value;
  if (typeof evse !== 'number' || typeof data !== 'string' || typeof encoding !== 'string') return null;
  const text = (from: unknown): string => (typeof from === 'string' ? from : '');
  const blob = {
    encoding,
    method: text(method),
    data,
    publicKey: text(publicKey),
    ...(typeof pagination === 'string' ? { pagination } : {}),
    number: row.seq,
  };
  return {
    number: row.seq,
    transaction: row.group,
    evse,
    context: text(context) as SampleContext,
    meterSerial: text(meterSerial),
    test: test === true,
    timeMs: row.atMs,
    blob,
    state: stateOf(row.state),
    pagination: paginationText(blob),
  };
}

function parsed(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function stateOf(word: string): SignedState {
  return word === 'delivered' || word === 'kept' ? word : 'waiting';
}
