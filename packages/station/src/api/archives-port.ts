import type { Logbook } from '../eichrecht/logbook.ts';
import type { SessionArchive } from '../eichrecht/session-archive.ts';
import type { SignedArchive } from '../eichrecht/signed-archive.ts';

/** What a station keeps of its sessions and signed records, for people. */
export interface ApiArchives {
  readonly sessions: Pick<SessionArchive, 'read' | 'page' | 'of'>;
  readonly signed: Pick<SignedArchive, 'of' | 'page' | 'check' | 'status'>;
  readonly logbook: Pick<Logbook, 'read' | 'pages' | 'check'>;
  /** The id that the backend gave a transaction that it does not have whole yet; null while unknown, and afterwards. */
  backendTransaction(transaction: string): string | null;
}
