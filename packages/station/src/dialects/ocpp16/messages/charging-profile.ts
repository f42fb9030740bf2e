import type {
  ChargingProfile as ChargingProfilePayload,
  ChargingProfilePurposeType,
  ChargingRateUnitType,
  ChargingSchedule as ChargingSchedulePayload,
  ClearChargingProfileRequest,
  GetCompositeScheduleResponse,
} from '@kerbside/ocpp/ocpp16';

import { parseTimestamp, toTimestamp } from '../../../core/station-clock.ts';
import type { ChargingSchedule, ProfilePurpose, RateUnit } from '../../../smartcharging/charging-profile.ts';
import type { CompositeSchedule } from '../../../smartcharging/composite-schedule.ts';
import type { ProfileFilter } from '../../../smartcharging/profile-changes.ts';
import type { ProposedProfile } from '../../../smartcharging/profile-rules.ts';
import type { ProfileRequest } from '../../station-commands.ts';

const purposes = {
  ChargePointMaxProfile: 'stationMax',
  TxDefaultProfile: 'txDefault',
  TxProfile: 'tx',
} as const satisfies Readonly<Record<ChargingProfilePurposeType, ProfilePurpose>>;

const kinds = {
  Absolute: 'absolute',
  Recurring: 'recurring',
  Relative: 'relative',
} as const satisfies Readonly<Record<ChargingProfilePayload['chargingProfileKind'], ProposedProfile['kind']>>;

const recurrences = { Daily: 'daily', Weekly: 'weekly' } as const;

/** Reads a charging profile (OCPP 1.6 §7.8); a time that is none becomes NaN, which the rules refuse. */
export function decodeChargingProfile(payload: ChargingProfilePayload): ProfileRequest {
  return {
    id: payload.chargingProfileId,
    purpose: purposes[payload.chargingProfilePurpose],
    stackLevel: payload.stackLevel,
    kind: kinds[payload.chargingProfileKind],
    recurrence: payload.recurrencyKind === undefined ? null : recurrences[payload.recurrencyKind],
    validFromMs: timeOf(payload.validFrom),
    validToMs: timeOf(payload.validTo),
    schedule: decodeSchedule(payload.chargingSchedule),
    backendTransaction: payload.transactionId === undefined ? null : String(payload.transactionId),
  };
}

/** `minChargingRate` is a hint for vehicles that a station of alternating current cannot pass on (SC-08). */
function decodeSchedule(payload: ChargingSchedulePayload): ChargingSchedule {
  return {
    startMs: timeOf(payload.startSchedule),
    durationSeconds: payload.duration ?? null,
    unit: payload.chargingRateUnit,
    periods: payload.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => {
      return { startSeconds: startPeriod, limit, phases: numberPhases ?? null };
    }),
  };
}

function timeOf(text: string | undefined): number | null {
  return text === undefined ? null : (parseTimestamp(text) ?? Number.NaN);
}

/** Reads which profiles shall be cleared (§6.9). */
export function decodeProfileFilter(request: ClearChargingProfileRequest): ProfileFilter {
  const { id, connectorId, chargingProfilePurpose: purpose, stackLevel } = request;
  return {
    id: id ?? null,
    evse: connectorId ?? null,
    purpose: purpose === undefined ? null : purposes[purpose],
    stackLevel: stackLevel ?? null,
  };
}

/** Reads in what unit a schedule is asked for. */
export function decodeRateUnit(unit: ChargingRateUnitType | undefined): RateUnit | null {
  return unit ?? null;
}

/** A composite schedule as 1.6 writes it (§6.22). */
export function encodeCompositeSchedule(
  connectorId: number,
  schedule: CompositeSchedule,
): GetCompositeScheduleResponse {
  const { startMs, durationSeconds, unit, periods } = schedule;
  return {
    status: 'Accepted',
    connectorId,
    scheduleStart: toTimestamp(startMs),
    chargingSchedule: {
      duration: durationSeconds,
      chargingRateUnit: unit,
      chargingSchedulePeriod: periods.map(({ startSeconds: startPeriod, limit, phases }) => {
        return phases === null ? { startPeriod, limit } : { startPeriod, limit, numberPhases: phases };
      }),
    },
  };
}
