import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { daysLeft, expiryTone } from './expiry.ts';

describe('the end of a certificate', () => {
  it('is warned of a month ahead, to the day', () => {
    const day = 86_400_000;
    assert.deepEqual(
      [31 * day, 31 * day - 1, day, 1, -1].map((ms) => [daysLeft(ms, 0), expiryTone(daysLeft(ms, 0))]),
      [
        [31, 'good'],
        [30, 'warn'],
        [1, 'warn'],
        [0, 'warn'],
        [-1, 'bad'],
      ],
    );
  });
});
