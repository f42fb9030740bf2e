import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createSeededRandom } from '../../core/random.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import { TestDelivery } from '../../delivery/test-delivery.ts';
import { TestSession } from '../../delivery/test-session.ts';
import { shownStatus } from '../../evse/shown-status.ts';
import type { TrustedReading } from '../../metering/register-guard.ts';
import type { MeteredPlace } from '../metering/metered-place.ts';
import { StatusBoard } from '../status/status-board.ts';
import { TestEvse } from '../evse/test-evse.ts';
import { TriggerDesk } from './trigger-desk.ts';
import { TriggeredMeters } from './triggered-meters.ts';

class MeteredEvse extends TestEvse {
  reading: () => Promise<TrustedReading> = () => Promise.resolve({ energyImportWh: this.id });

  get place(): MeteredPlace {
    return {
      connector: this.id,
      evse: this.controller,
      read: () => this.reading(),
      context: () => assert.fail('samples are made by the test'),
      wallMs: () => null,
      charges: () => false,
    };
  }

  /** A transaction with a record, as far as triggers look at it. */
  runs(key: string | null, stopMs: number | null = null): void {
    this.keeper.record = key === null ? null : ({ key, stop: stopMs === null ? null : { timeMs: stopMs } } as Running);
  }
}

type Running = { readonly key: string };

class Bench {
  readonly delivery: TestDelivery;
  readonly session = new TestSession();
  readonly evses = [new MeteredEvse(1), new MeteredEvse(2)] as const;
  readonly problems: string[] = [];
  readonly others: string[] = [];
  tellsStatus = true;
  readonly desk: TriggerDesk;

