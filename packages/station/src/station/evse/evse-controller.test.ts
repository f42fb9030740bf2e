import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { KerbsideError } from '../../core/errors.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import type { EvseDescription, HardwareAnswer, HardwareCommand } from '../../evse/hardware.ts';
import type { StopCause } from '../../evse/evse-state.ts';
import type { TransactionKeeper } from '../../transactions/transaction-keeper.ts';
import { EvseController } from './evse-controller.ts';
import { grantOf } from './test-evse.ts';

const description: EvseDescription = {
  id: 1,
  maxMilliamps: 32_000,
  minMilliamps: 6_000,
  phases: 3,
  nominalVolts: 230,
  fixedCable: false,
  meter: null,
  state: { pilot: 'A', cableMilliamps: null, contactor: 'open', lock: 'unlocked', faults: [] },
};

/** A controller at hardware that refuses what it is told to, and with a journal that only notes. */
class Bench {
  readonly time = new VirtualTime();
  readonly story: string[] = [];
  readonly shown: string[] = [];
  readonly problems: string[] = [];
  readonly refuses = new Set<HardwareCommand['type']>();
  record: { readonly key: string } | null = null;
  storeRefuses = false;
  stopOnInvalidId = true;
  readonly evse: EvseController;

  constructor(given: Partial<EvseDescription> = {}) {
    this.evse = new EvseController({
      description: { ...description, ...given },
      time: this.time,
      keeper: this.#keeper(),
      command: (command) => this.#command(command),
      rules: () => ({
        stopOnEvSideDisconnect: true,
        unlockOnEvSideDisconnect: true,
        captiveCable: false,
        preparingUntilC: false,
        admits: () => true,
        stopOnInvalidId: this.stopOnInvalidId,
        energyOnInvalidIdWh: 0,
      }),
      connectionTimeOutMs: () => 60_000,
      sampleIntervalMs: () => 0,
      legal: () => null,
      limits: {
        milliamps: () => 16_000,
        admit: async () => void (await this.#command({ type: 'setLimit', evse: 1, milliamps: 16_000 })),
        opened: () => undefined,
        changed: () => undefined,
      },
      onShown: (_evse, { status, errorCode }) => this.shown.push(`${status} ${errorCode}`),
      onTransaction: () => undefined,
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  async charging(): Promise<this> {
    this.evse.dispatch({ kind: 'pilot', state: 'B' });
    this.evse.dispatch({ kind: 'granted', grant: grantOf('A') });
    await this.time.advance(0);
    this.evse.dispatch({ kind: 'pilot', state: 'C' });
    assert.equal(this.evse.status, 'Charging');
    this.story.length = 0;
    this.shown.length = 0;
    return this;
  }

  async end(cause: StopCause = { reason: 'local', idToken: 'A' }): Promise<void> {
    this.evse.dispatch({ kind: 'stop', cause });
    await this.time.advance(0);
  }

  #keeper(): TransactionKeeper {
    const record = (): { readonly key: string } | null => this.record;
    const keeper = {
      stop: () => undefined,
      get record() {
        return record();
      },
      start: async () => {
        this.record = { key: 'T' };
        return this.record;
      },
      beginStop: async () => void this.story.push('reason on disk'),
      finish: async () => {
        if (this.storeRefuses) throw new KerbsideError('store.unavailable', 'disk full');
        this.story.push('end on disk');
        this.record = null;
      },
    };
    return keeper as unknown as TransactionKeeper;
  }

  async #command<C extends HardwareCommand>(command: C): Promise<HardwareAnswer<C['type']>> {
    if (command.type !== 'indicate') this.story.push(command.type);
    if (this.refuses.has(command.type)) throw new KerbsideError('driver.refused', `${command.type} failed`);
    return {} as HardwareAnswer<C['type']>;
  }
}

describe('a contactor that does not open', () => {
  test('is a fault; the end is recorded after it, and nobody starts', async () => {
    const bench = await new Bench().charging();
    bench.refuses.add('openContactor');
    await bench.end();
    assert.deepEqual(bench.story, ['reason on disk', 'openContactor', 'end on disk', 'unlock']);
    assert.deepEqual(bench.shown, ['Faulted PowerSwitchFailure']);
    assert.equal(bench.evse.contactorClosed, true);
    bench.evse.dispatch({ kind: 'granted', grant: grantOf('B') });
    assert.equal(bench.evse.state.phase.kind, 'finished');
    bench.evse.stop();
  });

  test('ends the transaction that only should lose its energy', async () => {
    const bench = await new Bench().charging();
    bench.refuses.add('openContactor');
    bench.stopOnInvalidId = false;
    bench.evse.dispatch({ kind: 'deauthorized' });
    await bench.time.advance(0);
    assert.deepEqual(bench.story, ['openContactor', 'reason on disk', 'end on disk', 'unlock']);
    bench.evse.stop();
  });

  test('is well when the hardware reports it open', async () => {
    const bench = await new Bench().charging();
    bench.refuses.add('openContactor');
    await bench.end();
    bench.evse.contactorReported('welded');
    assert.equal(bench.evse.status, 'Faulted');
    bench.evse.contactorReported('open');
    assert.deepEqual([bench.evse.status, bench.evse.contactorClosed], ['Finishing', false]);
  });

  test('is asked again until it opens', async () => {
    const bench = await new Bench().charging();
    bench.refuses.add('openContactor');
    await bench.end();
    await bench.time.advance(25_000);
    assert.equal(bench.evse.status, 'Faulted');
    bench.refuses.clear();
    await bench.time.advance(10_000);
    assert.equal(bench.evse.status, 'Finishing');
  });

  test('is opened at the start when the hardware has it closed without a transaction', async () => {
    const bench = new Bench({ state: { ...description.state, pilot: 'C', contactor: 'closed' } });
    bench.evse.adopt();
    await bench.time.advance(0);
    assert.deepEqual(bench.story, ['openContactor']);
  });
});

test('while the store refuses the end, SuspendedEVSE shows, since no energy flows', async () => {
  const bench = await new Bench().charging();
  bench.storeRefuses = true;
  await bench.end();
  await bench.time.advance(12_000);
  assert.deepEqual(bench.shown, ['SuspendedEVSE NoError']);
  bench.storeRefuses = false;
  await bench.time.advance(5_000);
  assert.deepEqual(bench.shown, ['SuspendedEVSE NoError', 'Finishing NoError']);
});

test('an unlock that two ask for at once moves the lock once, and both hear what became of it', async () => {
  const bench = new Bench();
  bench.refuses.add('unlock');
  assert.deepEqual(await Promise.all([bench.evse.unlock(), bench.evse.unlock()]), [false, false]);
  assert.deepEqual(bench.story, ['unlock']);
  bench.refuses.clear();
  assert.equal(await bench.evse.unlock(), true);
});
