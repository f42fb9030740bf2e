import type { StopReason } from '../evse/evse-state.ts';
import type { Write } from '../store/store.ts';

/** A session that is over, as it is kept for people. */
export interface SessionRecord {
  readonly transaction: string;
  readonly evse: number;
  readonly connector: number;
  readonly idToken: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly meterStartWh: number;
  readonly meterStopWh: number;
  readonly reason: StopReason;
  readonly stopIdToken: string | null;
  /** Whether it ended without a backend. */
  readonly offline: boolean;
  readonly billing: 'signed' | 'unsigned' | 'unbillable';
  /** Why it is unbillable, in words. */
  readonly problem: string | null;
  readonly meterSerial: string | null;
  /** The meter is for tests only. */
  readonly test: boolean;
  /** It was free of charge. */
  readonly free?: true;
  /** The backend is told nothing of it. */
  readonly untold?: true;
}

/** Where sessions are kept, as a port. */
export interface SessionKeeping {
  /** The writes that archive a session, for the commit of its end. */
  end(session: SessionRecord): readonly Write[];
}
