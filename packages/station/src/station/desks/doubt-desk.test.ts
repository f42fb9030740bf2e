import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { Standing } from '../../reservations/reservation-rules.ts';
import { grantOf, TestEvse } from '../evse/test-evse.ts';
import { DoubtDesk } from './doubt-desk.ts';

class Bench {
  readonly time = new VirtualTime();
  readonly evses = [new TestEvse(1), new TestEvse(2)] as const;
  readonly problems: string[] = [];
  readonly values: Record<string, string | number> = {
    'authorization.inDoubt': 'plugged',
    'authorization.inDoubtTag': 'DOUBT',
    'authorization.timeout': 10,
  };
  refused = false;
  standing: Standing = 'open';
  readonly desk: DoubtDesk;

  constructor() {
    const params = { get: (id: string) => this.values[id] } as unknown as ParameterReader;
    this.desk = new DoubtDesk({
      time: this.time,
      clock: { nowMs: () => this.time.systemWallMs() },
      params,
      evses: () => this.evses.map((evse) => evse.controller),
      memory: { refused: () => this.refused, parentOf: () => 'FLEET' },
      standing: () => this.standing,
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  /** What the EVSEs are busy with. */
  get phases(): readonly string[] {
    return this.evses.map(({ state }) => state.phase.kind);
  }
}

describe('a car without a card', () => {
  test('does not begin where the place is reserved, and begins when that is over (RS-04)', async () => {
    const bench = new Bench();
    bench.standing = 'closed';
    bench.evses[0].plug();
    bench.desk.changed();
    await bench.time.advance(60_000);
    assert.deepEqual(bench.evses[0].of('granted'), []);
    bench.standing = 'open';
    await bench.time.advance(10_000);
    assert.deepEqual(bench.phases, ['starting', 'idle']);
  });

  test('begins once the backend has been away for as long as a driver would wait', async () => {
    const bench = new Bench();
    bench.evses[0].plug();
    bench.desk.changed();
    await bench.time.advance(9_999);
    assert.deepEqual(bench.phases, ['preparing', 'idle']);
    await bench.time.advance(1);
    assert.deepEqual(bench.phases, ['starting', 'idle']);
    const grant = grantOf('DOUBT', { parentIdToken: 'FLEET', via: 'plug' });
    assert.deepEqual(bench.evses[0].of('granted')[0]?.grant, grant);
    bench.evses[1].plug();
    bench.desk.changed();
    await bench.time.advance(0);
    assert.deepEqual(bench.phases, ['starting', 'starting'], 'the outage lasts: at once');
  });

  test('waits for its card while the backend is there, and when the mode is another', async () => {
    const bench = new Bench();
    bench.evses[0].plug();
    bench.desk.linkChanged(true);
    await bench.time.advance(100_000);
    bench.desk.linkChanged(false);
    await bench.time.advance(5_000);
    bench.desk.linkChanged(true);
    await bench.time.advance(5_000);
    bench.desk.linkChanged(false);
    await bench.time.advance(9_000);
    assert.deepEqual(bench.phases, ['preparing', 'idle'], 'two short breaks are no long one');
    bench.values['authorization.inDoubt'] = 'on';
    bench.desk.changed();
    await bench.time.advance(100_000);
    assert.deepEqual(bench.phases, ['preparing', 'idle']);
  });

  test('does not begin when the identifier has been refused, which is said', async () => {
    const bench = new Bench();
    bench.refused = true;
    bench.evses[0].plug();
    bench.desk.changed();
    await bench.time.advance(60_000);
    assert.deepEqual([bench.phases[0], bench.problems.length], ['preparing', 1]);
  });

  test('begins later where something keeps it from that, and not after the station stopped', async () => {
    const bench = new Bench();
    bench.evses[0].plug().dispatch({ kind: 'blocked', reason: 'the supply fails' });
    bench.desk.changed();
    await bench.time.advance(15_000);
    bench.evses[0].dispatch({ kind: 'blocked', reason: null });
    await bench.time.advance(10_000);
    assert.equal(bench.phases[0], 'starting');
    bench.desk.stop();
    bench.desk.linkChanged(false);
    bench.evses[1].plug();
    bench.desk.changed();
    await bench.time.advance(100_000);
    assert.equal(bench.phases[1], 'preparing');
  });
});
