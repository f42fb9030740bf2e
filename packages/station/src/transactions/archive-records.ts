import type { LegalMeter } from './legal-port.ts';
import { paginationOf } from './signed-reading.ts';
import type { AddedRecords, NewSigned, SignedKeeping } from './signed-keeping.ts';

/** What archiving needs. */
export interface ArchiveRecordsDeps {
  readonly signed: () => SignedKeeping;
  readonly legal: () => Pick<LegalMeter, 'missing'> | null;
}

/**
 * Numbers records for the commit in which they count, and with them what the meter numbered before and nobody has archived yet, such
 * as a reading that a power cut took (eichrecht.md E-11). A station whose meters sign nothing never needs the archive for that.
 */
export async function archiveRecords(deps: ArchiveRecordsDeps, records: readonly NewSigned[]): Promise<AddedRecords> {
  if (records.length === 0) return { blobs: [], writes: [] };
  const [signed, legal] = [deps.signed(), deps.legal()];
  const missing = legal === null ? [] : await missingAmong(records, signed, legal);
  const { blobs, writes } = await signed.add([...missing.flatMap((each) => each.records), ...records]);
  const own = blobs.slice(blobs.length - records.length);
  return { blobs: own, writes: [...writes, ...missing.flatMap((each) => each.writes)] };
}

/** What lies between the last number that is archived and the new ones. */
async function missingAmong(
  records: readonly NewSigned[],
  signed: SignedKeeping,
  legal: Pick<LegalMeter, 'missing'>,
): Promise<readonly Awaited<ReturnType<LegalMeter['missing']>>[]> {
  const [{ evse, meterSerial } = { evse: 0, meterSerial: '' }] = records;
  let last = await signed.lastPagination(evse, meterSerial);
  const missing: Awaited<ReturnType<LegalMeter['missing']>>[] = [];
  const numbers = records.flatMap(({ blob }) => paginationOf(blob) ?? []).toSorted((left, right) => left - right);
  for (const number of numbers) {
    if (number > last + 1) missing.push(await legal.missing(last, number));
    last = Math.max(last, number);
  }
  return missing;
}
