import type { JsonObject } from '../core/json.ts';
import type { DeadLetter } from '../delivery/outbox.ts';
import type { OutboxSnapshot } from '../delivery/delivery-events.ts';
import type { ConnectorStatus } from '../evse/connector-status.ts';
import type { DoctorReport } from '../doctor/doctor-report.ts';
import type { LinkState } from '../link/link-state.ts';
import type { Parameters } from '../params/parameters.ts';

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
  readonly bearer: BearerStatus;
  readonly registration: 'none' | 'pending' | 'rejected' | 'accepted';
  readonly clock: { readonly nowMs: number; readonly source: 'none' | 'system' | 'backend' };
  readonly store: { readonly health: string; readonly problem: string };
  /** Why no transaction can be started; null when one can. */
  readonly blocked: string | null;
  readonly evses: readonly EvseStatus[];
  readonly outbox: OutboxSnapshot;
  readonly problems: readonly { readonly atMs: number; readonly text: string }[];
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
  readonly transaction: {
    readonly key: string;
    /** The backend's id; null while its answer is not here. */
    readonly backendId: string | null;
    readonly startedMs: number;
    readonly meterStartWh: number;
    readonly lastWh: number;
    readonly stage: string;
  } | null;
}
