import type { ApiArchives } from './archives-port.ts';
import type { ApiDevice } from './device-port.ts';
import type { ApiEichrecht } from './eichrecht-port.ts';
import type { FirmwareView } from './firmware-port.ts';
import type { SecurityLogEntry } from '../security/security-log.ts';
import type { LocalListEntry } from '../authorization/local-list-update.ts';
import type { WhiteList } from '../authorization/white-list.ts';
import type { FreeChargingMode } from '../authorization/free-charging.ts';
import type { JsonObject } from '../core/json.ts';
import type { DeadLetter } from '../delivery/dead-letters.ts';
import type { OutboxSnapshot } from '../delivery/delivery-events.ts';
import type { MeterReading } from '../evse/hardware.ts';
import type { ConnectorStatus } from '../evse/connector-status.ts';
import type { DoctorReport } from '../doctor/doctor-report.ts';
import type { LinkState } from '../link/link-state.ts';
import type { Parameters } from '../params/parameters.ts';
import type { ChargingProfile, RateUnit } from '../smartcharging/charging-profile.ts';
import type { CompositeSchedule } from '../smartcharging/composite-schedule.ts';
import type { ExternalLimit, ExternalLimitEntry } from '../smartcharging/external-limit.ts';
import type { CertificateFacts } from '../security/certificate-facts.ts';
import type { RootKind } from '../security/certificate-store.ts';

/** What the HTTP side, and through it the CLI, sees of the process; the host implements it. */
export interface ApiHost {
  readonly version: string;
  /** The stations of this process, by the name that stands in URLs (the configured identity, or `station` while there is none). */
  stations(): readonly ApiStation[];
  find(name: string): ApiStation | null;
  /** Problems of the configuration with which the process runs in safe mode; empty normally. */
  readonly configurationProblems: readonly string[];
}

/** One station. A reset makes it anew behind the same handle. */
export interface ApiStation {
  /** Names the station in the store and in events; stays when the identity changes. */
  readonly key: string;
  readonly name: string;
  status(): StationStatus;
  /** What its meters show now; asks them. Rejects with `station.notRunning`. */
  readings(): Promise<readonly ReadingNow[]>;
  readonly parameters: Parameters;
  /** Null when its hardware is real. */
  readonly simulator: { simulate(action: JsonObject): Promise<JsonObject> } | null;
  deadLetters(): Promise<readonly DeadLetter[]>;
  resendParked(): void;
  connectNow(): void;
  /** Looks at the way to the backend; `disconnect` makes a link that is open connect anew for it. */
  doctor(options: { readonly disconnect: boolean }): Promise<DoctorReport>;
  /** Applies staged endpoint values; `confirmed` accepts what becomes of a running transaction or a waiting outbox. */
  applyEndpoint(confirmed: boolean): Promise<void>;
  reset(kind: 'soft' | 'hard'): void;
  /** The root certificates that are installed on it. */
  readonly certificates: ApiRoots;
  readonly limits: ApiLimits;
  /** Its sessions, signed records and legal logbook. */
  readonly archives: ApiArchives;
  /** Calibration law. */
  readonly eichrecht: ApiEichrecht;
  readonly charging: ApiCharging;
  readonly reservations: ApiReservations;
  /** The diagnostics as a zip archive: without secrets, cards under other names unless the operator wants them. */
  diagnostics(): Promise<Uint8Array>;
  /** What happened to the security of the station. */
  readonly securityLog: ApiSecurityLog;
  /** The backend's list of identifiers with at most `count` entries from position `from` (0 is the first). */
  localList(from: number, count: number): LocalListView;
  /** What people on site do with the device itself. */
  readonly device: ApiDevice;
  /** The operator's own list of cards. */
  readonly whiteList: Pick<WhiteList, 'count' | 'page' | 'change'>;
}

/** What the meter of an EVSE shows at a moment. */
export interface ReadingNow {
  readonly id: number;
  /** Null when it does not answer. */
  readonly reading: Partial<MeterReading> | null;
  readonly problem: string | null;
}

/** The rolling security log (S-14). */
export interface ApiSecurityLog {
  /** All that is kept, the oldest first. */
  read(): Promise<readonly SecurityLogEntry[]>;
  text(): Promise<string>;
  /** Empties it; that it was cleared, and by whom, is its first entry. */
  clear(who: string): Promise<void>;
  /** Writes down that somebody takes a file with secrets; never rejects. */
  secretsExported(who: string): Promise<void>;
}

/** The charging profiles of the backend, and what follows from them. */
export interface ApiCharging {
  /** What is installed, the newest last. */
  readonly profiles: readonly ChargingProfile[];
  /** The limits of an EVSE, or with 0 of the station, from now on; null for an unknown one and for a unit that is not taken. */
  composite(request: {
    readonly evse: number;
    readonly durationSeconds: number;
    readonly unit: RateUnit | null;
  }): CompositeSchedule | null;
}

/** For whom charging points are kept free. */
export interface ApiReservations {
  /** The oldest first; times as ISO 8601 texts. */
  views(): readonly {
    readonly id: number;
    /** 0: any one. */
    readonly evse: number;
    readonly idTag: string;
    readonly parentIdTag: string | null;
    readonly expiry: string;
  }[];
  /** Ends one; *unknown*: there is none with this id, *failed*: it cannot be stored. Never rejects. */
  cancel(id: number): Promise<'accepted' | 'unknown' | 'failed'>;
}

