import type { SessionKeeping, SessionRecord } from './session-keeping.ts';
import type { AddedRecords, ArchivedRecord, NewSigned, SignedKeeping } from './signed-keeping.ts';
import { paginationOf } from './signed-reading.ts';

/** An archive in memory; what is handed in counts at once. */
export class TestSignedKeeping implements SignedKeeping {
  readonly records: ArchivedRecord[] = [];
  blocked: SignedKeeping['blocked'] = null;

  async add(records: readonly NewSigned[]): Promise<AddedRecords> {
    const blobs = records.map((record) => {
      const known = this.records.find(({ blob }) => blob.data === record.blob.data);
      if (known !== undefined) return known.blob;
      const number = this.records.length + 1;
      const { carried, blob, ...rest } = record;
      const archived = { ...blob, number };
      const pagination = `T${paginationOf(blob) ?? ''}`;
      this.records.push({ ...rest, number, blob: archived, pagination, state: carried ? 'waiting' : 'kept' });
      return archived;
    });
    return { blobs, writes: [] };
  }

  async of(transaction: string): Promise<readonly ArchivedRecord[]> {
    return this.records.filter((record) => record.transaction === transaction);
  }

  async lastPagination(evse: number, meterSerial: string): Promise<number> {
    const own = this.records.filter((record) => record.evse === evse && record.meterSerial === meterSerial);
    return Math.max(0, ...own.map(({ blob }) => paginationOf(blob) ?? 0));
  }

  async load(): Promise<void> {
    await Promise.resolve();
  }
}

/** Sessions in memory. */
export class TestSessionKeeping implements SessionKeeping {
  readonly sessions: SessionRecord[] = [];

  end(session: SessionRecord): ReturnType<SessionKeeping['end']> {
    this.sessions.push(session);
    return [];
  }
}
