import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ArchivedBlob, Sample } from '../metering/sample.ts';
import { carriedSamples, type CarryRules } from './carried-signed.ts';

const rules: CarryRules = { signed: true, data: 'oca', key: 'oca', keyWhen: 'OncePerTransaction' };
const blob: ArchivedBlob = { number: 1, encoding: 'OCMF', method: '', data: 'OCMF|a|b', publicKey: '30' };
const sample = (over: Partial<Sample> = {}): Sample => {
  return {
    timeMs: 1,
    context: 'Transaction.Begin',
    values: [{ measurand: 'Voltage', value: 230 }],
    signed: [blob],
    ...over,
  };
};

function keysOf(samples: readonly Sample[]): readonly (string | undefined)[] {
  return samples.flatMap(({ signed = [] }) => signed.map(({ form }) => form?.key));
}

const rows: readonly (readonly [Partial<CarryRules>, carried: boolean, keys: readonly string[], after: boolean])[] = [
  [{ keyWhen: 'Never' }, false, ['none', 'none'], false],
  [{ keyWhen: 'OncePerTransaction' }, false, ['oca', 'none'], true],
  [{ keyWhen: 'OncePerTransaction' }, true, ['none', 'none'], true],
  [{ keyWhen: 'OncePerTransaction', key: 'hex' }, false, ['hex', 'none'], true],
  [{ keyWhen: 'EveryMeterValue' }, true, ['oca', 'oca'], true],
  [{ keyWhen: 'EveryMeterValue', data: 'bare' }, false, ['none', 'none'], false],
];

for (const [over, carried, keys, after] of rows) {
  test(`the key goes as ${JSON.stringify(over)} says, ${carried ? 'after' : 'before'} the backend has it (E-22)`, () => {
    const result = carriedSamples([sample(), sample({ context: 'Transaction.End' })], { ...rules, ...over }, carried);
    assert.deepEqual([keysOf(result.samples), result.keyCarried], [keys, after]);
  });
}

test('a meter without a key lets the next signed value bring it', () => {
  const { samples, keyCarried } = carriedSamples([sample({ signed: [{ ...blob, publicKey: '' }] })], rules, false);
  assert.deepEqual([keysOf(samples), keyCarried], [['none'], false]);
});

test('what is not to be carried leaves its values behind, and nothing where there are none', () => {
  const { samples } = carriedSamples([sample(), sample({ values: [] })], { ...rules, signed: false }, false);
  assert.deepEqual(
    samples.map(({ values, signed }) => [values.length, signed]),
    [[1, undefined]],
  );
});

test("the data themselves are the meter's, whatever the form (E-01)", () => {
  const { samples } = carriedSamples([sample()], { ...rules, data: 'bare' }, false);
  assert.deepEqual(samples[0]?.signed?.[0], { ...blob, form: { data: 'bare', key: 'none' } });
});
