import type { Measurand, MeterValue, Phase, SampledValue, UnitOfMeasure } from '@kerbside/ocpp/ocpp16';

import { toTimestamp } from '../../../core/station-clock.ts';
import type { ArchivedBlob, CarriedForm, MeasuredValue, Sample } from '../../../metering/sample.ts';
import { publicKeyText } from '../../../metering/public-key-text.ts';
import { compact } from '../text.ts';

/** Unit and decimals of each measurand (§7.31; V-06: Frequency has no unit, Celcius is spelled as the schema spells it). */
const units: Readonly<Record<string, { readonly unit?: UnitOfMeasure; readonly decimals: number }>> = {
  'Energy.Active.Import.Register': { unit: 'Wh', decimals: 0 },
  'Energy.Active.Export.Register': { unit: 'Wh', decimals: 0 },
  'Energy.Active.Import.Interval': { unit: 'Wh', decimals: 0 },
  'Energy.Active.Export.Interval': { unit: 'Wh', decimals: 0 },
  'Power.Active.Import': { unit: 'W', decimals: 1 },
  'Power.Offered': { unit: 'W', decimals: 1 },
  'Current.Import': { unit: 'A', decimals: 2 },
  'Current.Offered': { unit: 'A', decimals: 2 },
  Voltage: { unit: 'V', decimals: 1 },
  Frequency: { decimals: 3 },
  Temperature: { unit: 'Celcius', decimals: 1 },
  SoC: { unit: 'Percent', decimals: 0 },
};

/** One sample as 1.6 writes it; null when nothing is in it, since empty arrays are never sent (V-08). */
export function encodeMeterValue(sample: Sample): MeterValue | null {
  const numbers = sample.values.filter(({ value }) => Number.isFinite(value));
  const raw = numbers.map((value) => encodeValue(value, sample.context));
  const signed = (sample.signed ?? []).map((blob) => encodeSigned(blob, sample.context));
  const sampledValue = [...raw, ...signed];
  return sampledValue.length === 0 ? null : { timestamp: toTimestamp(sample.timeMs), sampledValue };
}

function encodeValue(value: MeasuredValue, context: Sample['context']): SampledValue {
  const { unit, decimals } = units[value.measurand] ?? { decimals: 3 };
  const register = value.measurand.startsWith('Energy.') && value.measurand.endsWith('.Register');
  const number = register ? Math.floor(value.value + 1e-6) : value.value;
  return compact({
    value: decimalText(number, decimals),
    context,
    measurand: value.measurand as Measurand,
    phase: value.phase as Phase | undefined,
    location: value.location,
    unit,
  });
}

/** A decimal with a point, never an exponent, never −0, without idle zeros. */
function decimalText(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
}

/**
 * Signed data as the fact says: in the form of OCA's note on signed meter values, or bare (E-18). The data themselves are the
 * meter's, untouched. OCMF names its method itself.
 */
function encodeSigned(blob: ArchivedBlob, context: Sample['context']): SampledValue {
  const { data = 'oca', key = 'oca' } = blob.form ?? {};
  const value = data === 'bare' ? blob.data : signedMeterValue(blob, key);
  return { value, context, format: 'SignedData', measurand: 'Energy.Active.Import.Register' };
}

function signedMeterValue({ data, method, encoding, publicKey }: ArchivedBlob, key: CarriedForm['key']): string {
  return JSON.stringify({
    signedMeterData: Buffer.from(data, 'utf8').toString('base64'),
    signingMethod: encoding === 'OCMF' ? '' : method,
    encodingMethod: encoding,
    publicKey: publicKey === '' || key === 'none' ? '' : publicKeyText(publicKey, key),
  });
}
