import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { catalogue, parameterIds } from '../params/catalogue.ts';
import { parameterRange } from './parameter-range.ts';

describe('the range of a parameter, in words', () => {
  it('names bounds, single values and the unit, in both languages', () => {
    assert.deepEqual(parameterRange({ rule: { type: 'integer', min: 1, max: 60, allowed: [0] }, unit: 's' }), {
      en: '0 or 1 to 60 seconds',
      de: '0 oder 1 bis 60 Sekunden',
    });
    assert.deepEqual(parameterRange({ rule: { type: 'text', minLength: 2, maxLength: 9, format: 'proxy' } }), {
      en: 'a proxy as HOST or HOST:PORT, 2 to 9 characters',
      de: 'ein Proxy als HOST oder HOST:PORT, 2 bis 9 Zeichen',
    });
    assert.equal(parameterRange({ rule: { type: 'text', minLength: 3, maxLength: 3 } }).en, 'a text, 3 characters');
    assert.equal(parameterRange({ rule: { type: 'choice', values: ['ws', 'wss'] } }).de, 'eines von: ws, wss');
  });

  it('has words of its own in each language for every row of the catalogue', () => {
    const types = new Set<string>();
    for (const id of parameterIds) {
      const { en, de } = parameterRange(catalogue[id]);
      assert.ok(en.length > 3 && de.length > 3, id);
      assert.notEqual(en, de, id);
      types.add(catalogue[id].rule.type);
    }
    assert.deepEqual([...types].toSorted(), ['boolean', 'choice', 'integer', 'list', 'measurands', 'text']);
  });
});
