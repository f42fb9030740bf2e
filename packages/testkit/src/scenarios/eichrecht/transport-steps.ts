import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import type { World } from '../../world/world.ts';

/** One signed value as the backend got it. */
export interface CarriedValue {
  /** The message that it came in. */
  readonly action: string;
  readonly context: string;
  /** The value as it stands in the message. */
  readonly value: string;
  /** The text of the meter. */
  readonly data: string;
  readonly publicKey: string;
  /** The raw registers beside it, in Wh. */
  readonly raw: readonly number[];
}

/** The signed values that the backend got, in the order of their messages. */
export function carriedValues(world: World, form: 'oca' | 'bare' = 'oca'): readonly CarriedValue[] {
  return world
    .calls()
    .filter(({ action }) => action === 'MeterValues' || action === 'StopTransaction')
    .flatMap(({ action, payload }) => {
      const readings = listOf(payload[action === 'MeterValues' ? 'meterValue' : 'transactionData']);
      return readings.flatMap((reading) => valuesOf(action, listOf(reading['sampledValue']), form));
    });
}

function valuesOf(action: string, values: readonly JsonObject[], form: 'oca' | 'bare'): readonly CarriedValue[] {
  const raw = values
    .filter(({ format, measurand }) => format !== 'SignedData' && measurand === 'Energy.Active.Import.Register')
    .map(({ value }) => Number(value));
  return values
    .filter(({ format }) => format === 'SignedData')
    .map(({ value, context, measurand }) => {
      assert.equal(measurand, 'Energy.Active.Import.Register');
      const text = String(value);
      return { action, context: String(context), value: text, raw, ...(form === 'bare' ? bare(text) : oca(text)) };
    });
}

function bare(text: string): Pick<CarriedValue, 'data' | 'publicKey'> {
  return { data: text, publicKey: '' };
}

/** All four members are there, as the note of the Open Charge Alliance asks. */
function oca(text: string): Pick<CarriedValue, 'data' | 'publicKey'> {
  const value = JSON.parse(text) as Readonly<Record<string, string>>;
  const names = ['encodingMethod', 'publicKey', 'signedMeterData', 'signingMethod'];
  assert.deepEqual(Object.keys(value).toSorted(), names);
  assert.deepEqual([value['encodingMethod'], value['signingMethod']], ['OCMF', '']);
  return {
    data: Buffer.from(value['signedMeterData'] ?? '', 'base64').toString('utf8'),
    publicKey: value['publicKey'] ?? '',
  };
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}
