import assert from 'node:assert/strict';

import {
  onStationEvent,
  type Host,
  type JsonObject,
  type StationHandle,
  type StationStatus,
  type Time,
  type ValueId,
} from '@kerbside/station';

import type { Backend } from '../backend.ts';
import type { ProblemOptions } from '../ledger/ledger-problems.ts';
import type { HardwareTap } from './hardware-tap.ts';
import type { WireTap } from './wire-tap.ts';
import type { Allowed, World } from './world.ts';

/** What a world is put together from. */
export interface WorldParts {
  readonly identity: string;
  readonly backend: Backend;
  readonly host: Host;
  readonly wire: WireTap;
  readonly hardware: HardwareTap;
}

/** What both kinds of world share. */
export abstract class BaseWorld implements World {
  abstract readonly kind: World['kind'];
  readonly identity: string;
  readonly backend: Backend;
  readonly host: Host;
  readonly wire: WireTap;
  readonly hardware: HardwareTap;
  abstract readonly time: Time;
  readonly #stopListening: () => void;

  constructor(parts: WorldParts) {
    this.identity = parts.identity;
    this.backend = parts.backend;
    this.host = parts.host;
    this.wire = parts.wire;
    this.hardware = parts.hardware;
    // The checker has to know of each new life: BootNotification must be its first message.
    this.#stopListening = onStationEvent((event) => {
      const reborn = event.type === 'lifecycle' && event.event === 'starting' && event.station === this.identity;
      if (reborn) this.backend.checker.rebooted(this.identity);
    });
  }

  abstract pass(ms: number): Promise<void>;
  abstract until(what: string, condition: () => boolean, limitMs?: number): Promise<void>;
  protected abstract close(): Promise<void>;

  get station(): StationHandle {
    const [station] = this.host.stations();
    assert.ok(station !== undefined, 'the world has no station');
    return station;
  }

  async sim(action: JsonObject): Promise<JsonObject> {
    const { simulator } = this.station;
    assert.ok(simulator !== null, 'the station has no simulated hardware');
    return simulator.simulate(action);
  }

  async configure(values: { readonly [K in ValueId]?: string }): Promise<void> {
    const changes = Object.entries(values).map(([name, value]) => ({ name, value: value ?? '' }));
    const outcomes = await this.station.parameters.change(changes, { source: 'manufacturer', who: 'scenario' });
    for (const outcome of outcomes) {
      assert.ok(outcome.kind !== 'rejected' && outcome.kind !== 'unknown', `refused: ${JSON.stringify(outcome)}`);
    }
  }

  async cutLink(): Promise<void> {
    await this.sim({ action: 'link', up: false });
    await this.until('the link to be down', () => this.status().link.kind === 'waitingForBearer');
  }

  async restoreLink(): Promise<void> {
    await this.sim({ action: 'link', up: true });
  }

  async powerCycle(): Promise<void> {
    await this.station.powerCycle();
  }

  status(): StationStatus {
    return this.station.status();
  }

  /** The CALLs of the station so far. */
  calls(action?: string): ReturnType<Backend['frames']['calls']> {
    return this.backend.frames.calls(action, this.identity);
  }

  /** The books are read when nothing is on its way any more. */
  async #delivered(): Promise<void> {
    const { link, registration } = this.status();
    if (link.kind !== 'open' || registration !== 'accepted') return;
    await this.until('the outbox to be empty', () => this.status().outbox.waiting === 0, 30_000).catch(() => undefined);
    await this.pass(500);
  }

  async end(allowed: Allowed = {}): Promise<void> {
    await this.#delivered();
    await this.host.stop();
    this.#stopListening();
    const options: ProblemOptions = allowed.books ?? {};
    const ledger = this.backend.ledger.problems(options).filter(({ kind }) => !(allowed.ledger ?? []).includes(kind));
    const checker = this.backend.finish().filter(({ rule }) => !(allowed.checker ?? []).includes(rule));
    await this.close();
    assert.deepEqual(ledger, [], 'the ledger has problems');
    assert.deepEqual(checker, [], 'the protocol checker found violations');
  }
}
