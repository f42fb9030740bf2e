import assert from 'node:assert/strict';

import { isRecord, type JsonObject } from '@kerbside/station';

import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';

/** Periods as pairs of start in seconds and limit. */
type Periods = readonly (readonly [startPeriod: number, limit: number])[];

/** What a profile is to be like beside its periods; the schedule's members stand beside the profile's. */
export interface ProfileSketch {
  readonly id?: number;
  readonly purpose?: 'ChargePointMaxProfile' | 'TxDefaultProfile' | 'TxProfile';
  readonly stackLevel?: number;
  readonly kind?: 'Absolute' | 'Recurring' | 'Relative';
  readonly recurrencyKind?: 'Daily' | 'Weekly';
  readonly transactionId?: number;
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly duration?: number;
  readonly startSchedule?: string;
  readonly unit?: 'A' | 'W';
}

/** A charging profile as it stands in messages; unless the sketch says otherwise an absolute default in A on level 0. */
export function profile(steps: Periods, sketch: ProfileSketch = {}): JsonObject {
  const { id = 1, purpose = 'TxDefaultProfile', stackLevel = 0, kind = 'Absolute', unit = 'A', ...rest } = sketch;
  const { duration, startSchedule, ...others } = rest;
  return {
    chargingProfileId: id,
    stackLevel,
    chargingProfilePurpose: purpose,
    chargingProfileKind: kind,
    ...others,
    chargingSchedule: {
      ...(duration === undefined ? {} : { duration }),
      ...(startSchedule === undefined ? {} : { startSchedule }),
      chargingRateUnit: unit,
      chargingSchedulePeriod: steps.map(([startPeriod, limit]) => ({ startPeriod, limit })),
    },
  };
}

/** SetChargingProfile; what the station answers. */
export async function setProfile(world: World, connectorId: number, csChargingProfiles: JsonObject): Promise<unknown> {
  return (await ask(world, 'SetChargingProfile', { connectorId, csChargingProfiles }))['status'];
}

/** ClearChargingProfile; what the station answers. */
export async function clearProfiles(world: World, filter: JsonObject = {}): Promise<unknown> {
  return (await ask(world, 'ClearChargingProfile', filter))['status'];
}

/** GetCompositeSchedule that has to be accepted; the chargingSchedule. */
export async function schedule(
  world: World,
  connectorId: number,
  duration: number,
  chargingRateUnit?: 'A' | 'W',
): Promise<JsonObject> {
  const unit = chargingRateUnit === undefined ? {} : { chargingRateUnit };
  const answer = await ask(world, 'GetCompositeSchedule', { connectorId, duration, ...unit });
  assert.equal(answer['status'], 'Accepted');
  assert.equal(answer['connectorId'], connectorId);
  const lateMs = world.station.status().clock.nowMs - Date.parse(String(answer['scheduleStart']));
  assert.ok(lateMs >= 0 && lateMs < 5_000, `the schedule starts ${lateMs} ms before now`);
  const found = answer['chargingSchedule'];
  assert.ok(isRecord(found));
  assert.equal(found['duration'], duration);
  return found;
}

/** The periods of a composite schedule as pairs. */
export async function periods(
  world: World,
  connectorId: number,
  duration: number,
  unit?: 'A' | 'W',
): Promise<readonly (readonly [unknown, unknown])[]> {
  const list = (await schedule(world, connectorId, duration, unit))['chargingSchedulePeriod'];
  assert.ok(Array.isArray(list));
  return list.filter(isRecord).map(({ startPeriod, limit }) => [startPeriod, limit] as const);
}

/** The id that the backend gave the newest transaction. */
export function newestTransaction(world: World): number {
  const id = world.backend.ledger.transactions().at(-1)?.transactionId;
  assert.ok(typeof id === 'number', 'the backend gave no transaction id yet');
  return id;
}

/** What the hardware of an EVSE was last told to offer, in A per phase; null before. */
export function offered(world: World, evse: number): number | null {
  const last = world.hardware
    .commands('setLimit')
    .flatMap(({ command }) => (command.type === 'setLimit' && command.evse === evse ? [command.milliamps] : []))
    .at(-1);
  return last === undefined ? null : last / 1000;
}

/** Time passes, some seconds at most, until the hardware of an EVSE is told to offer so many A per phase. */
export async function untilOffered(world: World, evse: number, amps: number): Promise<void> {
  await world.until(`EVSE ${evse} to offer ${amps} A`, () => offered(world, evse) === amps, 5_000);
}

/** The station's time plus some seconds, as messages have it. */
export function inSeconds(world: World, seconds: number): string {
  return new Date(world.status().clock.nowMs + seconds * 1000).toISOString();
}