/** What limits the station from outside. */
export interface ApiLimits {
  external(): {
    /** Whether limits from outside are obeyed. */
    readonly enabled: boolean;
    readonly api: ExternalLimit | null;
    readonly hardware: ExternalLimit | null;
  };
  /**
   * Sets the limit of the API, or with null releases it; resolves when it is on disk and in force.
   * @throws KerbsideError `config.refused` while limits from outside are not obeyed, `store.unavailable`
   */
  setExternal(limit: ExternalLimit | null, who: string): Promise<void>;
  /** Every change of these limits, the oldest first. */
  externalLog(): Promise<readonly ExternalLimitEntry[]>;
  /** The wall clock of the station. */
  nowMs(): number;
}

/** The installed roots, for people on site. */
export interface ApiRoots {
  /** The oldest first. */
  list(): readonly RootView[];
  /**
   * Installs one root, PEM; resolves when it is on disk, false when it was installed before.
   * @throws KerbsideError `certificate.refused`, `store.unavailable`
   */
  install(kind: RootKind, pem: string): Promise<boolean>;
  /**
   * Deletes by the fingerprint or its first digits.
   * @throws KerbsideError `certificate.unknown`, `certificate.refused`
   */
  delete(fingerprint: string): Promise<void>;
}

/** One installed root; times are wall times in ms since 1970. */
export interface RootView {
  readonly kind: RootKind;
  readonly name: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validFromMs: number;
  readonly validToMs: number;
  /** SHA-256, hexadecimal with colons. */
  readonly fingerprint: string;
  readonly installedMs: number;
  /** Waits for a link that it verifies, to replace the others (AdditionalRootCertificateCheck). */
  readonly replacing: boolean;
  /** The open link was verified by it. */
  readonly inUse: boolean;
}

/** The backend's list of identifiers, and some of its entries in the order of the identifiers. */
export interface LocalListView {
  /** `LocalAuthListEnabled`. */
  readonly enabled: boolean;
  /** 0 while nobody is listed. */
  readonly version: number;
  /** How many entries there are in all. */
  readonly count: number;
  readonly entries: readonly (Pick<LocalListEntry, 'idToken'> & LocalListEntry['answer'])[];
}

/** The whole state of a station as it is shown; times are wall times in ms since 1970. */
export interface StationStatus {
  readonly name: string;
  readonly identity: string;
  readonly simulated: boolean;
  readonly vendor: string;
  readonly model: string;
  readonly startedMs: number;
  /** Why the station is not ready; empty when it is registered at its backend or has none. */
  readonly notReady: readonly string[];
  readonly link: LinkState;
  /** The silence that the link does not survive; null while its losses show none. */
  readonly silence: DoctorReport['silence'];
  readonly security: SecurityStatus;
  readonly bearer: BearerStatus;
  readonly registration: 'none' | 'pending' | 'rejected' | 'accepted';
  readonly clock: { readonly nowMs: number; readonly source: 'none' | 'system' | 'backend' };
  readonly store: { readonly health: string; readonly problem: string };
  /** Why no transaction can be started; null when one can. */
  readonly blocked: string | null;
  /** The mode in which charging is free of charge; null: it is not. */
  readonly freeCharging: FreeChargingMode | null;
  /** The software that runs, and its last update. */
  readonly firmware: FirmwareView;
  readonly evses: readonly EvseStatus[];
  readonly outbox: OutboxSnapshot;
  readonly problems: readonly { readonly atMs: number; readonly text: string }[];
}

/** As whom the station talks to its backend (S-01). */
export interface SecurityStatus {
  /** The security profile of OCPP in force. */
  readonly profile: number;
  /** The station's own certificate; null while it has none. */
  readonly certificate:
    | (Pick<CertificateFacts, 'subject' | 'issuer' | 'validFromMs' | 'validToMs' | 'fingerprint'> & {
        /** The link logs in with it (profile 3). */
        readonly used: boolean;
        /** A backend has let the station in with it. */
        readonly proven: boolean;
      })
    | null;
  /** A certificate was asked for and is not there yet. */
  readonly certificateAwaited: boolean;
}

/** The physical connection to the backend (parameters.md row 1). */
export interface BearerStatus {
  readonly name: 'ethernet' | 'wlan' | 'gsm' | 'other' | 'loopback' | 'system' | 'none';
  readonly interface: string | null;
  /** The source addresses; null: the system chooses. */
  readonly address: string | null;
  /** Why it is used, or why none is. */
  readonly reason: string;
  /** `installed`, or why the system's routing decides. */
  readonly policyRouting: string;
}

/** One EVSE. */
export interface EvseStatus {
  readonly id: number;
  readonly status: ConnectorStatus;
  readonly errorCode: string;
  readonly info: string | null;
  readonly pilot: string;
  readonly plugged: boolean;
  readonly contactor: 'open' | 'closed';
  readonly phase: string;
  readonly limitMilliamps: number;
  readonly limitPhases: 1 | 2 | 3;
  /** Who sets the limit, such as `TxProfile 42`. */
  readonly limitSource: string;
  /** Until when; null: until somebody changes it. */
  readonly limitUntilMs: number | null;
  /** The reservation that it is kept free for; null: none. */
  readonly reservation: { readonly id: number; readonly expiryMs: number } | null;
  readonly transaction: {
    readonly key: string;
    /** The backend's id; null while its answer is not here. */
    readonly backendId: string | null;
    /** False: the backend is told nothing of it (free charging without transactions). */
    readonly told: boolean;
    readonly startedMs: number;
    readonly meterStartWh: number;
    readonly lastWh: number;
    readonly stage: string;
  } | null;
}
