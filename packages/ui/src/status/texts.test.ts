import assert from 'node:assert/strict';
import { it } from 'node:test';

import { textsOf } from './texts.ts';

it('has every text in both languages, and English for all others', () => {
  const english = textsOf('en-GB');
  const german = textsOf('de-AT');
  assert.deepEqual(Object.keys(german).toSorted(), Object.keys(english).toSorted());
  assert.equal(textsOf('fr'), english);
  const same = Object.entries(english).filter(([name, text]) => Reflect.get(german, name) === text);
  assert.deepEqual(same.map(([name]) => name).toSorted(), ['live', 'station']);
});
