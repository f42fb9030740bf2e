/**
 * What the page reads of the daemon's answers. `tools/ui-shapes.ts` holds them against the types of the daemon, so that a
 * change there that would break the page does not compile.
 */

/** The roles of people and programs; each may do what those before it may. */
export type Role = 'viewer' | 'operator' | 'manufacturer';

/** Who sits before this browser, as far as the daemon knows. */
export interface SessionInfo {
  readonly signedIn: boolean;
  readonly user: string | null;
  readonly role: Role | null;
  readonly mustChangePassword: boolean;
  readonly csrf: string | null;
  readonly expiresInSeconds: number | null;
  readonly commissioning: { readonly open: boolean; readonly remainingSeconds: number | null };
}

/** The process as a whole. */
export interface ProcessState {
  readonly version: string;
  /** With which problems of the configuration it runs in safe mode. */
  readonly problems: readonly string[];
  readonly stations: readonly string[];
}

/** Where the link to the backend stands. */
export interface LinkShape {
  readonly kind: 'disabled' | 'waitingForBearer' | 'connecting' | 'open' | 'backingOff';
  readonly sinceMs: number;
  readonly reason: string;
  readonly stage?: string;
  readonly attempt?: number;
  readonly url?: string;
  readonly subProtocol?: string;
  readonly nextDueMs?: number;
}

/** One charging point. */
export interface EvseShape {
  readonly id: number;
  readonly status: string;
  readonly errorCode: string;
  readonly info: string | null;
  readonly pilot: string;
  readonly plugged: boolean;
  readonly contactor: 'open' | 'closed';
  readonly phase: string;
  readonly limitMilliamps: number;
  readonly limitPhases: number;
  readonly limitSource: string;
  readonly limitUntilMs: number | null;
  readonly reservation: { readonly id: number; readonly expiryMs: number } | null;
  readonly transaction: TransactionShape | null;
}

/** What the meter of a charging point shows. */
export interface ReadingShape {
  readonly id: number;
  readonly reading: {
    readonly energyImportWh?: number;
    readonly powerW?: number;
    readonly currentA?: readonly number[];
    readonly voltageV?: readonly number[];
    readonly soc?: number;
  } | null;
  /** Why it does not answer; null when it does. */
  readonly problem: string | null;
}

/** A running transaction. */
export interface TransactionShape {
  readonly key: string;
  readonly backendId: string | null;
  readonly told: boolean;
  readonly startedMs: number;
  readonly meterStartWh: number;
  readonly lastWh: number;
  readonly stage: string;
}

/** What waits for the backend. */
export interface OutboxShape {
  readonly waiting: number;
  readonly waitingByFact: Readonly<Record<string, number>>;
  readonly parked: number;
  readonly inFlight: {
    readonly fact: string;
    readonly messageId: string;
    readonly ageMs: number;
    readonly transmission: number;
  } | null;
  readonly head: { readonly fact: string; readonly failed: number; readonly lastError: string } | null;
  readonly nextDueInMs: number | null;
  readonly storeBlocked: boolean;
  readonly overflow: boolean;
  readonly counters: {
    readonly enqueued: number;
    readonly transmitted: number;
    readonly delivered: number;
    readonly refused: number;
    readonly unanswered: number;
    readonly cut: number;
    readonly parked: number;
    readonly dropped: number;
    readonly thinned: number;
  };
}

/** The whole state of a station. One that is being made anew has only its name and why it is not ready. */
export interface StationShape {
  readonly name: string;
  readonly identity: string;
  readonly simulated: boolean;
  readonly vendor: string;
  readonly model: string;
  readonly startedMs: number;
  readonly notReady: readonly string[];
  readonly link: LinkShape;
  readonly silence: unknown;
  readonly security: {
    readonly profile: number;
    readonly certificate: CertificateShape | null;
    readonly certificateAwaited: boolean;
  };
  readonly bearer: {
    readonly name: string;
    readonly interface: string | null;
    readonly address: string | null;
    readonly reason: string;
    readonly policyRouting: string;
  };
  readonly registration: 'none' | 'pending' | 'rejected' | 'accepted';
  readonly clock: { readonly nowMs: number; readonly source: 'none' | 'system' | 'backend' };
  readonly store: { readonly health: string; readonly problem: string };
  readonly blocked: string | null;
  readonly freeCharging: string | null;
  readonly firmware: FirmwareShape;
  readonly evses: readonly EvseShape[];
  readonly outbox: OutboxShape;
  readonly problems: readonly { readonly atMs: number; readonly text: string }[];
}

/** The station's own certificate. */
export interface CertificateShape {
  readonly subject: string;
  readonly issuer: string;
  readonly validFromMs: number;
  readonly validToMs: number;
  readonly fingerprint: string;
  readonly used: boolean;
  readonly proven: boolean;
}

/** The software of a station. */
export interface FirmwareShape {
  readonly version: string;
  readonly slot: string | null;
  readonly simulated: boolean;
  readonly onTrial: boolean;
  readonly update: {
    readonly kind: 'plain' | 'signed';
    readonly requestId: number | null;
    readonly phase: string;
    readonly status: string | null;
    readonly sinceMs: number;
    readonly retrieveMs: number | null;
    readonly installMs: number | null;
    readonly failedDownloads: number;
    /** Who brought it; null: a backend. */
    readonly by: string | null;
    readonly problem: string | null;
  } | null;
}

/** A station in a line of a list. */
export interface SummaryShape {
  readonly name: string;
  readonly simulated?: boolean;
  readonly notReady: readonly string[];
  readonly link?: { readonly kind: LinkShape['kind']; readonly reason: string };
  readonly registration?: string;
  readonly blocked?: string | null;
  readonly freeCharging?: string | null;
  readonly evses?: readonly { readonly id: number; readonly status: string; readonly errorCode: string }[];
  readonly outbox?: { readonly waiting: number; readonly parked: number };
}

/** One message between a station and its backend; secrets are masked. */
export interface MessageShape {
  readonly seq: number;
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly kind: 'call' | 'callResult' | 'callError' | 'other' | 'mishap';
  readonly action: string | null;
  readonly id: string;
  readonly text: string;
  readonly latencyMs: number | null;
  readonly connector: number | null;
  readonly problem: string | null;
  readonly answerTo: number | null;
}
