import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ocaPublicKey } from '@kerbside/ocmf';
import { ocpp16 } from '@kerbside/ocpp/ocpp16';
import fc from 'fast-check';

import { measurandNames, measure } from '../../../metering/measurands.ts';
import { rotationOf } from '../../../metering/phase-rotation.ts';
import type { ArchivedBlob, CarriedForm, MeasuredValue, Sample, SampleContext } from '../../../metering/sample.ts';
import { encodeMeterValue } from './meter-value.ts';

const timeMs = Date.UTC(2026, 10, 22, 12, 0, 0, 250);
const contexts: readonly SampleContext[] = [
  'Transaction.Begin',
  'Transaction.End',
  'Sample.Periodic',
  'Sample.Clock',
  'Trigger',
  'Interruption.Begin',
  'Interruption.End',
  'Other',
];

function sampleOf(values: readonly MeasuredValue[], over: Partial<Sample> = {}): Sample {
  return { timeMs, context: 'Sample.Periodic', values, ...over };
}

function isValid(meterValue: unknown): void {
  const payload = { connectorId: 1, meterValue: [meterValue] };
  assert.equal(ocpp16.validateRequest('MeterValues', payload), undefined, JSON.stringify(meterValue));
}

/** The text of one value of a measurand. */
function textOf(measurand: string, value: number): string | undefined {
  return encodeMeterValue(sampleOf([{ measurand, value }]))?.sampledValue[0]?.value;
}

test('everything that a meter gives, as 1.6 writes it (V-05, V-06)', () => {
  const reading = {
    energyImportWh: 1234.9,
    energyExportWh: 0,
    powerW: 11_040.04,
    currentA: [16, 15.994, 0],
    voltageV: [230.06, 231, 229],
    frequencyHz: 49.98712,
    temperatureC: -3.04,
    soc: 42.4,
  };
  const context = { offeredMilliamps: 16_000, phases: 3, nominalVolts: 230, rotation: rotationOf('Unknown') };
  const encoded = encodeMeterValue(sampleOf(measure(measurandNames, reading, context), { context: 'Trigger' }));
  isValid(encoded);
  assert.equal(encoded?.timestamp, '2026-11-22T12:00:00.250Z');
  assert.ok(encoded?.sampledValue.every((value) => value.context === 'Trigger' && value.format === undefined));
  assert.deepEqual(
    encoded?.sampledValue.map(({ measurand, phase, location, value, unit }) =>
      [measurand, phase, location, value, unit].filter((part) => part !== undefined).join(' '),
    ),
    [
      'Energy.Active.Import.Register 1234 Wh',
      'Energy.Active.Export.Register 0 Wh',
      'Power.Active.Import 11040 W',
      'Current.Import L1 16 A',
      'Current.Import L2 15.99 A',
      'Current.Import L3 0 A',
      'Voltage L1-N 230.1 V',
      'Voltage L2-N 231 V',
      'Voltage L3-N 229 V',
      'Frequency 49.987',
      'Temperature Body -3 Celcius',
      'SoC EV 42 Percent',
      'Current.Offered 16 A',
      'Power.Offered 11040 W',
    ],
  );
});

test('Frequency has no unit at all (errata 3.86)', () => {
  const value = encodeMeterValue(sampleOf([{ measurand: 'Frequency', value: 50 }]))?.sampledValue[0];
  assert.deepEqual(value, { value: '50', context: 'Sample.Periodic', measurand: 'Frequency' });
});

test('registers are rounded down as at begin and end of the transaction (X-02)', () => {
  assert.equal(textOf('Energy.Active.Import.Register', 999.999), '999');
  assert.equal(textOf('Energy.Active.Import.Register', 1000 * 1.001), '1001');
  assert.equal(textOf('Energy.Active.Import.Register', 123_456_789_012), '123456789012');
});

describe('a decimal', () => {
  const rows: readonly (readonly [string, number, string])[] = [
    ['Power.Active.Import', -0, '0'],
    ['Power.Active.Import', -0.04, '0'],
    ['Power.Active.Import', -0.06, '-0.1'],
    ['Power.Active.Import', 1e-9, '0'],
    ['Power.Active.Import', 100, '100'],
    ['Power.Active.Import', 10.0499, '10'],
    ['Power.Active.Import', 1e15, '1000000000000000'],
    ['Current.Import', 0.1 + 0.2, '0.3'],
    ['Current.Import', 6.1, '6.1'],
    ['SoC', 100, '100'],
    ['SoC', -0.4, '0'],
    ['Frequency', 50.0004, '50'],
  ];
  for (const [measurand, value, text] of rows) {
    test(`of ${measurand} ${Object.is(value, -0) ? '-0' : value} is ${text}`, () => {
      assert.equal(textOf(measurand, value), text);
    });
  }

  test('is read back as the number that was written, without exponent, −0, idle zeros', () => {
    const decimals = { 'Power.Active.Import': 1, 'Current.Import': 2, Frequency: 3, Voltage: 1, SoC: 0 };
    const number = fc.oneof(
      fc.double({ min: -1e12, max: 1e12, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.entries(decimals)), number, ([measurand, places], value) => {
        const text = textOf(measurand, value) ?? '';
        assert.match(text, /^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d*[1-9])$/);
        assert.ok(
          Math.abs(Number(text) - value) <= 0.5 * 10 ** -places + Math.abs(value) * 1e-15,
          `${text} of ${value}`,
        );
        assert.equal(textOf(measurand, Number(text)), text);
      }),
      { numRuns: 1000 },
    );
  });
});

