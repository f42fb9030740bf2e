/** What a profile is for (OCPP 1.6 §3.13.1). */
export type ProfilePurpose = 'stationMax' | 'txDefault' | 'tx';

/** In what a limit is given: amperes per phase, or watts of all phases together. */
export type RateUnit = 'A' | 'W';

/** A limit from one moment of a schedule until the next period, in the unit of the schedule. */
export interface SchedulePeriod {
  /** Seconds after the start of the schedule; the first is 0, each is later than the one before. */
  readonly startSeconds: number;
  readonly limit: number;
  /** How many phases may be used; null = 3, as OCPP says. */
  readonly phases: number | null;
}

/** When which limits hold. */
export interface ChargingSchedule {
  /** Wall time in ms since 1970 at which an absolute or recurring schedule begins; null = when it was accepted. */
  readonly startMs: number | null;
  /** After so many seconds the schedule has no limit any more; null = it goes on. */
  readonly durationSeconds: number | null;
  readonly unit: RateUnit;
  readonly periods: readonly SchedulePeriod[];
}

/** A charging profile as it is installed, in no version's words. */
export interface ChargingProfile {
  readonly id: number;
  /** 0 = the whole station, or every EVSE for a default. */
  readonly evse: number;
  readonly purpose: ProfilePurpose;
  /** Higher wins. */
  readonly stackLevel: number;
  readonly kind: 'absolute' | 'relative' | 'daily' | 'weekly';
  /** The transaction that a `tx` profile is for; null for all others. */
  readonly transaction: string | null;
  /** Wall times in ms since 1970; null = no bound. The end itself is outside. */
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
  readonly schedule: ChargingSchedule;
  /** When the station took it (wall ms). */
  readonly acceptedMs: number;
}
