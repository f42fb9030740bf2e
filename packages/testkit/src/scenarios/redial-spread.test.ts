import assert from 'node:assert/strict';
import { test } from 'node:test';

import { busiestWindow, playFleetOutage } from '../fleet-outage.ts';

test('a hundred stations that lose their backend at once come back spread out, ever more slowly (T-05, T-06, T-23, fault 8)', async () => {
  const stations = 100;
  const { redials, outageMs, allBackMs } = await playFleetOutage(stations, 30 * 60_000);
  const byStation = Map.groupBy(redials, ({ identity }) => identity);
  assert.equal(byStation.size, stations);
  assert.ok(busiestWindow(redials, 1_000) <= stations / 4, 'no second sees more than a quarter of the fleet');
  const late = redials.filter(({ atMs }) => atMs > 300_000);
  assert.ok(busiestWindow(late, 1_000) <= stations / 10, 'later no second sees more than a tenth');
  const sequences = [...byStation.values()].map((own) => own.map(({ atMs }) => Math.round(atMs)).join(' '));
  assert.equal(new Set(sequences).size, stations, 'no two stations dial in step');
  for (const [identity, own] of byStation) {
    const gaps = own.slice(1).map(({ atMs }, index) => atMs - (own[index]?.atMs ?? 0));
    const [first = 0] = own.map(({ atMs }) => atMs);
    assert.ok(first >= 1_000 && first <= 10_000, `${identity} first dials after ${first} ms`);
    for (const [index, gap] of gaps.entries()) {
      const least = Math.min(10_000 * 2 ** index, 320_000);
      assert.ok(
        gap >= least && gap <= least + 30_000,
        `${identity} waits ${gap} ms, not ${least} ms and up to 30 s more`,
      );
    }
  }
  assert.ok(allBackMs - outageMs <= 350_000, 'everybody is back within the longest wait');
});
