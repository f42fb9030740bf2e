import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { catalogue, parameterIds } from './catalogue.ts';
import type { ParameterId } from './catalogue.ts';
import type { ValueRule } from './row.ts';
import { parseValue } from './validation.ts';
import { sameValue, toKeyText, toText } from './value-text.ts';

/** Texts that a rule takes. */
function textsOf(id: ParameterId, rule: ValueRule): fc.Arbitrary<string> {
  switch (rule.type) {
    case 'boolean':
      return fc.constantFrom('true', 'false', '1', '0');
    case 'integer':
      return fc.oneof(
        fc.integer({ min: rule.min, max: rule.max }).map(String),
        ...[...(rule.allowed ?? []), ...(rule.also ?? [])].map((word) => fc.constant(String(word))),
      );
    case 'choice':
      return fc.constantFrom(
        ...rule.values,
        ...(rule.numbered === true ? rule.values.map((_, place) => String(place)) : []),
      );
    case 'list':
      return fc.subarray([...rule.values]).map((items) => items.join(' , '));
    case 'measurands':
      return fc
        .subarray(['Voltage', 'Current.Import', 'Current.Import.L1', 'Power.Active.Import'])
        .map((items) => items.join(', '));
    case 'text':
      return fc.constantFrom(
        ...[catalogue[id].example, toText(catalogue[id].default)].filter((text) => text !== undefined),
      );
  }
}

/** Any letter case, where it has no meaning. */
function inAnyCase(rule: ValueRule): (text: string) => fc.Arbitrary<string> {
  if (rule.type === 'text') return (text) => fc.constant(text);
  return (text) => fc.constantFrom(text, text.toUpperCase(), text.toLowerCase(), ` ${text} `);
}

for (const id of parameterIds) {
  const { rule, ocpp16 } = catalogue[id];
  if (ocpp16 === undefined) continue;
  test(`${id} comes back as the same value in both styles, whatever the letter case (K-04)`, () => {
    fc.assert(
      fc.property(textsOf(id, rule).chain(inAnyCase(rule)), (text) => {
        const first = parseValue(id, text, 'local');
        if (!first.ok) return text.trim() === '';
        for (const style of ['standard', 'numeric'] as const) {
          const again = parseValue(id, toKeyText(rule, first.value, style), 'local');
          assert.ok(again.ok && sameValue(again.value, first.value), `${text} in style ${style}`);
        }
        return true;
      }),
      { numRuns: 30 },
    );
  });
}

test('numeric style writes truth values and numbered words as numbers, and nothing else', () => {
  assert.deepEqual(
    [true, false].map((value) => toKeyText({ type: 'boolean' }, value, 'numeric')),
    ['1', '0'],
  );
  const mode = catalogue['authorization.freeChargingMode'];
  const written =
    mode.rule.type === 'choice' ? mode.rule.values.map((word) => toKeyText(mode.rule, word, 'numeric')) : [];
  assert.deepEqual(written, ['0', '1', '2', '3', '4', '5']);
  assert.equal(toKeyText(catalogue['backend.protocol'].rule, 'wss', 'numeric'), 'wss');
  assert.equal(toKeyText(catalogue['metering.sampleInterval'].rule, 1, 'numeric'), '1');
  const parsed = ['2', 'STATUSWITHCARD', ' statusWithCard '].map((text) =>
    parseValue('authorization.freeChargingMode', text, 'backend'),
  );
  for (const each of parsed) assert.deepEqual(each, { ok: true, value: 'statusWithCard' });
  for (const text of ['6', '-1', '1.0', ''])
    assert.equal(parseValue('authorization.freeChargingMode', text, 'backend').ok, false);
});
