import assert from 'node:assert/strict';
import { nextTick } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort } from 'node:worker_threads';

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

/** So many days of an energy manager's life. */
const days = 7;

const triggerMs = 5_000;

/** So many settlings to one turn of the event loop, which lets go of what is weakly held; a turn for each would cost a third more. */
const turnEvery = 500;

/** Everything in this world is promises: when they have run dry, Node's next tick comes. */
function createSettle(): () => Promise<void> {
  let count = 0;
  return () => {
    count += 1;
    const later = count % turnEvery === 0 ? setImmediate : nextTick;
    return new Promise((resolve) => {
      later(resolve);
    });
  };
}

/** Everything that could grow, where it can be counted. */
export type Sizes = Readonly<Record<string, number>>;

/** What the week was like; one entry of the lists for each day. */
export interface WeekReport {
  readonly idle: readonly Sizes[];
  readonly charging: readonly Sizes[];
  readonly heapBytes: readonly number[];
  readonly asked: number;
  /** CALLs of the station, by action and by context. */
  readonly counts: ReadonlyMap<string, number>;
  /** Answers of the station. */
  readonly answers: ReadonlyMap<string, number>;
  readonly timersAfterStop: number;
}

/** A station that an energy manager asks for its values every five seconds. */
class Site {
  readonly time = new VirtualTime(undefined, createSettle());
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
      'metering.sampledData': ['Power.Active.Import.L1', 'Energy.Active.Import.Register'],
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

  /** Twenty seconds later nothing is on its way any more. */
  async sizes(): Promise<Sizes> {
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

async function playWeek(): Promise<WeekReport> {
  const site = new Site();
  const starting = site.host.start();
  await site.time.advance(5_000);
  await starting;
  const idle: Sizes[] = [];
  const charging: Sizes[] = [];
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
  const stopping = site.host.stop();
  await site.time.advance(60_000);
  await stopping;
  const { counts, answers } = site.backend;
  const timersAfterStop = site.time.pendingTimers;
  return { idle, charging, heapBytes: heaps, asked: site.asked, counts, answers, timersAfterStop };
}

// A thread of its own: a test runner that watches every promise makes a week of promises three times as long.
parentPort?.postMessage(await playWeek(), []);
