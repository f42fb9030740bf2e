import type { UpdateStatus } from '../delivery/session.ts';
import type { UpdatePhase } from '../firmware/firmware-update.ts';

/** The software of a station for people, without the addresses and signatures of updates. */
export interface FirmwareView {
  /** The version that runs; '' when the hardware does not tell. */
  readonly version: string;
  /** The slot that runs; null where nothing installs software. */
  readonly slot: string | null;
  /** The slots are simulated: nothing is really installed. */
  readonly simulated: boolean;
  /** New software runs that has not reached its backend yet. */
  readonly onTrial: boolean;
  /** The last update, or the one under way; null before the first. */
  readonly update: {
    readonly kind: 'plain' | 'signed';
    readonly requestId: number | null;
    readonly phase: UpdatePhase;
    /** What was last told; null before the first. */
    readonly status: UpdateStatus | null;
    readonly sinceMs: number;
    /** Not before these times; null: at once. */
    readonly retrieveMs: number | null;
    readonly installMs: number | null;
    /** How many downloads have failed. */
    readonly failedDownloads: number;
    /** Why it failed; null while it has not. */
    readonly problem: string | null;
  } | null;
}