test('a number that is none is left out, and a sample of nothing is none (V-08, fault 16)', () => {
  const wrong = [Number.NaN, Infinity, -Infinity].map((value) => ({ measurand: 'Voltage', value }));
  assert.equal(encodeMeterValue(sampleOf(wrong)), null);
  const one = encodeMeterValue(sampleOf([...wrong, { measurand: 'Voltage', value: 230 }]));
  assert.deepEqual(
    one?.sampledValue.map(({ value }) => value),
    ['230'],
  );
  assert.equal(encodeMeterValue(sampleOf([])), null);
  assert.equal(encodeMeterValue(sampleOf([], { signed: [] })), null);
});

describe('signed data', () => {
  const blob: ArchivedBlob = {
    number: 1,
    encoding: 'OCMF',
    method: '',
    data: 'OCMF|{"FV":"1.0","GI":"Zähler"}|{"SD":"3045"}',
    publicKey: '3059301306',
  };

  test('go out in the form of OCA, beside the raw value (E-18)', () => {
    const values = [{ measurand: 'Energy.Active.Import.Register', value: 7 }];
    const encoded = encodeMeterValue(sampleOf(values, { context: 'Transaction.End', signed: [blob] }));
    isValid(encoded);
    const [raw, signed] = encoded?.sampledValue ?? [];
    assert.deepEqual([raw?.value, raw?.format], ['7', undefined]);
    assert.deepEqual(
      [signed?.format, signed?.context, signed?.measurand, signed?.unit],
      ['SignedData', 'Transaction.End', 'Energy.Active.Import.Register', undefined],
    );
    const { signedMeterData, ...rest } = JSON.parse(signed?.value ?? '') as Record<string, string>;
    assert.deepEqual(rest, { signingMethod: '', encodingMethod: 'OCMF', publicKey: ocaPublicKey('3059301306') });
    assert.equal(Buffer.from(signedMeterData ?? '', 'base64').toString('utf8'), blob.data);
  });

  test('bare are the text of the meter alone, and a key goes as the fact says (E-18, E-23)', () => {
    const valueOf = (form: CarriedForm): string =>
      encodeMeterValue(sampleOf([], { signed: [{ ...blob, form }] }))?.sampledValue[0]?.value ?? '';
    assert.equal(valueOf({ data: 'bare', key: 'none' }), blob.data);
    const keyOf = (key: CarriedForm['key']): unknown =>
      (JSON.parse(valueOf({ data: 'oca', key })) as { publicKey: string }).publicKey;
    assert.deepEqual([keyOf('none'), keyOf('hex'), keyOf('oca')], ['', '3059301306', ocaPublicKey('3059301306')]);
  });

  test('alone are a sample too (E-19)', () => {
    const encoded = encodeMeterValue(sampleOf([], { signed: [blob, blob] }));
    isValid(encoded);
    assert.equal(encoded?.sampledValue.length, 2);
  });

  test('are never cut or changed, however long (E-26)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), fc.integer({ min: 1, max: 50 }), (part, times) => {
        const data = part.repeat(times);
        const encoded = encodeMeterValue(sampleOf([], { signed: [{ ...blob, data }] }));
        const { signedMeterData } = JSON.parse(encoded?.sampledValue[0]?.value ?? '') as { signedMeterData: string };
        assert.equal(Buffer.from(signedMeterData, 'base64').toString('utf8'), data);
      }),
    );
  });
});

test('whatever a meter measures, the sample obeys its schema', () => {
  const number = fc.double({ min: -1e12, max: 1e12 });
  const phases = fc.array(number, { maxLength: 3 });
  const reading = fc.record(
    {
      energyImportWh: fc.double({ min: 0, max: 1e12, noNaN: true }),
      energyExportWh: number,
      powerW: number,
      currentA: phases,
      voltageV: phases,
      frequencyHz: number,
      temperatureC: number,
      soc: number,
    },
    { requiredKeys: ['energyImportWh'] },
  );
  const wanted = fc.array(fc.constantFrom(...measurandNames, 'Current.Import.L2', 'Voltage.L1'), { maxLength: 8 });
  const signed = fc.array(
    fc.record({
      number: fc.nat(),
      encoding: fc.string(),
      method: fc.string(),
      data: fc.string(),
      publicKey: fc.string(),
    }),
    { maxLength: 2 },
  );
  fc.assert(
    fc.property(reading, wanted, signed, fc.constantFrom(...contexts), (given, names, blobs, context) => {
      const values = measure(names, given, {
        offeredMilliamps: 16_000,
        phases: 3,
        nominalVolts: 230,
        rotation: rotationOf('TSR'),
      });
      const encoded = encodeMeterValue({ timeMs, context, values, signed: blobs });
      if (encoded !== null) isValid(encoded);
      else assert.ok(blobs.length === 0);
    }),
    { numRuns: 400 },
  );
});
