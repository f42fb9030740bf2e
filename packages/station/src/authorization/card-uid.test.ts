import assert from 'node:assert/strict';
import { test } from 'node:test';

import { idTokenOfCard } from './card-uid.ts';

const rows = [
  ['04a1B2c3', 'asRead', 'asRead', '04a1B2c3'],
  ['04a1B2c3', 'upper', 'asRead', '04A1B2C3'],
  ['04a1B2c3', 'lower', 'asRead', '04a1b2c3'],
  ['04a1B2c3', 'asRead', 'reversed', 'c3B2a104'],
  ['04a1B2c3', 'upper', 'reversed', 'C3B2A104'],
  ['04A1B2C3D4E5F6', 'asRead', 'reversed', 'F6E5D4C3B2A104'],
  ['7F', 'asRead', 'reversed', '7F'],
  ['04A1B', 'asRead', 'reversed', '04A1B'],
  ['04:A1:B2', 'asRead', 'reversed', '04:A1:B2'],
  ['GHIJ', 'lower', 'reversed', 'ghij'],
  ['straße', 'upper', 'asRead', 'STRAßE'],
  ['', 'upper', 'reversed', ''],
] as const;

for (const [uid, letterCase, byteOrder, expected] of rows) {
  test(`the card "${uid}" with letters ${letterCase} and bytes ${byteOrder} is "${expected}"`, () => {
    assert.equal(idTokenOfCard(uid, { letterCase, byteOrder }), expected);
  });
}
