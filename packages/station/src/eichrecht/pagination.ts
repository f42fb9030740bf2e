import { isRecord } from '../core/json.ts';
import type { SignedBlob } from '../evse/hardware.ts';

/** Where a record stands in the counting of its meter (OCMF, PG): each context counts for itself. */
export interface Pagination {
  /** `T` for transactions, `F` for the fiscal context; other encodings may have none. */
  readonly context: string;
  readonly number: number;
}

/** The pagination as the meter wrote it (`T12`); empty when it has none. */
export function paginationText(blob: SignedBlob): string {
  return blob.pagination ?? (blob.encoding === 'OCMF' ? paginationOfOcmf(blob.data) : '');
}

/** Reads `T12`, `F3` or `12`; null for anything else. */
export function parsePagination(text: string): Pagination | null {
  const [, context = '', digits = ''] = /^([A-Za-z]?)(\d{1,15})$/.exec(text) ?? [];
  return digits === '' ? null : { context, number: Number(digits) };
}

/** A record is shown and kept whatever is wrong with it; so this gives nothing rather than fail. */
function paginationOfOcmf(text: string): string {
  const [, payload = ''] = text.split('|', 2);
  try {
    const value: unknown = JSON.parse(payload);
    const page = isRecord(value) ? value['PG'] : undefined;
    return typeof page === 'string' ? page : '';
  } catch {
    return '';
  }
}
