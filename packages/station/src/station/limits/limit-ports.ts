import type { Cancel } from '../../core/time.ts';
import type { EvseState } from '../../evse/evse-state.ts';
import type { EvseDescription } from '../../evse/hardware.ts';
import type { ChargingProfile } from '../../smartcharging/charging-profile.ts';
import type { LimitBound, SharedBound } from '../../smartcharging/limit-bound.ts';

/** The charging profiles that are installed. */
export interface InstalledProfiles {
  readonly profiles: readonly ChargingProfile[];
  /** Tells each change. Returns the way to stop listening. */
  onChange(listener: () => void): Cancel;
}

/** An EVSE as the limits see it; `EvseController` is one. */
export interface LimitedEvse {
  readonly id: number;
  readonly description: EvseDescription;
  readonly state: EvseState;
  readonly keeper: {
    readonly record: { readonly key: string; readonly startedMs: number } | null;
    /** The time of the transaction that runs. */
    readonly clockMs: number | null;
  };
  /** The limits leave something to offer, or nothing. */
  offerChanged(offered: boolean): void;
  /** Keeps the contactor open while something is done; then it closes again if energy is still wanted. */
  withOpenContactor(work: () => Promise<void>): Promise<void>;
}

/** Limits, and the wall time in ms at which they may change by the passing of time alone; null = never. */
export interface LimitsNow<B> {
  readonly bounds: readonly B[];
  readonly nextMs: number | null;
}

/** Where limits come from. */
export interface LimitSources {
  /** What concerns one EVSE alone; of equal ones the first is named. */
  own(evse: LimitedEvse): LimitsNow<LimitBound>;
  /** What concerns all together. */
  shared(): LimitsNow<SharedBound>;
}

/** What an EVSE asks of the limits. */
export interface EvseLimits {
  /** What is offered, or would be to a vehicle that came now, in mA per phase. */
  milliamps(): number;
  /** Sets the limit before the contactor closes; resolves when the hardware has it. Rejects when it refuses. */
  admit(): Promise<void>;
  /** The contactor is open. */
  opened(): void;
  /** What concerns the limits changed: faults, the cable, the pilot. */
  changed(): void;
}

/** The earlier of two moments; null = never. */
export function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
