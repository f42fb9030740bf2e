import type { JsonObject } from '../core/json.ts';

/**
 * The contract between a station and its charging hardware: plain data over an asynchronous boundary, so that a driver may
 * live in another process. A command's promise resolves only when the hardware really did it, and rejects with
 * `driver.refused`, `driver.timeout` or `driver.lost`. Safety belongs to the hardware controller: the station asks and limits.
 */
export interface HardwareDriver {
  /** Starts the driver; resolves with what the hardware is and the present state of every EVSE. Events may come from here on. */
  start(listener: (event: HardwareEvent) => void, signal: AbortSignal): Promise<HardwareDescription>;
  /** Asks the hardware for one thing. The caller gives up when `signal` is aborted (each command has a time limit). */
  command<C extends HardwareCommand>(command: C, signal: AbortSignal): Promise<HardwareAnswer<C['type']>>;
  /** Leaves the hardware safe (contactors open) and releases it. May be called twice. */
  stop(): Promise<void>;
}

/** What a driver tells of itself and of its hardware at the start. */
export interface HardwareDescription {
  /** True for hardware that is not real; shown wherever the part shows. */
  readonly simulated: boolean;
  readonly vendor: string;
  readonly model: string;
  readonly serial?: string;
  readonly firmwareVersion?: string;
  /** The actions that can be played with it; absent for real hardware. */
  readonly actions?: readonly string[];
  readonly evses: readonly EvseDescription[];
  /** The meter at the inlet of the station; `readMeter` with EVSE 0 reads it. Absent or null: there is none. */
  readonly mainMeter?: MainMeterDescription | null;
}

/** One charging point of the hardware; `id` counts from 1. */
export interface EvseDescription {
  readonly id: number;
  /** The most current per phase that the hardware may carry. */
  readonly maxMilliamps: number;
  /** The least current per phase that can be offered (6 A by IEC 61851). */
  readonly minMilliamps: number;
  readonly phases: 1 | 2 | 3;
  readonly nominalVolts: number;
  /** A captive cable cannot be locked or unlocked. */
  readonly fixedCable: boolean;
  /** It can be switched between one phase and all while its contactor is open (`setPhases`). Absent: it cannot. */
  readonly phaseSwitching?: boolean;
  readonly meter: MeterDescription | null;
  readonly state: EvseReading;
}

/** A meter that measures the whole station, at its connection to the grid. */
export interface MainMeterDescription {
  readonly type: string;
  readonly serial: string;
  readonly phases: 1 | 2 | 3;
  /** What it can measure, in the words of OCPP. */
  readonly measurands: readonly string[];
}

/** The billing meter of an EVSE. */
export interface MeterDescription {
  readonly type: string;
  readonly serial: string;
  /** Whether begin and end give signed data. */
  readonly signs: boolean;
  /** What else a meter that signs can be asked; absent or null: only begin and end. */
  readonly signing?: SigningDescription | null;
  /** What it can measure, in the words of OCPP. */
  readonly measurands: readonly string[];
}

/**
 * What a meter that signs can be asked, or a sealed component that signs for a meter beside it; the station does not know the
 * difference (eichrecht.md E-01). Such a meter answers `meterState`.
 */
export interface SigningDescription {
  /** Nothing that it signs may be billed by: a simulation, or a component for tests. Shown wherever a record shows. */
  readonly test: boolean;
  /** Begin and end give a record each, or the end gives one with both readings. */
  readonly records: 'single' | 'combined';
  /** It signs readings within a transaction (`signMeter`). */
  readonly intermediate: boolean;
  /** It has a clock that the station sets (`setMeterClock`). */
  readonly clock: boolean;
  /** It gives records again that it signed earlier (`readRecords`). */
  readonly memory: boolean;
}

/** How a meter that signs is. */
export interface MeterState {
  readonly serial: string;
  /** Its public key as it is printed on it: a SubjectPublicKeyInfo in hex. Null: it has none now. */
  readonly publicKey: string | null;
  /** *failed*: it says itself that nothing it gives may be used; `problem` says why. */
  readonly condition: 'good' | 'failed';
  readonly problem?: string;
  /** *none*: it has no clock · *unset*: not set since its power came · *relative*: durations are exact, dates for information. */
  readonly clock: 'none' | 'unset' | 'informative' | 'synchronised' | 'relative';
  /** The time that its clock shows (ms since 1970); null without one. */
  readonly wallMs: number | null;
  /** The transaction that is open in it; null when none is. */
  readonly openTransaction: string | null;
  /** The number of its last record of a transaction (`PG` T<n>); 0 before the first. */
  readonly pagination: number;
  /** The sealed component that signs, where the meter does not do it itself. */
  readonly component?: SigningComponent;
}

/** The legally relevant part beside a meter: its version, and a checksum over it (eichrecht.md E-13). */
export interface SigningComponent {
  readonly name: string;
  readonly version: string;
  readonly checksum: string;
}

