import type { LocalListUpdate } from '../authorization/local-list-update.ts';
import type { DataTransferAnswer, DataTransferRequest } from '../delivery/session.ts';
import type { Reservation } from '../reservations/reservation.ts';
import type { UpdateRequest } from '../firmware/firmware-update.ts';
import type { CertificateHashes } from '../security/certificate-hashes.ts';
import type { RootKind } from '../security/certificate-store.ts';
import type { RateUnit } from '../smartcharging/charging-profile.ts';
import type { CompositeSchedule } from '../smartcharging/composite-schedule.ts';
import type { ProfileFilter } from '../smartcharging/profile-changes.ts';
import type { ProposedProfile } from '../smartcharging/profile-rules.ts';

/**
 * What a backend may ask of a station, in the words of the core. Dialects turn messages into these calls; the station answers
 * what it will do at once and does it afterwards (G-05: no call but `unlock` waits for hardware).
 */
export interface StationCommands {
  /** Whether the station is registered; until then most calls are refused (B-04, B-05). */
  readonly registration: () => 'none' | 'pending' | 'rejected' | 'accepted';
  /** Lets a remote user charge; null chooses a free EVSE. `profile` shall limit the transaction. */
  remoteStart(request: RemoteStart): 'accepted' | 'rejected';
  /** Ends the transaction that the backend knows under this id. */
  remoteStop(backendTransaction: string): Promise<'accepted' | 'rejected'>;
  /**
   * Takes an EVSE, or with null the station and all of them, into or out of service; on disk when it resolves. *scheduled*: a
   * transaction has to end first.
   */
  changeAvailability(request: {
    readonly evse: number | null;
    readonly operative: boolean;
  }): Promise<'accepted' | 'rejected' | 'scheduled'>;
  /** Ends the transaction of an EVSE and frees its plug; *notSupported* where there is no lock. Resolves within 18 s. */
  unlock(evse: number): Promise<'unlocked' | 'failed' | 'notSupported'>;
  /** Restarts the station after its transactions have been closed. */
  reset(kind: 'soft' | 'hard'): 'accepted' | 'rejected';
  /** Sends something again that the backend wants to see. */
  trigger(what: TriggerRequest): 'accepted' | 'rejected' | 'notImplemented';
  /** Forgets cached identifiers; never touches the outbox (fault 28). */
  clearCache(): Promise<'accepted' | 'rejected'>;
  /** Serves a message of a vendor (§5.6). */
  dataTransfer(request: DataTransferRequest): Promise<DataTransferAnswer>;
  readonly configuration: ConfigurationCommands;
  readonly certificates: CertificateCommands;
  readonly stationCertificate: StationCertificateCommands;
  readonly localList: LocalListCommands;
  readonly charging: ChargingCommands;
  readonly reservations: ReservationCommands;
  readonly logs: LogCommands;
  readonly firmware: FirmwareCommands;
  /** Tells people what could not be answered as asked. */
  problem(text: string): void;
}

/** Who shall charge, and where. */
export interface RemoteStart {
  readonly evse: number | null;
  readonly idToken: string;
  readonly profile: ProfileRequest | null;
}

/** What can be triggered; `evse` null means all that apply. */
export type TriggerRequest =
  | { readonly kind: 'boot' | 'heartbeat' | 'logStatus' | 'diagnosticsStatus' }
  /** *signed*: for a backend that sends signed firmware. */
  | { readonly kind: 'firmwareStatus'; readonly signed: boolean }
  | { readonly kind: 'status' | 'meterValues'; readonly evse: number | null };

/** The station's parameters as a backend sees them. */
export interface ConfigurationCommands {
  /** Every key that may be listed, in a stable order. */
  list(): readonly ConfigurationEntry[];
  /** One key, whatever its letter case; null when there is none. */
  find(key: string): ConfigurationEntry | null;
  change(key: string, value: string): Promise<'accepted' | 'rebootRequired' | 'rejected' | 'notSupported'>;
  /** How many keys one GetConfiguration may ask for. */
  readonly maxKeys: () => number;
}

/** One key; `value` is missing for secrets. */
export interface ConfigurationEntry {
  readonly key: string;
  readonly value?: string;
  readonly readonly: boolean;
}

/** The backend's list of identifiers (OCPP local list). */
export interface LocalListCommands {
  /** The version, 0 while nobody is listed; null when the list is switched off. */
  version(): number | null;
  /** Replaces or changes the list, wholly or not at all; on disk when it resolves with *accepted*. */
  send(update: LocalListUpdate): Promise<'accepted' | 'failed' | 'versionMismatch' | 'notSupported'>;
}

