import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { nextOffsetChange, zoneOffsetMinutes } from './time-zone.ts';

const at = (text: string): number => Date.parse(text);

describe('the offset of a zone (E-17)', () => {
  const offsets: readonly (readonly [zone: string, time: string, minutes: number])[] = [
    ['Europe/Berlin', '2026-01-15T12:00:00Z', 60],
    ['Europe/Berlin', '2026-07-15T12:00:00Z', 120],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', 60],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 120],
    ['Europe/Berlin', '2026-10-25T00:59:59Z', 120],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', 60],
    ['UTC', '2026-07-15T12:00:00Z', 0],
    ['America/St_Johns', '2026-01-15T12:00:00Z', -210],
    ['Asia/Kathmandu', '2026-01-15T12:00:00Z', 345],
    ['Nowhere/Land', '2026-01-15T12:00:00Z', 0],
  ];
  for (const [zone, time, minutes] of offsets) {
    test(`${zone} at ${time} is ${minutes} minutes ahead`, () => {
      assert.equal(zoneOffsetMinutes(zone, at(time)), minutes);
    });
  }
});

describe('the next change of the offset (E-17)', () => {
  const changes: readonly (readonly [zone: string, from: string, change: string | null, minutes: number])[] = [
    ['Europe/Berlin', '2026-01-15T12:00:00Z', '2026-03-29T01:00:00.000Z', 120],
    ['Europe/Berlin', '2026-03-29T00:59:59.999Z', '2026-03-29T01:00:00.000Z', 120],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-10-25T01:00:00.000Z', 60],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', '2027-03-28T01:00:00.000Z', 120],
    ['Australia/Lord_Howe', '2026-01-15T12:00:00Z', '2026-04-04T15:00:00.000Z', 630],
    ['Asia/Tokyo', '2026-01-15T12:00:00Z', null, 0],
    ['UTC', '2026-01-15T12:00:00Z', null, 0],
  ];
  for (const [zone, from, change, minutes] of changes) {
    test(`${zone} from ${from}: ${change ?? 'none'}`, () => {
      const found = nextOffsetChange(zone, at(from));
      assert.deepEqual(found, change === null ? null : { atMs: at(change), offsetMinutes: minutes });
    });
  }
});
