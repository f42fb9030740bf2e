import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import { LifeWatch } from './life-watch.ts';

function open(): { time: VirtualTime; watch: LifeWatch; beats: number[]; silences: number[] } {
  const time = new VirtualTime();
  const beats: number[] = [];
  const silences: number[] = [];
  const watch = new LifeWatch({
    time,
    beat: () => beats.push(time.monotonicMs()),
    onSilence: () => silences.push(time.monotonicMs()),
  });
  watch.start();
  return { time, watch, beats, silences };
}

describe('the watch over a connection', () => {
  it('beats every second', async () => {
    const { time, watch, beats } = open();
    for (let second = 0; second < 5; second += 1) {
      await time.advance(1_000);
      watch.heard();
    }
    assert.deepEqual(beats, [1_000, 2_000, 3_000, 4_000, 5_000]);
  });

  it('notices within three seconds that nothing is heard any more, whenever the last word came', async () => {
    for (const lastMs of [0, 1, 999, 1_500, 2_899, 2_950]) {
      const { time, watch, silences } = open();
      await time.advance(lastMs);
      watch.heard();
      await time.advance(2_999);
      assert.deepEqual(silences, [], `last word at ${lastMs} ms`);
      await time.advance(1);
      assert.deepEqual(silences, [lastMs + 3_000]);
    }
  });

  it('takes a late word, as long as it comes in time', async () => {
    const { time, watch, silences } = open();
    for (let round = 0; round < 10; round += 1) {
      await time.advance(2_990);
      watch.heard();
    }
    assert.deepEqual(silences, []);
  });

  it('ends with stop, which may be called twice', async () => {
    const { time, watch, beats, silences } = open();
    watch.stop();
    watch.stop();
    await time.advance(10_000);
    assert.deepEqual([beats, silences, time.pendingTimers], [[], [], 0]);
  });
});
