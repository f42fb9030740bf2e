import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import { SupplyDesk } from './supply-desk.ts';
import { grantOf, TestEvse } from '../evse/test-evse.ts';

class Bench {
  readonly time = new VirtualTime();
  readonly evses = [new TestEvse(1), new TestEvse(2)] as const;
  readonly story: string[] = [];
  told = true;
  readonly desk = new SupplyDesk({
    time: this.time,
    evses: () => this.evses.map((evse) => evse.controller),
    told: () => this.told,
    block: (fails) => this.story.push(fails ? 'block' : 'allow'),
    show: (fails) => this.story.push(fails ? 'show' : 'hide'),
    onProblem: () => undefined,
  });
}

test('a failing supply ends what runs with reason powerLoss, and shows when that is told (X-12)', async () => {
  const bench = new Bench();
  const [evse] = bench.evses;
  evse.run(grantOf('A'));
  bench.told = false;
  bench.desk.report(true);
  bench.desk.report(true);
  assert.deepEqual(
    evse.of('stop').map(({ cause }) => cause),
    [{ reason: 'powerLoss', idToken: null }],
  );
  await bench.time.advance(1_000);
  assert.deepEqual(bench.story, ['block']);
  evse.dispatch({ kind: 'stopped' });
  bench.told = true;
  await bench.time.advance(100);
  assert.deepEqual(bench.story, ['block', 'show']);
  bench.desk.report(false);
  assert.deepEqual(bench.story, ['block', 'show', 'allow', 'hide']);
});

test('what cannot be told in ten seconds does not keep the status back', async () => {
  const bench = new Bench();
  bench.told = false;
  bench.desk.report(true);
  await bench.time.advance(11_000);
  assert.deepEqual(bench.story, ['block', 'show']);
});

test('a supply that is back at once was never shown as failing', async () => {
  const bench = new Bench();
  bench.told = false;
  bench.desk.report(true);
  bench.desk.report(false);
  await bench.time.advance(60_000);
  assert.deepEqual(bench.story, ['block', 'allow']);
});

test('stopped, it shows nothing more', async () => {
  const bench = new Bench();
  bench.told = false;
  bench.desk.report(true);
  bench.desk.stop();
  bench.desk.stop();
  await bench.time.advance(60_000);
  assert.deepEqual(bench.story, ['block']);
});
