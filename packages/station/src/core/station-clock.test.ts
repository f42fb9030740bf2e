import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { parseTimestamp, StationClock, toTimestamp } from './station-clock.ts';
import { VirtualTime } from './virtual-time.ts';

const buildMs = Date.UTC(2026, 10, 1);
const day = 86_400_000;

function clockAt(systemMs: number, lastKnownMs = 0): { readonly time: VirtualTime; readonly clock: StationClock } {
  const time = new VirtualTime(systemMs);
  return { time, clock: new StationClock({ time, buildMs, lastKnownMs }) };
}

describe('the station clock', () => {
  test('believes a system clock that is later than the build', async () => {
    const { time, clock } = clockAt(buildMs + day);
    assert.deepEqual([clock.valid, clock.source, clock.nowMs()], [true, 'system', buildMs + day]);
    await time.advance(5000);
    assert.equal(clock.nowMs(), buildMs + day + 5000);
  });

  test('does not believe 1970: it counts from the floor and says that it is not valid', async () => {
    const { time, clock } = clockAt(0, buildMs + 3 * day);
    await time.advance(60_000);
    assert.deepEqual(
      [clock.valid, clock.source, clock.floorMs, clock.nowMs()],
      [false, 'none', buildMs + 3 * day, buildMs + 3 * day + 60_000],
    );
  });

  test('never starts behind the last persisted time, whatever the system says', () => {
    const { clock } = clockAt(buildMs + day, buildMs + 2 * day);
    assert.equal(clock.nowMs(), buildMs + 2 * day);
  });

  test('does not follow jumps of the system clock', () => {
    const { time, clock } = clockAt(buildMs + day);
    time.setSystemWallMs(0);
    assert.equal(clock.nowMs(), buildMs + day);
  });

  test('takes the time of the backend, forwards and backwards, and tells the jump', () => {
    const { clock } = clockAt(0);
    assert.equal(clock.set(buildMs + 5000), 5000);
    assert.deepEqual([clock.valid, clock.source, clock.nowMs()], [true, 'backend', buildMs + 5000]);
    assert.equal(clock.set(buildMs + 1000), -4000);
    assert.equal(clock.nowMs(), buildMs + 1000);
  });

  test('lets a backend that was a day ahead correct itself, though the wrong time was remembered (G-03)', () => {
    const { clock } = clockAt(0, buildMs + 9 * day);
    assert.equal(clock.set(buildMs + 2 * day), -7 * day);
  });

  test('believes a system clock that can be right more than a remembered time that is days later', () => {
    for (const remembered of [buildMs + 9 * day, Date.UTC(2099, 0, 1)]) {
      const { clock } = clockAt(buildMs + 2 * day, remembered);
      assert.deepEqual([clock.source, clock.nowMs()], ['system', buildMs + 2 * day]);
    }
  });

  test('believes no clock that is more than twenty years ahead, be it the system’s, remembered or the backend’s', () => {
    const { clock } = clockAt(Date.UTC(2099, 0, 1), Date.UTC(2098, 0, 1));
    assert.deepEqual([clock.valid, clock.nowMs()], [false, buildMs]);
    assert.equal(clock.set(Date.UTC(2099, 0, 1)), undefined);
    assert.deepEqual([clock.valid, clock.nowMs()], [false, buildMs]);
  });

  test('remembers no more than a system clock that can be right shows, and without one what the backend said', () => {
    const { time, clock } = clockAt(buildMs + day);
    clock.set(buildMs + 400 * day);
    assert.equal(clock.provenMs, buildMs + day);
    time.setSystemWallMs(0);
    assert.equal(clock.provenMs, buildMs + 400 * day);
  });

  test('judges certificates by the system’s clock when a backend is days away, in either direction', () => {
    const { clock } = clockAt(buildMs + 100 * day);
    clock.set(buildMs + 101 * day);
    assert.deepEqual(clock.certificateTime(), { nowMs: buildMs + 101 * day, clockValid: true });
    clock.set(buildMs + 900 * day);
    assert.deepEqual(clock.certificateTime(), { nowMs: buildMs + 100 * day, clockValid: false });
    clock.set(buildMs + day);
    assert.deepEqual(clock.certificateTime(), { nowMs: buildMs + 100 * day, clockValid: true });
  });

  test('believes a certificate from the time after the system’s clock fell back, until the backend set the clock', () => {
    const { clock } = clockAt(buildMs + day, buildMs + 90 * day);
    assert.deepEqual(clock.certificateTime(), { nowMs: buildMs + day, clockValid: false });
    clock.set(buildMs + day + 5_000);
    assert.deepEqual(clock.certificateTime(), { nowMs: buildMs + day + 5_000, clockValid: true });
  });

  test('judges certificates by its own time while the system has none', () => {
    const { clock } = clockAt(0, buildMs + 3 * day);
    assert.deepEqual(clock.certificateTime(), { nowMs: buildMs + 3 * day, clockValid: false });
    clock.set(buildMs + 5 * day);
    assert.deepEqual(clock.certificateTime(), { nowMs: buildMs + 5 * day, clockValid: true });
  });

  test('refuses a time from before the build, and what is no time', () => {
    const { clock } = clockAt(buildMs + day);
    for (const wrong of [0, buildMs - 1, Number.NaN, Infinity, -Infinity]) assert.equal(clock.set(wrong), undefined);
    assert.deepEqual([clock.source, clock.nowMs()], ['system', buildMs + day]);
  });

  test('dates a moment of the monotonic clock', async () => {
    const { time, clock } = clockAt(buildMs);
    await time.advance(10_000);
    assert.equal(clock.wallOf(4_000), clock.nowMs() - 6_000);
  });
});

