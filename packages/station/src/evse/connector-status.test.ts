import assert from 'node:assert/strict';
import { test } from 'node:test';

import { statusPath, statusTransitions, type ConnectorStatus } from './connector-status.ts';

const all = Object.keys(statusTransitions) as ConnectorStatus[];

test('every way between two statuses uses legal transitions only and ends where it should', () => {
  for (const from of all) {
    for (const to of all) {
      const path = statusPath(from, to);
      if (from === to) {
        assert.deepEqual(path, []);
        continue;
      }
      assert.equal(path.at(-1), to);
      let at = from;
      for (const step of path) {
        assert.ok(statusTransitions[at].includes(step), `${from} → ${to}: ${at} → ${step} is not legal`);
        at = step;
      }
    }
  }
});

test('a plugged connector becomes unavailable by way of Finishing', () => {
  assert.deepEqual(statusPath('Preparing', 'Unavailable'), ['Finishing', 'Unavailable']);
});

test('a new card after the end shows Preparing before Charging', () => {
  assert.deepEqual(statusPath('Finishing', 'Charging'), ['Preparing', 'Charging']);
});

test('no way leads through Faulted when another exists', () => {
  for (const from of all) {
    for (const to of all) {
      if (from === 'Faulted' || to === 'Faulted') continue;
      const between = statusPath(from, to).slice(0, -1);
      const other = statusTransitions[from].some((step) => step !== 'Faulted' && statusTransitions[step].includes(to));
      if (other) assert.ok(!between.includes('Faulted'), `${from} → ${to}`);
    }
  }
});