/** The software of the station (S-17…S-19, F-01). */
export interface FirmwareCommands {
  /** Takes an update on, and carries it out afterwards; on disk when it is answered with *accepted* or *canceled*. */
  update(request: UpdateRequest): Promise<FirmwareAnswer>;
}

/** *canceled*: taken, and the one before ends for it · *notSupported*: the station installs no software, or none of this kind. */
export type FirmwareAnswer = 'accepted' | 'canceled' | 'rejected' | 'invalidCertificate' | 'notSupported';

/** A log that a backend wants to have. */
export interface LogRequest {
  readonly log: 'diagnostics' | 'security';
  /** The backend's number of the request. */
  readonly requestId: number;
  readonly location: string;
  /** Only what happened from then on, and until then (ms since 1970); null = no bound. */
  readonly fromMs: number | null;
  readonly untilMs: number | null;
  /** How often a failed upload is tried again; null leaves it to the station. */
  readonly retries: number | null;
  readonly retryIntervalSeconds: number | null;
}

/** Diagnostics that a backend wants to have (F-05). */
export type DiagnosticsRequest = Omit<LogRequest, 'log' | 'requestId'>;

/** The logs of the station (S-16), and its diagnostics (F-05). */
export interface LogCommands {
  /** Takes a request on, and uploads afterwards; on disk when it resolves. *canceled*: the upload that was running ends for it. */
  upload(request: LogRequest): Promise<{
    readonly status: 'accepted' | 'canceled' | 'rejected';
    readonly fileName: string | null;
  }>;
  /**
   * Takes a request on, and uploads afterwards; on disk when it resolves. An upload that runs ends for it, and is told as failed.
   * Without a file name there is nothing of that period, and nothing follows; *failed*: the request cannot be stored.
   */
  diagnostics(
    request: DiagnosticsRequest,
  ): Promise<{ readonly status: 'accepted' | 'failed'; readonly fileName: string | null }>;
}

/** The roots that are installed on the station (S-11…S-13). What is answered as done is on disk. */
export interface CertificateCommands {
  /** *rejected*: the certificate or the rules; *failed*: it could not be stored. */
  install(kind: RootKind, pem: string): Promise<'accepted' | 'rejected' | 'failed'>;
  /** What names the roots of a kind, in SHA-256; the oldest first. */
  list(kind: RootKind): readonly CertificateHashes[];
  /** *failed*: it is in use, or could not be deleted. */
  delete(hashes: CertificateHashes): Promise<'accepted' | 'notFound' | 'failed'>;
}

/** The station's own certificate (S-08, S-09). What is answered *accepted* is on disk. */
export interface StationCertificateCommands {
  /** The station makes a new key and asks for its certificate, after the answer. */
  sign(): Promise<'accepted' | 'rejected'>;
  /** A signed certificate with its chain (PEM); the link goes over to it after the answer, where it uses one. */
  signed(chain: string): Promise<'accepted' | 'rejected'>;
}

/** What became of a request for a reservation. */
export type ReserveAnswer = 'accepted' | 'faulted' | 'occupied' | 'rejected' | 'unavailable';

/** Charging points that are kept free for somebody (RS-01…RS-07). What is answered *accepted* is on disk. */
export interface ReservationCommands {
  /** Takes a reservation, wholly or not at all; one with a known id replaces that. Never rejects. */
  reserve(wanted: Reservation): Promise<ReserveAnswer>;
  /** Ends one; *unknown*: there is none with this id, *failed*: it cannot be stored. Never rejects. */
  cancel(id: number): Promise<'accepted' | 'unknown' | 'failed'>;
}

/** A charging profile that a backend wants to be installed. */
export interface ProfileRequest extends ProposedProfile {
  /** The backend's id of the transaction that it is for; null = it names none. */
  readonly backendTransaction: string | null;
}

/** Charging profiles (SC-01, SC-10, SC-11). What is answered as done is on disk; limits follow at once. */
export interface ChargingCommands {
  /** Installs a profile for an EVSE, or with 0 for the station. Never rejects. */
  install(evse: number, profile: ProfileRequest): Promise<'accepted' | 'rejected' | 'unknownEvse'>;
  /** Removes the profiles that a filter means; *unknown* when it means none, *failed* when it cannot be stored. Never rejects. */
  clear(filter: ProfileFilter): Promise<'accepted' | 'unknown' | 'failed'>;
  /** The limits of an EVSE, or with 0 of the station, from now on; null for an unknown one and for a unit that is not taken. */
  composite(request: {
    readonly evse: number;
    readonly durationSeconds: number;
    readonly unit: RateUnit | null;
  }): CompositeSchedule | null;
}
