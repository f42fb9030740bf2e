import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { readTime, timeText } from './reading-time.ts';

describe('the time of a reading', () => {
  it('is local time with its distance from UTC and what the clock is worth', () => {
    assert.deepEqual(readTime('2018-07-24T13:22:04,000+0200 S'), {
      timeMs: Date.UTC(2018, 6, 24, 11, 22, 4),
      offsetMinutes: 120,
      clock: 'S',
    });
    assert.equal(readTime('2018-07-24T13:22:04,250-0330')?.timeMs, Date.UTC(2018, 6, 24, 16, 52, 4, 250));
    assert.equal(readTime('2018-07-24T13:22:04,250-0330')?.clock, null);
  });

  it('names the same hour twice when summer time ends, an hour apart', () => {
    const summer = readTime('2026-10-25T02:30:00,000+0200 I')?.timeMs ?? 0;
    const winter = readTime('2026-10-25T02:30:00,000+0100 I')?.timeMs ?? 0;
    assert.equal(winter - summer, 3_600_000);
  });

  it('is not what does not exist or is written in another way', () => {
    const none = [
      '2026-02-30T10:00:00,000+0100 S',
      '2026-13-01T10:00:00,000+0100 S',
      '2026-07-24T24:00:00,000+0100 S',
      '2026-07-24T10:60:00,000+0100 S',
      '2026-07-24T10:00:00.000+0100 S',
      '2026-07-24T10:00:00,000+01:00 S',
      '2026-07-24T10:00:00,000Z S',
      '2026-07-24T10:00:00,000+0100 Q',
      '2026-07-24T10:00:00,000000+0100 S',
      '',
    ];
    for (const text of none) assert.equal(readTime(text), null, text);
  });

  it('is written and read again', () => {
    const time = fc.record({
      timeMs: fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2099, 0) }),
      offsetMinutes: fc.integer({ min: -12 * 60, max: 14 * 60 }),
      clock: fc.constantFrom('U', 'I', 'S', 'R', null),
    });
    fc.assert(fc.property(time, (each) => assert.deepEqual(readTime(timeText(each)), { ...each })));
  });
});
