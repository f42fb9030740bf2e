import type { ScheduledEvse } from '../../smartcharging/composite-schedule.ts';
import type { EvsePower } from '../../smartcharging/evse-power.ts';
import type { EvseController } from '../evse/evse-controller.ts';

/** A transaction whose clock differs by more than this from the station's: that one was set meanwhile (G-03). */
const setMeanwhileMs = 5_000;

/** An EVSE with its transaction, as schedules see it. */
export function scheduledEvse({ keeper }: EvseController, power: EvsePower, nowMs: number): ScheduledEvse {
  const { record, clockMs } = keeper;
  if (record === null) return { power, transaction: null, transactionStartMs: null };
  return { power, transaction: record.key, transactionStartMs: startOnStationClock(record.startedMs, clockMs, nowMs) };
}

/**
 * When a transaction started by the station's clock as it is now: a clock that is set during a transaction does not move the periods
 * of a relative schedule.
 */
export function startOnStationClock(startedMs: number, clockMs: number | null, nowMs: number): number {
  const offsetMs = nowMs - (clockMs ?? nowMs);
  return Math.abs(offsetMs) > setMeanwhileMs ? startedMs + offsetMs : startedMs;
}
