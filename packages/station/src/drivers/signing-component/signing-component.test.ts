import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readOcmf, verifyRecord } from '@kerbside/ocmf';

import { createSeededRandom } from '../../core/random.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import type { HardwareCommand, HardwareDescription, MeterReading } from '../../evse/hardware.ts';
import { verifySignature } from '../../metering/verify-signature.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { newComponentState } from './component-state.ts';
import type { ComponentState } from './component-state.ts';
import { SigningComponent } from './signing-component.ts';

const never = new AbortController().signal;
const wallMs = Date.UTC(2026, 6, 24, 11);
const named = { evse: 1, transaction: 'a', wallMs } as const;
const begin = { ...named, type: 'beginMeter', idToken: 'CARD', tariffText: '0,49 €/kWh' } as const;
const end = { ...named, type: 'endMeter', reason: 'local' } as const;
const clock = { type: 'setMeterClock', evse: 1, wallMs, offsetMinutes: 120, nextOffset: null } as const;
const ask = { type: 'meterState', evse: 1 } as const;

class PowerCut extends Error {}

/** A disk, a meter that can be told what to say, and a component that can be started again over them. */
class World {
  disk: ComponentState = newComponentState;
  /** The power goes before or after the n-th write. */
  cut: { readonly write: number; readonly stored: boolean } | null = null;
  writes = 0;
  readonly random = createSeededRandom('component');
  reading: MeterReading | Error = { energyImportWh: 2_935_600.1 };
  checksum = 'c1';
  serial = 'M-1';
  relock: string | null = null;
  component = this.restarted();

  restarted(): SigningComponent {
    const time = new VirtualTime();
    const { random } = this;
    const simulator = createSimulator({ time, random, evses: [{}] });
    const described = (description: HardwareDescription): HardwareDescription => ({
      ...description,
      evses: description.evses.map((each) =>
        each.meter === null ? each : { ...each, meter: { ...each.meter, serial: this.serial } },
      ),
    });
    this.component = new SigningComponent({
      behind: {
        start: async (listener, signal) => described(await simulator.start(listener, signal)),
        stop: () => simulator.stop(),
        simulate: (action) => simulator.simulate(action),
        command: (command, signal) => {
          if (command.type !== 'readMeter') return simulator.command(command, signal);
          if (this.reading instanceof Error) return Promise.reject(this.reading);
          return Promise.resolve(this.reading) as ReturnType<typeof simulator.command<typeof command>>;
        },
      },
      time,
      random,
      checksum: this.checksum,
      relock: this.relock,
      state: this.disk,
      save: (state) => this.store(state),
    });
    return this.component;
  }

  store(state: ComponentState): void {
    const isCut = this.cut?.write === this.writes;
    this.writes += 1;
    if (!isCut || this.cut?.stored === true) this.disk = state;
    if (isCut) throw new PowerCut('the power is gone');
  }

  async start(): Promise<void> {
    await this.restarted().start(() => {}, never);
  }

  command(command: HardwareCommand): Promise<unknown> {
    return this.component.command(command, never);
  }

  async data(command: HardwareCommand): Promise<string> {
    const answer = await this.component.command(command as typeof begin, never);
    return answer.signed[0]?.data ?? '';
  }
}

async function started(): Promise<World> {
  const world = new World();
  await world.start();
  return world;
}

describe('a measuring point that a component signs for', () => {
  it('signs the register digit for digit, and gives a record again instead of making another', async () => {
    const world = await started();
    await world.command(clock);
    const first = await world.data(begin);
    world.reading = { energyImportWh: 2_936_000 };
    assert.equal(await world.data(begin), first);
    const last = await world.data(end);
    const records = [first, last].map((each) => readOcmf(each));
    assert.deepEqual(
      records.map(({ pagination, readings }) => [pagination?.text, readings[0]?.value, readings[0]?.event]),
      [
        ['T1', '2935.6001', 'B'],
        ['T2', '2936.000', 'L'],
      ],
    );
    const { publicKey: key } = await world.component.command(ask, never);
    for (const each of [first, last]) assert.equal((await verifyRecord(each, key, verifySignature)).signature, 'valid');
    assert.equal(records[0]?.fields['TT'], '0,49 €/kWh');
  });

  it('signs nothing without a reading, nor with a register that went back, over restarts too (E-06)', async () => {
    const world = await started();
    await world.command(clock);
    await world.data(begin);
    world.reading = new Error('no answer');
    await assert.rejects(world.command(end), /gives no register: no answer/);
    world.reading = { energyImportWh: 5 };
    await assert.rejects(world.command(end), /went back from 2935600\.1 Wh to 5 Wh/);
    await world.start();
    world.reading = { energyImportWh: 2_935_700 };
    await assert.rejects(world.command(end), /went back/);
    assert.match(
      JSON.stringify(await world.command(ask)),
      /"condition":"failed".*"openTransaction":"a","pagination":1/,
    );
  });

  it('has a clock that is unset after each start and is set outside a transaction only (E-15)', async () => {
    const world = await started();
    assert.match(JSON.stringify(await world.command(ask)), /"clock":"unset"/);
    await world.command(clock);
    await world.data(begin);
    await assert.rejects(world.command(clock), /not set within a transaction/);
    await world.start();
    assert.match(JSON.stringify(await world.command(ask)), /"clock":"unset","wallMs":null,"openTransaction":"a"/);
  });

  it('fails with another meter or another component until it is locked again with a reason (E-13)', async () => {
    const world = await started();
    for (const change of [{ checksum: 'c2' }, { serial: 'M-2' }]) {
      const before = world.disk.points[0];
      Object.assign(world, change);
      await world.start();
      assert.match(JSON.stringify(await world.command(ask)), /"condition":"failed".*locked anew/);
      await assert.rejects(world.command(begin), /locked anew/);
      assert.equal(world.disk.points[0]?.pagination, 0);
      world.relock = 'exchanged';
      await world.start();
      world.relock = null;
      await world.start();
      assert.match(JSON.stringify(await world.command(ask)), /"condition":"good"/);
      assert.equal(world.disk.points[0]?.key.secret === before?.key.secret, 'checksum' in change);
    }
    assert.deepEqual(
      world.disk.relocks.map(({ number, reason }) => [number, reason]),
      [
        [1, 'exchanged'],
        [2, 'exchanged'],
      ],
    );
  });
});

describe('a power cut at a component', () => {
  it('takes no number twice and leaves none out, whenever it comes (E-09)', async () => {
    const calls = [begin, { ...named, type: 'signMeter' }, end, { ...begin, transaction: 'b' }] as const;
    for (let write = 1; write <= calls.length; write += 1) {
      for (const stored of [false, true]) {
        const world = await started();
        world.cut = { write, stored };
        const given: string[] = [];
        for (const call of calls) {
          try {
            given.push(await world.data(call));
          } catch (error) {
            assert.match(String(error), /the power is gone/);
            world.cut = null;
            await world.start();
            given.push(await world.data(call));
          }
        }
        const { records = [] } = world.disk.points[0] ?? {};
        assert.deepEqual(
          records.map(({ number }) => number),
          records.map((_, index) => index + 1),
        );
        const kept = new Set(records.map(({ signed }) => signed.data));
        assert.ok(
          given.every((each) => kept.has(each)),
          `write ${write}, stored ${stored}`,
        );
      }
    }
  });
});
