import type { AddedRecords, NewSigned, SignedKeeping } from './signed-keeping.ts';

const nothing: AddedRecords = { blobs: [], writes: [] };

/** Numbers records for the commit in which they count; a station whose meters sign nothing never needs the archive for that. */
export async function archiveRecords(
  deps: { readonly signed: SignedKeeping },
  records: readonly NewSigned[],
): Promise<AddedRecords> {
  return records.length === 0 ? nothing : deps.signed.add(records);
}
