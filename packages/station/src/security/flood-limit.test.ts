import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { floodStep, noFlood, type FloodState } from './flood-limit.ts';

const rule = { burst: 3, perMs: 1_000 };

/** Which of the moments passes, with the number that was kept back before it. */
function played(moments: readonly number[]): readonly (number | null)[] {
  let state: FloodState = noFlood(rule, 0);
  return moments.map((nowMs) => {
    const verdict = floodStep(state, rule, nowMs);
    ({ state } = verdict);
    return verdict.passes ? verdict.keptBack : null;
  });
}

void describe('a limit of floods', () => {
  void it('lets a burst pass, and then one in each time', () => {
    assert.deepEqual(played([0, 0, 0, 0, 999, 1_000, 1_001, 2_000]), [0, 0, 0, null, null, 2, null, 1]);
  });

  void it('lets a whole burst pass again after a rest, and not more', () => {
    assert.deepEqual(played([0, 0, 0, 100_000, 100_000, 100_000, 100_000]), [0, 0, 0, 0, 0, 0, null]);
  });

  void it('says when the next may pass', () => {
    let state = noFlood({ burst: 1, perMs: 1_000 }, 0);
    ({ state } = floodStep(state, { burst: 1, perMs: 1_000 }, 200));
    const verdict = floodStep(state, { burst: 1, perMs: 1_000 }, 400);
    assert.ok(!verdict.passes);
    assert.equal(verdict.nextMs, 1_200);
  });
});
