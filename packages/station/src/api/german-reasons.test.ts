import assert from 'node:assert/strict';
import { test } from 'node:test';

import { catalogue, parameterIds } from '../params/catalogue.ts';
import { manufacturerOnly } from '../params/permission.ts';
import { parseValue } from '../params/validation.ts';
import { inGerman } from './german-reasons.ts';

const badValues = [
  '',
  '-1',
  '99999999999999',
  'x',
  'x y',
  'a,b',
  'ws://host/',
  '\u0001',
  ' x ',
  '.',
  '/../x',
  '/%zz',
  '300.1.1.1',
  '[::',
  'x:99999',
  'hex:abc',
  'Europe/Nowhere',
  'DE',
  '1=2',
  'ethernet=a; ethernet=b',
  'Voltage,Nothing',
  'R'.repeat(2_000),
];

test('whatever a value is refused for by the rule of its row, is said in German too', () => {
  const english = new Set<string>();
  for (const id of parameterIds) {
    const refused = catalogue[id].rule.type === 'choice' ? Object.values(catalogue[id].rule.refused ?? {}) : [];
    for (const value of badValues) {
      const parsed = parseValue(id, value, 'local');
      if (!parsed.ok && !refused.includes(parsed.reason) && inGerman(parsed.reason) === parsed.reason)
        english.add(`${id}: ${parsed.reason}`);
    }
  }
  assert.deepEqual([...english], []);
});

test('the range stands in the German sentence', () => {
  const parsed = parseValue('backend.keepAliveInterval', '4', 'local');
  assert.equal(parsed.ok ? '' : inGerman(parsed.reason), 'Möglich ist auto, 0 oder eine ganze Zahl von 5 bis 9999.');
  assert.equal(inGerman(manufacturerOnly), 'Diesen Wert darf nur der Hersteller ändern.');
});

test('what has no German sentence stays as it is', () => {
  assert.equal(inGerman('Something new.'), 'Something new.');
});
