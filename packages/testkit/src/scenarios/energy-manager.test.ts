import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import {
  createMemoryStore,
  createSeededRandom,
  createSimulator,
  Host,
  overridesOf,
  VirtualTime,
  type JsonObject,
  type StationHandle,
  type Store,
} from '@kerbside/station';

import { FrugalBackend } from '../fake/frugal-backend.ts';

const days = 7;
const triggerMs = 5_000;

/** A station that an energy manager asks for its values every five seconds. */
class Site {
  readonly time = new VirtualTime();
  readonly backend = new FrugalBackend(this.time);
  readonly store: Store = createMemoryStore();
  readonly host: Host;
  #asked = 0;

  constructor() {
    const { time } = this;
    const defaults = {
      'backend.communicationType': 'ocpp1.6',
      'backend.protocol': 'ws',
      'backend.host': 'backend.test',
      'backend.identity': 'CS-1',
      'metering.clockAlignedInterval': 900,
      'metering.sampleInterval': 60,
      'metering.sampledData': ['Power.Active.Import.L1', 'Current.Import.L1', 'Energy.Active.Import.Register'],
    } as const;
    const driver = createSimulator({ time, random: createSeededRandom('hardware'), evses: 1 });
    this.host = new Host({
      store: this.store,
      time,
      random: createSeededRandom('site'),
      transport: this.backend.transport,
      stations: [{ name: 'CS-1', overrides: overridesOf({ defaults }), driver }],
      version: 'test',
    });
  }

  get station(): StationHandle {
    const [station] = this.host.stations();
    assert.ok(station !== undefined);
    return station;
  }

  get asked(): number {
    return this.#asked;
  }

  async sim(action: JsonObject): Promise<void> {
    await this.station.simulator?.simulate(action);
    await this.time.advance(20_000);
  }

  /** Time passes while the energy manager asks for values, and for statuses once a minute. */
  async manage(forMs: number): Promise<void> {
    for (let passed = 0; passed < forMs; passed += triggerMs) {
      this.backend.call('TriggerMessage', { requestedMessage: 'MeterValues' });
      if (this.#asked % 12 === 0) this.backend.call('TriggerMessage', { requestedMessage: 'StatusNotification' });
      this.#asked++;
      await this.time.advance(triggerMs);
    }
  }

  /** Everything that could grow, where it can be counted; twenty seconds later nothing is on its way any more. */
  async sizes(): Promise<Readonly<Record<string, number>>> {
    await this.time.advance(20_000);
    const { outbox, problems, evses } = this.station.status();
    const documents = await Promise.all(
      ['transactions', 'transactionSamples', 'deliveryBatches', 'outbox'].map((name) =>
        this.store.readDocuments('CS-1', name),
      ),
    );
    return {
      timers: this.time.pendingTimers,
      waiting: outbox.waiting + outbox.parked,
      rows: (await this.store.readOutbox('CS-1')).length,
      documents: documents.reduce((sum, { size }) => sum + size, 0),
      problems: problems.length,
      transactions: evses.filter(({ transaction }) => transaction !== null).length,
      unanswered: this.backend.unanswered,
    };
  }
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

test('a week of triggers every five seconds: each is answered, each brings its message, and nothing grows (V-10, V-13)', async () => {
  const site = new Site();
  const starting = site.host.start();
  await site.time.advance(5_000);
  await starting;
  const idle: Readonly<Record<string, number>>[] = [];
  const charging: Readonly<Record<string, number>>[] = [];
  const heaps: number[] = [];
  for (let day = 0; day < days; day++) {
    await site.manage(8 * 3_600_000);
    await site.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await site.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await site.manage(6 * 3_600_000);
    charging.push(await site.sizes());
    await site.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await site.sim({ action: 'unplug', evse: 1 });
    await site.manage(10 * 3_600_000);
    idle.push(await site.sizes());
    heaps.push(heapBytes());
  }
  for (const size of idle) assert.deepEqual(size, idle[0]);
  for (const size of charging) assert.deepEqual(size, charging[0]);
  assert.ok(
    (idle[0]?.['timers'] ?? 99) <= 10 && idle[0]?.['waiting'] === 0 && idle[0]?.['problems'] === 0,
    JSON.stringify(idle[0]),
  );
  assert.equal(charging[0]?.['transactions'], 1);
  const { counts, answers, latest } = site.backend;
  assert.equal(counts.get('Trigger 1'), site.asked);
  assert.equal(answers.get('TriggerMessage Accepted'), site.asked + Math.ceil(site.asked / 12));
  assert.equal(answers.size, 1);
  assert.deepEqual(
    [counts.get('StartTransaction'), counts.get('StopTransaction'), counts.get('BootNotification')],
    [days, days, 1],
  );
  assert.equal(latest.size, 1);
  const grown = (heaps.at(-1) ?? 0) - (heaps[1] ?? 0);
  assert.ok(grown < 4_000_000, `the heap grew by ${grown} bytes: ${heaps.join(' ')}`);
  const stopping = site.host.stop();
  await site.time.advance(60_000);
  await stopping;
  assert.equal(site.time.pendingTimers, 0, 'stopped, it holds no timer');
});