describe('timestamps', () => {
  test('are written in UTC with Z and milliseconds (T-20)', () => {
    assert.equal(toTimestamp(Date.UTC(2026, 10, 22, 12, 0, 0, 7)), '2026-11-22T12:00:00.007Z');
    assert.equal(toTimestamp(1_795_435_200_000.9), new Date(1_795_435_200_000).toISOString());
  });

  const noon = Date.UTC(2026, 10, 22, 12);
  const readable: readonly (readonly [string, number])[] = [
    ['2026-11-22T12:00:00Z', noon],
    ['2026-11-22T12:00:00.5Z', noon + 500],
    ['2026-11-22T12:00:00.123456789Z', noon + 123],
    ['2026-11-22T13:00:00+01:00', noon],
    ['2026-11-22T13:00:00+0100', noon],
    ['2026-11-22T06:30:00-05:30', noon],
    ['2026-11-22t12:00:00z', noon],
    ['2026-11-22 12:00:00Z', noon],
    ['2026-11-22T12:00:00', noon],
  ];
  for (const [text, wallMs] of readable) {
    test(`of a backend are read as it writes them: ${text}`, () => {
      assert.equal(parseTimestamp(text), wallMs);
    });
  }

  test('that are none are not guessed', () => {
    const wrong = ['', 'now', '2026-11-22', '22.11.2026 12:00:00', '2026-13-01T00:00:00Z', '2026-11-22T25:00:00Z'];
    for (const text of [
      ...wrong,
      '1795435200',
      '2026-11-22T12:00Z',
      ' 2026-11-22T12:00:00Z',
      '2026-11-22T12:00:00,5Z',
    ]) {
      assert.equal(parseTimestamp(text), undefined, text);
    }
  });

  test('are read as they were written', () => {
    const year2000 = Date.UTC(2000, 0, 1);
    fc.assert(
      fc.property(fc.integer({ min: year2000, max: Date.UTC(9999, 0, 1) }), (wallMs) => {
        assert.equal(parseTimestamp(toTimestamp(wallMs)), wallMs);
      }),
    );
  });

  test('no text makes reading throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseTimestamp(text)));
  });
});
