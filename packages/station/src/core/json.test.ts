import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isRecord } from './json.ts';

test('a record is an object with members, and neither null nor an array', () => {
  for (const value of [{}, { a: 1 }, Object.create(null)]) assert.equal(isRecord(value), true);
  for (const value of [null, undefined, [], [{}], 'a', 1, true, () => 1]) assert.equal(isRecord(value), false);
});
