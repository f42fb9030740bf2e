import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startOnStationClock } from './scheduled-evse.ts';

test('a transaction started when its own clock says so, as long as nobody set the clock of the station', () => {
  assert.equal(startOnStationClock(1_000, 61_000, 61_000), 1_000);
  assert.equal(startOnStationClock(1_000, 61_000, 62_500), 1_000);
  assert.equal(startOnStationClock(1_000, null, 61_000), 1_000);
});

test('a clock that is set meanwhile, forwards or back, does not move the periods of a relative schedule (SC-07)', () => {
  const dayMs = 86_400_000;
  for (const jumpMs of [dayMs, -3_600_000]) {
    const nowMs = dayMs + 61_000 + jumpMs;
    const startMs = startOnStationClock(dayMs + 1_000, dayMs + 61_000, nowMs);
    assert.equal(nowMs - startMs, 60_000);
  }
});
