import type { IdTokenAnswer } from '../authorization/id-token-answer.ts';
import type { ConnectorStatus } from '../evse/connector-status.ts';
import type { Fact } from '../transactions/facts.ts';

/**
 * One connection to a backend, in the words of the core: what a dialect makes of a socket. Every method sends one CALL and
 * never rejects. The caller guarantees that only one is under way at a time (T-10).
 */
export interface BackendSession {
  boot(identity: StationIdentity): Promise<Outcome<BootAnswer>>;
  heartbeat(): Promise<Outcome<{ readonly timeMs: number | null }>>;
  authorize(idToken: string): Promise<Outcome<IdTokenAnswer>>;
  status(status: StatusReport): Promise<Outcome<Record<never, never>>>;
  /** Asks the backend to have a certificate request (PEM) signed; `taken`: it will send the certificate. */
  signCertificate(csr: string): Promise<Outcome<{ readonly taken: boolean }>>;
  /** Tells how the upload of a log goes. */
  logStatus(report: LogStatusReport): Promise<Outcome<Record<never, never>>>;
  /** Tells how a firmware update goes. */
  firmwareStatus(report: FirmwareStatusReport): Promise<Outcome<Record<never, never>>>;
  /** Tells how the upload of diagnostics goes. */
  diagnosticsStatus(status: DiagnosticsStatus): Promise<Outcome<Record<never, never>>>;
  /** Sends a message of a vendor. */
  dataTransfer(request: DataTransferRequest): Promise<Outcome<DataTransferAnswer>>;
  /**
   * Encodes and sends a fact. `backendTransaction` is the id that the backend gave the fact's transaction; null before it is
   * known (then only `transactionStarted` can be sent) or for facts outside a transaction.
   */
  fact(fact: Fact, messageId: string, backendTransaction: string | null): Promise<Outcome<FactAnswer>>;
}

/** What became of a CALL. */
export type Outcome<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** CALLERROR or an unusable answer. `final`: trying again cannot help (NotImplemented, a schema violation …). */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly text: string;
      readonly final: boolean;
      readonly security: boolean;
    }
  /** No answer in time on a link that was up. */
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'linkLost' }
  /** This version has no message for it, or it must never be sent as it is (a defect, logged); nothing left the station. */
  | { readonly kind: 'notSendable'; readonly problem: string };

/** How the upload of diagnostics stands (F-05). */
export type DiagnosticsStatus = 'idle' | 'uploading' | 'uploaded' | 'uploadFailed';

/** What a backend hears of an update, in the words of no version. */
export type UpdateStatus =
  | 'downloadScheduled'
  | 'downloading'
  | 'downloaded'
  | 'downloadFailed'
  | 'signatureVerified'
  | 'invalidSignature'
  | 'installScheduled'
  | 'installing'
  | 'installRebooting'
  | 'installed'
  | 'installationFailed'
  | 'installVerificationFailed';

/** How a firmware update stands; *signed*: for a backend that sends signed firmware, with its number of the update. */
export interface FirmwareStatusReport {
  readonly kind: 'plain' | 'signed';
  readonly status: UpdateStatus | 'idle';
  readonly requestId: number | null;
}

/** How the upload of a log stands; `requestId` is the backend's number of it, null while none was asked for. */
export interface LogStatusReport {
  readonly status: LogUploadStatus;
  readonly requestId: number | null;
}

/** *badMessage*: the request cannot be carried out as it is; *notSupported*: it asks for what is not built. */
export type LogUploadStatus =
  | 'idle'
  | 'uploading'
  | 'uploaded'
  | 'uploadFailure'
  | 'badMessage'
  | 'permissionDenied'
  | 'notSupported';

/** Who the station is, for the registration. */
export interface StationIdentity {
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber: string | null;
  readonly chargeBoxSerialNumber: string | null;
  readonly firmwareVersion: string | null;
  readonly meterType: string | null;
  readonly meterSerialNumber: string | null;
  readonly iccid: string | null;
  readonly imsi: string | null;
}

export interface BootAnswer {
  readonly status: 'accepted' | 'pending' | 'rejected';
  readonly timeMs: number;
  readonly intervalSeconds: number;
}

/** What a backend answers to a fact; the parts that the kind of fact does not have are null. */
export interface FactAnswer {
  readonly backendTransaction: string | null;
  readonly idToken: IdTokenAnswer | null;
}

/** A message of a vendor, in either direction (OCPP 1.6 §4.3). */
export interface DataTransferRequest {
  readonly vendorId: string;
  readonly messageId: string | null;
  readonly data: string | null;
}

/** What the receiver made of a message of a vendor. */
export interface DataTransferAnswer {
  readonly status: 'accepted' | 'rejected' | 'unknownMessageId' | 'unknownVendorId';
  readonly data: string | null;
}

/** The state of an EVSE (or of the station, evse 0) as reported. */
export interface StatusReport {
  readonly evse: number;
  readonly connector: number;
  readonly status: ConnectorStatus;
  /** OCPP error code in 1.6 spelling; `NoError` normally. */
  readonly errorCode: string;
  readonly info: string | null;
  readonly vendorErrorCode: string | null;
  /** Wall time at which the status became valid; null without a valid clock. */
  readonly timeMs: number | null;
  /** Says nothing of status or error: the first to be left out when too many wait. */
  readonly informative?: true;
}
