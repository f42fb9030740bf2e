import type { JsonObject } from '../core/json.ts';
import type { ChargingProfile, SchedulePeriod } from '../smartcharging/charging-profile.ts';
import type { CompositeSchedule } from '../smartcharging/composite-schedule.ts';
import { purposeNames } from '../smartcharging/limit-bound.ts';

/** What the API says of an installed charging profile: words as OCPP has them, times as ISO 8601 texts. */
export function profileView(profile: ChargingProfile): JsonObject {
  const { id, evse, purpose, stackLevel, kind, transaction, validFromMs, validToMs, acceptedMs, schedule } = profile;
  return {
    id,
    evse,
    purpose: purposeNames[purpose],
    stackLevel,
    kind,
    transaction,
    validFrom: timeText(validFromMs),
    validTo: timeText(validToMs),
    accepted: timeText(acceptedMs),
    start: timeText(schedule.startMs),
    durationSeconds: schedule.durationSeconds,
    unit: schedule.unit,
    periods: schedule.periods.map(periodView),
  };
}

/** What the API says of the limits to come. */
export function scheduleView(evse: number, { startMs, durationSeconds, unit, periods }: CompositeSchedule): JsonObject {
  return { evse, start: timeText(startMs), durationSeconds, unit, periods: periods.map(periodView) };
}

function periodView({ startSeconds, limit, phases }: SchedulePeriod): JsonObject {
  return { startSeconds, limit, phases };
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
