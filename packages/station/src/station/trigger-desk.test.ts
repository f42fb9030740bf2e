import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createSeededRandom } from '../core/random.ts';
import type { Outbox } from '../delivery/outbox.ts';
import { TestDelivery } from '../delivery/test-delivery.ts';
import { TestSession } from '../delivery/test-session.ts';
import type { MeterReading } from '../evse/hardware.ts';
import { shownStatus } from '../evse/shown-status.ts';
import { StatusBoard } from './status-board.ts';
import { grantOf, TestEvse } from './test-evse.ts';
import { TriggerDesk } from './trigger-desk.ts';

class MeteredEvse extends TestEvse {
  reading: () => Promise<MeterReading> = () => Promise.resolve({ energyImportWh: this.id });

  readMeter(): Promise<MeterReading> {
    return this.reading();
  }
}

class Bench {
  readonly delivery: TestDelivery;
  readonly session = new TestSession();
  readonly evses = [new MeteredEvse(1), new MeteredEvse(2)] as const;
  readonly problems: string[] = [];
  readonly others: string[] = [];
  readonly desk: TriggerDesk;

  constructor(delivery: TestDelivery) {
    this.delivery = delivery;
    const { time, scheduler } = delivery;
    const board = new StatusBoard({
      nowMs: () => 1,
      after: () => () => undefined,
      online: () => false,
      onReconnect: () => 'all',
      send: () => Promise.resolve(true),
    });
    for (const evse of [0, 1, 2]) board.place(evse, shownStatus(this.evses[0].state));
    const ids: Readonly<Record<string, string>> = { T1: '7' };
    this.desk = new TriggerDesk({
      time,
      random: createSeededRandom('desk'),
      scheduler,
      outbox: { backendTransaction: (key: string) => ids[key] ?? null } as unknown as Outbox,
      board,
      evses: () => this.evses.map((evse) => evse.controller),
      boot: async () => void this.others.push('boot'),
      heartbeat: async () => void this.others.push('heartbeat'),
      sampleOf: (_evse, { energyImportWh }) => ({
        timeMs: energyImportWh,
        context: 'Trigger',
        values: [{ measurand: 'Energy.Active.Import.Register', value: energyImportWh }],
      }),
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  static async online(): Promise<Bench> {
    const bench = new Bench(await TestDelivery.with([]));
    await bench.delivery.online(bench.session);
    return bench;
  }

  async sent(): Promise<readonly string[]> {
    await this.delivery.time.advance(0);
    const statuses = this.session.sent.flatMap(({ status }) => (status === undefined ? [] : [`status ${status.evse}`]));
    return [...statuses, ...this.session.facts];
  }
}

test('the confirmation goes first, the message afterwards (TR-01)', async () => {
  const bench = await Bench.online();
  assert.equal(bench.desk.trigger({ kind: 'boot' }), 'accepted');
  assert.equal(bench.desk.trigger({ kind: 'heartbeat' }), 'accepted');
  assert.equal(bench.desk.trigger({ kind: 'status', evse: null }), 'accepted');
  assert.deepEqual([bench.others, bench.session.sent], [[], []]);
  assert.deepEqual(await bench.sent(), ['status 0', 'status 1', 'status 2']);
  assert.deepEqual(bench.others, ['boot', 'heartbeat']);
});

test('a status of one place, of the station alone, and of none (TR-02)', async () => {
  const bench = await Bench.online();
  bench.desk.trigger({ kind: 'status', evse: 2 });
  bench.desk.trigger({ kind: 'status', evse: 0 });
  assert.deepEqual(await bench.sent(), ['status 2', 'status 0']);
  assert.equal(bench.desk.trigger({ kind: 'status', evse: 9 }), 'rejected');
  assert.equal(bench.desk.trigger({ kind: 'meterValues', evse: 9 }), 'rejected');
});

describe('triggered meter values', () => {
  test('come from each connector, with the transaction that runs there (V-10)', async () => {
    const bench = await Bench.online();
    bench.evses[0].run(grantOf('A'), 'T1');
    bench.desk.trigger({ kind: 'meterValues', evse: null });
    assert.deepEqual(await bench.sent(), ['values 1 (7)', 'values 2']);
    assert.deepEqual(
      bench.session.sent.map(({ fact }) => fact?.kind === 'meterValues' && fact.samples[0]?.context),
      ['Trigger', 'Trigger'],
    );
  });

  test('that come closer than two seconds are one, per connector (V-13)', async () => {
    const bench = await Bench.online();
    for (let turn = 0; turn < 3; turn++) {
      bench.desk.trigger({ kind: 'meterValues', evse: 1 });
      await bench.delivery.time.advance(500);
    }
    bench.desk.trigger({ kind: 'meterValues', evse: 2 });
    await bench.delivery.time.advance(600);
    bench.desk.trigger({ kind: 'meterValues', evse: 1 });
    assert.deepEqual(await bench.sent(), ['values 1', 'values 2', 'values 1']);
  });

  test('of a meter that fails are left out and told; the other connector still answers', async () => {
    const bench = await Bench.online();
    bench.evses[0].reading = () => Promise.reject(new Error('no answer'));
    bench.desk.trigger({ kind: 'meterValues', evse: null });
    assert.deepEqual(await bench.sent(), ['values 2']);
    assert.match(bench.problems[0] ?? '', /left out: .*no answer/);
  });
});