/** Who is charged, as it is written into the meter before a transaction and signed with it (OCMF: IS, IL, IF, IT, ID). */
export interface UserAssignment {
  readonly assigned: boolean;
  /** Such as `VERIFIED`. */
  readonly level: string;
  /** At most four, such as `RFID_PLAIN`. */
  readonly flags: readonly string[];
  /** Such as `ISO14443`. */
  readonly type: string;
  readonly id: string;
}

/** The place of charging as it is signed (OCMF: CT, CI). */
export interface ChargePlace {
  /** *EVSEID*, or *CBIDC*: identity of the station, a blank, the number of the connector. */
  readonly type: 'EVSEID' | 'CBIDC';
  readonly id: string;
}

/** The present state of an EVSE as the hardware sees it. */
export interface EvseReading {
  readonly pilot: PilotState;
  /** Milliamps that the plugged cable may carry; null when none is plugged or the cable is captive. */
  readonly cableMilliamps: number | null;
  readonly contactor: 'open' | 'closed' | 'welded';
  readonly lock: 'locked' | 'unlocked' | 'none';
  readonly faults: readonly HardwareFault[];
}

/** IEC 61851: A no EV · B plugged · C charging · D charging with ventilation · E pilot short · F set by the station. */
export type PilotState = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

/** What happened at the hardware. `evse` 0 is the station. */
export type HardwareEvent =
  | { readonly type: 'pilot'; readonly evse: number; readonly state: PilotState }
  | { readonly type: 'cable'; readonly evse: number; readonly milliamps: number | null }
  | { readonly type: 'contactor'; readonly evse: number; readonly state: 'open' | 'closed' | 'welded' }
  | { readonly type: 'lock'; readonly evse: number; readonly state: 'locked' | 'unlocked' | 'none' }
  | { readonly type: 'card'; readonly evse: number; readonly uid: string }
  | { readonly type: 'fault'; readonly evse: number; readonly fault: HardwareFault; readonly active: boolean }
  | { readonly type: 'notice'; readonly evse: number; readonly text: string }
  | { readonly type: 'bearer'; readonly up: boolean }
  /** A meter that signs may have changed: it came back, was exchanged, lost its clock. The station asks `meterState`. */
  | { readonly type: 'meter'; readonly evse: number }
  /** Hardware with backup power: the supply of the station fails and its power will soon be gone, or the supply is back. */
  | { readonly type: 'supply'; readonly state: 'failing' | 'back' }
  /**
   * A grid operator or an energy manager limits the whole station through the hardware, in watts of all phases together or in
   * milliamps per phase; null: it is released. Told after each start, and again as a sign of life.
   */
  | { readonly type: 'externalLimit'; readonly limit: ExternalLimitReport | null }
  /** What is wrong with the driver itself: for the station's log, not for its backend. */
  | { readonly type: 'problem'; readonly text: string }
  | { readonly type: 'lost'; readonly problem: string }
  | { readonly type: 'back' };

/** One of the two. */
export interface ExternalLimitReport {
  readonly watts?: number;
  readonly milliamps?: number;
}

/** A fault of the hardware, in the words of `parameters.md` section 4. */
export interface HardwareFault {
  /** Names the fault; the same id comes with its resolution. */
  readonly id: string;
  /** OCPP's error code in 1.6 spelling, such as `GroundFailure`. */
  readonly errorCode: string;
  readonly vendorCode: string;
  /** Text for people, at most 50 characters. */
  readonly text: string;
  /** What each means for an error code is in `fault-effect.ts`: a failed diode check is a fault, a short of the pilot a warning. */
  readonly severity: 'warning' | 'fault';
  /** The device concerned; USB faults are reported in a class of their own, *housing* is a security event: it was opened (S-14). */
  readonly device?: 'usb' | 'reader' | 'meter' | 'housing';
  /** The device is attached by USB, such as a reader: its errors count as USB errors too. */
  readonly usb?: true;
  /** The most current per phase that may be offered while it lasts, in milliamps (a first derating by temperature). */
  readonly limitMilliamps?: number;
  /** Somebody pressed the emergency stop: the transaction ends with this reason. */
  readonly emergencyStop?: boolean;
}

