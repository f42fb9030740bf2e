import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { statusPath, statusTransitions, type ConnectorStatus } from '../evse/connector-status.ts';
import { StatusLane, type WaitingStatus } from './status-lane.ts';

const all = Object.keys(statusTransitions) as ConnectorStatus[];

function waiting(status: ConnectorStatus, ticket: number, informative = false): WaitingStatus<number> {
  const said = { evse: 1, connector: 1, status, errorCode: 'NoError', info: null, vendorErrorCode: null, timeMs: null };
  const report = informative ? ({ ...said, informative: true } as const) : said;
  return { report, afterSeq: null, sinceMs: 0, heldUntilMs: 60_000, ticket };
}

test('when too many wait, an informative one goes first', () => {
  const lane = new StatusLane<number>();
  const dropped = Array.from({ length: 17 }, (_, index) =>
    lane.add(waiting(index % 2 === 0 ? 'Charging' : 'SuspendedEV', index, index === 9)),
  ).flat();
  assert.deepEqual(
    dropped.map(({ ticket }) => ticket),
    [9],
  );
});

test('however many waited, what remains is a legal way to the newest, and bounded (N-01)', () => {
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.array(fc.constantFrom(...all), { maxLength: 80 }), (first, goals) => {
      const lane = new StatusLane<number>();
      let last = first;
      let count = 0;
      let dropped = 0;
      for (const goal of goals) {
        for (const step of statusPath(last, goal)) {
          dropped += lane.add(waiting(step, count)).length;
          count += 1;
          last = step;
        }
      }
      const left = lane.clear();
      assert.equal(left.length + dropped, count);
      assert.ok(left.length <= 16);
      assert.equal(left.at(-1)?.report.status ?? first, last);
      for (const [index, { report }] of left.entries()) {
        const before = left[index - 1]?.report.status ?? first;
        assert.ok(statusTransitions[before].includes(report.status), `${before} → ${report.status}`);
      }
    }),
    { numRuns: 500 },
  );
});

test('what a backend asks for is held no longer than a few seconds, and only a status answers it', () => {
  const lane = new StatusLane<number>();
  assert.equal(lane.hurry(1, 1_000), false);
  lane.add(waiting('Charging', 0, true));
  assert.equal(lane.hurry(1, 1_000), false);
  lane.add(waiting('Finishing', 1));
  assert.equal(lane.hurry(1, 1_000), true);
  assert.deepEqual(
    lane.clear().map(({ heldUntilMs }) => heldUntilMs),
    [6_000, 6_000],
  );
});
