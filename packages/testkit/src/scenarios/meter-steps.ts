import assert from 'node:assert/strict';

import { isRecord, type Json, type JsonObject } from '@kerbside/station';

import type { World } from '../world/world.ts';

/** One reading of a MeterValues message, as the backend saw it. */
export interface SeenReading {
  readonly connectorId: unknown;
  readonly transactionId: unknown;
  /** When the message left, on the world's clock of frames. */
  readonly sentMs: number;
  readonly timestamp: string;
  readonly values: readonly JsonObject[];
}

/** The readings of all MeterValues so far, in the order in which they came; of one context when asked for. */
export function readingsSeen(world: World, context?: string): readonly SeenReading[] {
  const all = world.calls('MeterValues').flatMap(({ payload, atMs }) => {
    const { connectorId, transactionId, meterValue } = payload;
    assert.ok(Array.isArray(meterValue));
    return meterValue.filter(isObject).map((reading): SeenReading => {
      return {
        connectorId,
        transactionId,
        sentMs: atMs,
        timestamp: String(reading['timestamp']),
        values: valuesOf(reading),
      };
    });
  });
  return all.filter(({ values }) => context === undefined || values[0]?.['context'] === context);
}

/** The sampled values of a reading. */
export function valuesOf(reading: JsonObject | undefined): readonly JsonObject[] {
  const values = reading?.['sampledValue'];
  assert.ok(Array.isArray(values));
  return values.filter(isObject);
}

/** What the values measure, with their phase, in order. */
export function measurandsOf(values: readonly JsonObject[]): readonly string[] {
  return values.map(({ measurand, phase }) =>
    phase === undefined ? String(measurand) : `${String(measurand)} ${String(phase)}`,
  );
}

/** The number of one measurand; fails when it is not there. */
export function numberOf(values: readonly JsonObject[], measurand: string, phase?: string): number {
  const found = values.find((value) => value['measurand'] === measurand && value['phase'] === phase);
  assert.ok(found !== undefined, `${measurand} ${phase ?? ''} in ${JSON.stringify(values)}`);
  return Number(found['value']);
}

/** The time of day of a timestamp, such as `12:15:00.000`. */
export function timeOfDay(timestamp: string): string {
  return timestamp.slice(11, 23);
}

function isObject(value: Json): value is JsonObject {
  return isRecord(value);
}