/** What the station asks for. */
export type HardwareCommand =
  /** The most the EV may draw per phase; 0 offers nothing (pilot without PWM). */
  | { readonly type: 'setLimit'; readonly evse: number; readonly milliamps: number }
  | { readonly type: 'closeContactor'; readonly evse: number }
  /** Uses one phase or three; asked only while the contactor is open and of EVSEs with `phaseSwitching`. */
  | { readonly type: 'setPhases'; readonly evse: number; readonly phases: 1 | 3 }
  | { readonly type: 'openContactor'; readonly evse: number }
  | { readonly type: 'lock'; readonly evse: number }
  | { readonly type: 'unlock'; readonly evse: number }
  | { readonly type: 'readState'; readonly evse: number }
  /** EVSE 0 is the main meter. */
  | { readonly type: 'readMeter'; readonly evse: number }
  /** How a meter with `signing` is. */
  | { readonly type: 'meterState'; readonly evse: number }
  /** Sets the clock of a meter; never asked within a transaction (E-15). `nextOffset`: when its zone changes next. */
  | {
      readonly type: 'setMeterClock';
      readonly evse: number;
      readonly wallMs: number;
      /** Local time is UTC plus so many minutes. */
      readonly offsetMinutes: number;
      readonly nextOffset: { readonly atMs: number; readonly offsetMinutes: number } | null;
    }
  /**
   * Opens the meter's transaction before the contactor closes; may take up to 30 s. Asked again for a transaction that it
   * knows, it gives the begin it gave. Assignment, tariff text (at most 250 characters) and place are written into a meter with
   * `signing` and are part of what it signs.
   */
  | {
      readonly type: 'beginMeter';
      readonly evse: number;
      readonly transaction: string;
      readonly idToken: string;
      readonly wallMs: number;
      readonly assignment?: UserAssignment;
      readonly tariffText?: string;
      readonly place?: ChargePlace;
    }
  /** A signed reading of the transaction that runs, where the meter has `intermediate`; may take up to 30 s. */
  | { readonly type: 'signMeter'; readonly evse: number; readonly transaction: string; readonly wallMs: number }
  /**
   * Closes the meter's transaction after the contactor opened; may take up to 30 s; also after a power cut. Asked again it
   * answers the same; of a transaction that it does not know it gives the register and nothing signed.
   */
  | {
      readonly type: 'endMeter';
      readonly evse: number;
      readonly transaction: string;
      readonly wallMs: number;
      /** Why, where the meter signs it too (OCMF: TX E, L, R, A, P). */
      readonly reason?: MeterEndReason;
    }
  /** The records of a meter with `memory` that came after the one of this number, oldest first; at most 100 at once. */
  | { readonly type: 'readRecords'; readonly evse: number; readonly after: number }
  /** Shows the user what became of a card or a start. */
  | {
      readonly type: 'indicate';
      readonly evse: number;
      readonly signal: 'authorized' | 'refused' | 'waiting' | 'ready';
    }
  /** Restarts the hardware controller (Reset Hard). */
  | { readonly type: 'restart' };

/** *end*: for no special reason · at the station · from afar · because something went wrong · because of a power failure. */
export type MeterEndReason = 'end' | 'local' | 'remote' | 'abort' | 'powerFailure';

/** The answer to each command. */
export type HardwareAnswer<T extends HardwareCommand['type']> = T extends 'readState'
  ? EvseReading
  : T extends 'readMeter'
    ? MeterReading
    : T extends 'beginMeter' | 'signMeter' | 'endMeter'
      ? MeterBoundary
      : T extends 'meterState'
        ? MeterState
        : T extends 'readRecords'
          ? { readonly records: readonly SignedRecord[] }
          : Record<never, never>;

/** One reading of a meter; what it cannot measure is left out. Registers are cumulative and never restart (V-07). */
export interface MeterReading {
  readonly energyImportWh: number;
  readonly energyExportWh?: number;
  readonly powerW?: number;
  /** Per phase, like the currents; together they are `powerW`. */
  readonly phasePowerW?: readonly number[];
  /** Per phase L1, L2, L3. */
  readonly currentA?: readonly number[];
  /** Per phase against neutral. */
  readonly voltageV?: readonly number[];
  readonly frequencyHz?: number;
  readonly temperatureC?: number;
  /** State of charge of the EV. */
  readonly soc?: number;
}

/** A reading at the begin or end of a transaction, with what the meter signed. */
export interface MeterBoundary {
  readonly reading: MeterReading;
  readonly signed: readonly SignedBlob[];
}

/** Signed meter data as the meter gave them; carried to the backend untouched (eichrecht.md E-01). */
export interface SignedBlob {
  /** Such as `OCMF`. */
  readonly encoding: string;
  readonly method: string;
  readonly data: string;
  /** As the meter gives it: hex of a SubjectPublicKeyInfo; empty when it gives none. */
  readonly publicKey: string;
  /** The number of the record (`T12`, `F3`); to be given when the data are not OCMF, which says it itself. */
  readonly pagination?: string;
}

/** A signed record as the meter remembers it. */
export interface SignedRecord {
  readonly transaction: string;
  readonly kind: 'begin' | 'reading' | 'end';
  readonly signed: SignedBlob;
}

/** A driver that can also be played with: the simulator's own commands go through it as plain data. */
export interface DrivableHardware extends HardwareDriver {
  /** Does one of the simulator's actions, such as `{action: 'plug', evse: 1}`; rejects with `simulator.refused`. */
  simulate(action: JsonObject): Promise<JsonObject>;
}
