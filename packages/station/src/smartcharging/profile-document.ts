import { isRecord, type Json } from '../core/json.ts';
import type { ChargingProfile, ChargingSchedule, SchedulePeriod } from './charging-profile.ts';

/** A profile as JSON for the store. */
export function profileToJson(profile: ChargingProfile): Json {
  const { schedule } = profile;
  return { ...profile, schedule: { ...schedule, periods: schedule.periods.map((period) => ({ ...period })) } };
}

/** Reads a stored profile; undefined when it cannot be one. */
export function profileFromJson(value: Json): ChargingProfile | undefined {
  if (!isRecord(value) || !isRecord(value['schedule'])) return undefined;
  const { id, evse, stackLevel, transaction, validFromMs, validToMs, acceptedMs } = value;
  const purpose = purposes.find((each) => each === value['purpose']);
  const kind = kinds.find((each) => each === value['kind']);
  const schedule = readSchedule(value['schedule']);
  const readable =
    isNumber(id) &&
    isNumber(evse) &&
    isNumber(stackLevel) &&
    isNumber(acceptedMs) &&
    isNumberOrNull(validFromMs) &&
    isNumberOrNull(validToMs) &&
    (transaction === null || typeof transaction === 'string');
  if (!readable || purpose === undefined || kind === undefined || schedule === undefined) return undefined;
  return { id, evse, purpose, stackLevel, kind, transaction, validFromMs, validToMs, schedule, acceptedMs };
}

function readSchedule(value: Record<string, unknown>): ChargingSchedule | undefined {
  const { startMs, durationSeconds } = value;
  const unit = units.find((each) => each === value['unit']);
  if (unit === undefined || !isNumberOrNull(startMs) || !isNumberOrNull(durationSeconds)) return undefined;
  if (!Array.isArray(value['periods']) || value['periods'].length === 0) return undefined;
  const periods: SchedulePeriod[] = [];
  for (const period of value['periods'] as readonly unknown[]) {
    if (!isRecord(period)) return undefined;
    const { startSeconds, limit, phases } = period;
    if (!isNumber(startSeconds) || !isNumber(limit) || !isNumberOrNull(phases)) return undefined;
    periods.push({ startSeconds, limit, phases });
  }
  return { startMs, durationSeconds, unit, periods };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || typeof value === 'number';
}

const purposes: readonly ChargingProfile['purpose'][] = ['stationMax', 'txDefault', 'tx'];
const kinds: readonly ChargingProfile['kind'][] = ['absolute', 'relative', 'daily', 'weekly'];
const units: readonly ChargingSchedule['unit'][] = ['A', 'W'];
