import { createSeededRandom } from '../core/random.ts';
import { StationClock } from '../core/station-clock.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import type { Write } from '../store/store.ts';
import type { Fact } from '../transactions/facts.ts';
import { CallScheduler } from './call-scheduler.ts';
import type { DeliveryEvent } from './delivery-events.ts';
import { factoryDelivery, type DeliverySettings } from './delivery-settings.ts';
import { Outbox } from './outbox.ts';
import type { FactAnswer } from './session.ts';
import { TestSession } from './test-session.ts';
import { TestStore } from './test-store.ts';

export interface TestDeliveryOptions {
  readonly settings?: Partial<DeliverySettings>;
  readonly store?: TestStore;
  readonly time?: VirtualTime;
  readonly buildMs?: number;
  readonly onDelivered?: (fact: Fact, answer: FactAnswer) => readonly Write[];
  readonly afterDelivered?: (fact: Fact, answer: FactAnswer) => void;
}

/** An outbox and its scheduler on the virtual clock. */
export class TestDelivery {
  readonly time: VirtualTime;
  readonly clock: StationClock;
  readonly store: TestStore;
  readonly events: DeliveryEvent[] = [];
  readonly outbox: Outbox;
  readonly scheduler: CallScheduler;
  settings: DeliverySettings;

  constructor(options: TestDeliveryOptions = {}) {
    const {
      time = new VirtualTime(),
      store = new TestStore(),
      buildMs = Date.UTC(2026, 10, 1),
      onDelivered,
      afterDelivered,
    } = options;
    this.time = time;
    this.store = store;
    this.settings = { ...factoryDelivery, ...options.settings };
    this.clock = new StationClock({ time, buildMs, lastKnownMs: 0 });
    this.outbox = new Outbox({
      station: 's',
      store,
      time,
      clock: this.clock,
      random: createSeededRandom('delivery'),
      settings: () => this.settings,
      onEvent: (event) => this.events.push(event),
      ...(onDelivered === undefined ? {} : { onDelivered }),
      ...(afterDelivered === undefined ? {} : { afterDelivered }),
    });
    this.scheduler = new CallScheduler({ time, outbox: this.outbox });
  }

  /** Opened, with the facts in the queue. */
  static async with(facts: readonly Fact[], options: TestDeliveryOptions = {}): Promise<TestDelivery> {
    const delivery = new TestDelivery(options);
    await delivery.outbox.open();
    for (const fact of facts) await delivery.outbox.append([fact]);
    return delivery;
  }

  /** Connects, registered, and lets time pass. */
  async online(session: TestSession = new TestSession(), forMs = 0): Promise<TestSession> {
    this.scheduler.open(session, 'all');
    await this.time.advance(forMs);
    return session;
  }

  /** A power cut and a start with what was on disk. */
  async restart(options: TestDeliveryOptions = {}): Promise<TestDelivery> {
    this.scheduler.stop();
    this.outbox.close();
    const { time, settings } = this;
    return TestDelivery.with([], { store: this.store.afterPowerCut(), time, settings, ...options });
  }

  /** How often an event was told. */
  count(kind: DeliveryEvent['kind']): number {
    return this.events.filter((event) => event.kind === kind).length;
  }
}