  constructor(delivery: TestDelivery) {
    this.delivery = delivery;
    const { time, scheduler } = delivery;
    const board = new StatusBoard({
      monotonicMs: () => 1,
      wallOf: () => 1,
      after: () => () => undefined,
      online: () => false,
      onReconnect: () => 'all',
      classes: () => ({ informative: false, errors: true, usbErrors: false }),
      minimumMs: () => 0,
      send: () => Promise.resolve('delivered'),
      hurry: (evse) => scheduler.hurryStatus(evse),
    });
    for (const evse of [0, 1, 2]) board.place(evse, shownStatus(this.evses[0].state));
    const ids: Readonly<Record<string, string>> = { T1: '7' };
    this.desk = new TriggerDesk({
      time,
      scheduler,
      board,
      evses: () => this.evses.map((evse) => evse.controller),
      tellsStatus: () => this.tellsStatus,
      boot: async () => void this.others.push('boot'),
      heartbeat: async () => void this.others.push('heartbeat'),
      logStatus: () => ({ status: 'idle', requestId: null }),
      diagnosticsStatus: () => 'idle',
      firmwareStatus: (kind) => ({ kind, status: 'idle', requestId: null }),
      meters: new TriggeredMeters({
        time,
        random: createSeededRandom('desk'),
        scheduler,
        outbox: { backendTransaction: (key: string) => ids[key] ?? null } as unknown as Outbox,
        places: () => this.evses.map((evse) => evse.place),
        nowMs: () => time.monotonicMs(),
        sampleOf: (_place, { energyImportWh = -1 }) => ({
          timeMs: energyImportWh,
          context: 'Trigger',
          values: [{ measurand: 'Energy.Active.Import.Register', value: energyImportWh }],
        }),
        onProblem: (problem) => this.problems.push(problem),
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

test('no status where the backend is told none; all else comes (TR-01)', async () => {
  const bench = await Bench.online();
  bench.tellsStatus = false;
  assert.equal(bench.desk.trigger({ kind: 'status', evse: null }), 'rejected');
  assert.equal(bench.desk.trigger({ kind: 'boot' }), 'accepted');
  assert.deepEqual(await bench.sent(), []);
  assert.deepEqual(bench.others, ['boot']);
});

describe('triggered meter values', () => {
  test('come from each connector, with the transaction that runs there (V-10)', async () => {
    const bench = await Bench.online();
    bench.evses[0].runs('T1');
    bench.desk.trigger({ kind: 'meterValues', evse: null });
    assert.deepEqual((await bench.sent()).toSorted(), ['values 1 (7)', 'values 2']);
    assert.deepEqual(
      bench.session.sent.map(({ fact }) => fact?.kind === 'meterValues' && fact.samples[0]?.context),
      ['Trigger', 'Trigger'],
    );
  });

  test('that come closer than two seconds are one at their end, so that no accepted trigger stays without a message (V-13)', async () => {
    const bench = await Bench.online();
    for (let turn = 0; turn < 3; turn++) {
      bench.desk.trigger({ kind: 'meterValues', evse: 1 });
      await bench.delivery.time.advance(500);
    }
    bench.desk.trigger({ kind: 'meterValues', evse: 2 });
    assert.deepEqual(await bench.sent(), ['values 1', 'values 2']);
    await bench.delivery.time.advance(600);
    assert.deepEqual(await bench.sent(), ['values 1', 'values 2', 'values 1']);
    await bench.delivery.time.advance(60_000);
    assert.equal(bench.session.facts.length, 3);
    assert.equal(bench.delivery.time.pendingTimers, 0);
  });

  test('every second for an hour are one in two seconds, and leave nothing behind', async () => {
    const bench = await Bench.online();
    for (let second = 0; second < 3_600; second++) {
      bench.desk.trigger({ kind: 'meterValues', evse: 1 });
      await bench.delivery.time.advance(1_000);
      assert.ok(bench.delivery.time.pendingTimers <= 1);
    }
    assert.ok(Math.abs(bench.session.facts.length - 1_800) <= 1, String(bench.session.facts.length));
  });

  test('of a meter that fails are left out and told once; the other connector still answers (fault 16)', async () => {
    const bench = await Bench.online();
    bench.evses[0].reading = () => Promise.reject(new Error('no answer'));
    for (let turn = 0; turn < 3; turn++) {
      bench.desk.trigger({ kind: 'meterValues', evse: null });
      await bench.delivery.time.advance(5_000);
    }
    assert.deepEqual(await bench.sent(), ['values 2', 'values 2', 'values 2']);
    assert.equal(bench.problems.length, 1);
    assert.match(bench.problems[0] ?? '', /connector 1 were left out: no answer/);
    bench.evses[0].reading = () => Promise.resolve({ energyImportWh: 1 });
    bench.desk.trigger({ kind: 'meterValues', evse: 1 });
    assert.equal((await bench.sent()).at(-1), 'values 1');
  });

  test('that wait while their transaction ends do not name it after its Stop (X-08)', async () => {
    const bench = await Bench.online();
    const gate = Promise.withResolvers<{ kind: 'answered'; answer: Record<never, never> }>();
    bench.session.statusReply = () => gate.promise;
    bench.desk.trigger({ kind: 'status', evse: 1 });
    await bench.delivery.time.advance(0);
    bench.evses[0].runs('T1');
    bench.desk.trigger({ kind: 'meterValues', evse: 1 });
    await bench.delivery.time.advance(0);
    bench.evses[0].runs(null);
    gate.resolve({ kind: 'answered', answer: {} });
    assert.deepEqual(await bench.sent(), ['status 1', 'values 1']);
  });

  test('taken after the end of a transaction was decided belong to none (V-03)', async () => {
    const bench = await Bench.online();
    bench.evses[0].runs('T1', -1);
    bench.desk.trigger({ kind: 'meterValues', evse: 1 });
    assert.deepEqual(await bench.sent(), ['values 1']);
  });

  test('that wait are forgotten when the station goes down', async () => {
    const bench = await Bench.online();
    for (let turn = 0; turn < 2; turn++) {
      bench.desk.trigger({ kind: 'meterValues', evse: 1 });
      await bench.delivery.time.advance(0);
    }
    bench.desk.stop();
    bench.desk.stop();
    await bench.delivery.time.advance(10_000);
    assert.deepEqual([bench.session.facts, bench.delivery.time.pendingTimers], [['values 1'], 0]);
  });
});
