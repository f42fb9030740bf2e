import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { describe, it } from 'node:test';

import { readOcmf, verifyRecord } from '@kerbside/ocmf';
import type { OcmfRecord } from '@kerbside/ocmf';
import fc from 'fast-check';

import { createSeededRandom } from '../../core/random.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import type { HardwareCommand, HardwareEvent, MeterState, SignedBlob } from '../../evse/hardware.ts';
import { parseSimulatorState } from './simulator-image.ts';
import type { SimulatorState } from './simulator-image.ts';
import type { SigningSettings } from './meter-signing.ts';
import { createSimulator } from './simulator.ts';
import type { Simulator } from './simulator.ts';

const signal = new AbortController().signal;
const start = Date.UTC(2026, 9, 24, 12);
const assignment = { assigned: true, level: 'VERIFIED', flags: ['RFID_PLAIN'], type: 'ISO14443', id: '04A2B3C4' };

interface Bench {
  readonly time: VirtualTime;
  readonly simulator: Simulator;
  readonly events: HardwareEvent[];
  /** What was stored last. */
  readonly stored: () => SimulatorState | undefined;
}

async function bench(signing: SigningSettings | boolean = true, state?: SimulatorState): Promise<Bench> {
  const time = new VirtualTime();
  // After a cut chance is another one: what was not stored is not made again by it.
  const random = createSeededRandom(state === undefined ? 'signing meter' : 'after the cut');
  let stored = state;
  const simulator = createSimulator({
    time,
    random,
    evses: [{ signs: true, signing }],
    ...(state === undefined ? {} : { state }),
    onState: (image) => (stored = image),
  });
  const events: HardwareEvent[] = [];
  await simulator.start((event) => events.push(event), signal);
  return { time, simulator, events, stored: () => stored };
}

/** What is there when power comes back. */
function restarted({ simulator, stored }: Bench): SimulatorState {
  return parseSimulatorState(JSON.parse(JSON.stringify(stored() ?? simulator.image())));
}

function setClock({ simulator }: Bench, wallMs = start): Promise<object> {
  const nextOffset = { atMs: Date.UTC(2026, 9, 25, 1), offsetMinutes: 60 };
  return simulator.command({ type: 'setMeterClock', evse: 1, wallMs, offsetMinutes: 120, nextOffset }, signal);
}

const stateOf = ({ simulator }: Bench): Promise<MeterState> =>
  simulator.command({ type: 'meterState', evse: 1 }, signal);

type Fields = Partial<Extract<HardwareCommand, { type: 'beginMeter' | 'endMeter' }>>;

async function ask(
  { simulator }: Bench,
  type: 'beginMeter' | 'signMeter' | 'endMeter',
  fields: Fields = {},
): Promise<readonly SignedBlob[]> {
  const command = { evse: 1, transaction: 'T', wallMs: start, idToken: 'CARD', ...fields, type } as HardwareCommand;
  return ((await simulator.command(command, signal)) as { signed: readonly SignedBlob[] }).signed;
}

async function record(
  one: Bench,
  type: 'beginMeter' | 'signMeter' | 'endMeter',
  fields: Fields = {},
): Promise<OcmfRecord> {
  return read((await ask(one, type, fields))[0]);
}

function read(blob: SignedBlob | undefined): OcmfRecord {
  assert.ok(blob !== undefined, 'nothing was signed');
  const key = createPublicKey({ key: Buffer.from(blob.publicKey, 'hex'), format: 'der', type: 'spki' });
  const found = readOcmf(blob.data);
  assert.ok(
    verify('sha256', Buffer.from(found.parts.payload), key, found.signature.data),
    `${blob.data} is not signed`,
  );
  return found;
}

describe('the simulated meter that signs', () => {
  it('tells its key, its clock and what is open in it', async () => {
    const one = await bench();
    const { publicKey, ...fresh } = await stateOf(one);
    assert.match(publicKey ?? '', /^3059301306072a8648ce3d020106082a8648ce3d030107034200[\da-f]{130}$/);
    assert.deepEqual(fresh, {
      serial: 'SIM-METER-1',
      condition: 'good',
      clock: 'unset',
      wallMs: null,
      openTransaction: null,
      pagination: 0,
    });
    await setClock(one);
    await ask(one, 'beginMeter', { assignment });
    await one.time.advance(1_500);
    const { clock, wallMs, openTransaction, pagination } = await stateOf(one);
    assert.deepEqual([clock, wallMs, openTransaction, pagination], ['informative', start + 1_500, 'T', 1]);
  });

  it('signs who is charged, where, and what the register shows, with zeros that stay', async () => {
    const one = await bench({ version: '1.2' });
    await setClock(one);
    const place = { type: 'EVSEID', id: 'DE*KER*E1' } as const;
    const begin = await record(one, 'beginMeter', { assignment, place, tariffText: '0,49 €/kWh' });
    const { GI, MS, PG, IS, IL, IT, ID, TT, CT, CI } = begin.fields;
    assert.deepEqual(
      [GI, MS, PG, IS, IL, begin.flags, IT, ID, TT, CT, CI],
      [
        'KERBSIDE SIMULATOR, TEST ONLY',
        'SIM-METER-1',
        'T1',
        'true',
        'VERIFIED',
        ['RFID_PLAIN'],
        'ISO14443',
        '04A2B3C4',
      ].concat(['0,49 €/kWh', 'EVSEID', 'DE*KER*E1'] as never),
    );
    const [reading] = begin.readings;
    assert.deepEqual(
      [reading?.time, reading?.event, reading?.value, reading?.unit],
      ['2026-10-24T14:00:00,000+0200 I', 'B', '100.0000', 'kWh'],
    );
  });

  it('writes the version that knows its fields, and assigns nobody who was not written before', async () => {
    const one = await bench();
    const { version, fields } = await record(one, 'beginMeter');
    assert.deepEqual([version, fields['TT'], fields['IS'], fields['IT']], ['1.0', undefined, 'false', 'NONE']);
    const next = await record(one, 'beginMeter', { transaction: 'N', tariffText: '0,49 €/kWh' });
    assert.deepEqual([next.version, next.fields['TT']], ['1.1', '0,49 €/kWh']);
  });

  it('writes local time, also across the end of summer time, and does not trust a clock that is not set', async () => {
    const one = await bench({ clock: 'synchronised' });
    assert.deepEqual(
      (await record(one, 'beginMeter')).readings.map(({ clock, errors }) => [clock, errors]),
      [['U', 't']],
    );
    await ask(one, 'endMeter');
    await setClock(one, Date.UTC(2026, 9, 25, 0, 59));
    const begin = await record(one, 'beginMeter', { transaction: 'N' });
    await one.time.advance(120_000);
    const end = await record(one, 'endMeter', { transaction: 'N' });
    assert.deepEqual(
      [begin.readings[0]?.time, end.readings[0]?.time],
      ['2026-10-25T02:59:00,000+0200 S', '2026-10-25T02:01:00,000+0100 S'],
    );
  });

  it('signs why a transaction ended', async () => {
    const one = await bench();
    const reasons = ['end', 'local', 'remote', 'abort', 'powerFailure'] as const;
    const events: (string | undefined)[] = [];
    for (const reason of reasons) {
      await ask(one, 'beginMeter', { transaction: reason });
      events.push((await record(one, 'endMeter', { transaction: reason, reason })).readings[0]?.event);
    }
    assert.deepEqual(events, ['E', 'L', 'R', 'A', 'P']);
  });

  it('gives one record with both readings where it is so', async () => {
    const one = await bench({ records: 'combined' });
    await setClock(one);
    assert.deepEqual(await ask(one, 'beginMeter', { assignment }), []);
    const again = await bench({ records: 'combined' }, restarted(one));
    const end = await record(again, 'endMeter', { reason: 'powerFailure' });
    assert.deepEqual(
      [end.pagination?.text, end.readings.map(({ event, clock }) => `${event} ${clock}`)],
      ['T1', ['B I', 'P U']],
    );
  });

  it('keeps key, numbers, records and the open transaction over a power cut, and forgets the time', async () => {
    const one = await bench();
    await setClock(one);
    await ask(one, 'beginMeter', { assignment });
    const before = await stateOf(one);
    const again = await bench(true, restarted(one));
    assert.deepEqual(await stateOf(again), { ...before, clock: 'unset', wallMs: null });
    const end = await record(again, 'endMeter', { reason: 'powerFailure' });
    assert.deepEqual([end.pagination?.text, end.fields['ID'], end.readings[0]?.event], ['T2', '04A2B3C4', 'P']);
    const { records } = await again.simulator.command({ type: 'readRecords', evse: 1, after: 0 }, signal);
    assert.deepEqual(
      records.map(({ kind, signed }) => [kind, read(signed).pagination?.text]),
      [
        ['begin', 'T1'],
        ['end', 'T2'],
      ],
    );
  });

  it('goes on from the image of an earlier version, whose meter knew nothing of keys', async () => {
    const old = await bench(false);
    const image = restarted(old);
    const [evse] = image.evses;
    assert.ok(evse !== undefined && evse.meter.key === undefined);
    const reading = { energyImportWh: 100_000 };
    const begun = { transaction: 'T', idToken: 'CARD', begin: { reading, signed: [] }, end: null };
    const one = await bench(true, {
      ...image,
      evses: [{ ...evse, meter: { ...evse.meter, pagination: 7, transactions: [begun] } }],
    });
    const end = await record(one, 'endMeter');
    assert.deepEqual([end.pagination?.text, end.fields['IS']], ['T8', 'false']);
  });

  it('is asked for begin and end only where it is an older one, and signs them all the same', async () => {
    const one = await bench(false);
    await assert.rejects(stateOf(one), { code: 'driver.refused', message: /does not know meterState/ });
    assert.equal((await record(one, 'beginMeter')).pagination?.text, 'T1');
  });

  it('takes its time where it is slow, and what it signed stays when nobody waits for it', async () => {
    const one = await bench();
    await one.simulator.simulate({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 30 });
    const gone = new AbortController();
    const command = { type: 'beginMeter', evse: 1, transaction: 'T', idToken: 'CARD', wallMs: start } as const;
    const asked = one.simulator.command(command, gone.signal);
    gone.abort();
    await assert.rejects(asked, { code: 'driver.timeout' });
    assert.deepEqual((await stateOf(one)).pagination, 1);
    const again = record(one, 'beginMeter');
    await one.time.advance(30_000);
    assert.equal((await again).pagination?.text, 'T1');
  });

  it('is not set within a transaction, and signs readings of an open one only', async () => {
    const one = await bench();
    await ask(one, 'beginMeter');
    await assert.rejects(setClock(one), {
      code: 'driver.refused',
      message: /not set within a transaction, and T is open/,
    });
    assert.equal((await record(one, 'signMeter')).readings[0]?.event, 'C');
    await ask(one, 'endMeter');
    await assert.rejects(ask(one, 'signMeter'), { code: 'driver.refused', message: /T is not open in the meter/ });
  });

  it('passes the rules of the public check software', async () => {
    const one = await bench();
    await setClock(one);
    for (const type of ['beginMeter', 'signMeter', 'endMeter'] as const) {
      const [blob] = await ask(one, type, { assignment });
      const verdict = await verifyRecord(blob?.data ?? '', blob?.publicKey ?? null, async (key, data, signature) =>
        verify('sha256', data, createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' }), signature),
      );
      assert.deepEqual([verdict.signature, verdict.findings, verdict.ok], ['valid', [], true]);
    }
  });

  it('makes the same key from the same chance, and none before it is asked', async () => {
    const [one, two] = [await bench(), await bench()];
    assert.equal(one.simulator.image().evses[0]?.meter.key, undefined);
    assert.equal((await stateOf(one)).publicKey, (await stateOf(two)).publicKey);
  });
});

describe('what happens to a simulated meter that signs', () => {
  it('without power does not answer and counts nothing; then its clock is unset and its transaction open', async () => {
    const one = await bench();
    await setClock(one);
    await ask(one, 'beginMeter', { assignment });
    await one.simulator.simulate({ action: 'meterPower', evse: 1, state: 'off' });
    const gone = new AbortController();
    const asked = one.simulator.command({ type: 'meterState', evse: 1 }, gone.signal);
    gone.abort();
    await assert.rejects(asked, { code: 'driver.timeout' });
    one.simulator.plug(1, { soc: 20 });
    await one.simulator.command({ type: 'setLimit', evse: 1, milliamps: 32_000 }, signal);
    await one.simulator.command({ type: 'closeContactor', evse: 1 }, signal);
    await one.time.advance(600_000);
    await one.simulator.command({ type: 'openContactor', evse: 1 }, signal);
    await one.simulator.simulate({ action: 'meterPower', evse: 1, state: 'on' });
    const { clock, openTransaction } = await stateOf(one);
    assert.deepEqual([clock, openTransaction], ['unset', 'T']);
    const end = await record(one, 'endMeter', { reason: 'abort' });
    assert.deepEqual(
      end.readings.map(({ event, value, clock: worth }) => [event, value, worth]),
      [['A', '100.0000', 'U']],
    );
    assert.deepEqual(one.events.filter(({ type }) => type === 'meter').length, 2);
  });

  it('loses its key, gets another, and the first one again', async () => {
    const one = await bench();
    const { publicKey: first } = await stateOf(one);
    const keys: (string | null)[] = [];
    for (const state of ['lost', 'changed', 'restored']) {
      await one.simulator.simulate({ action: 'meterKey', evse: 1, state });
      keys.push((await stateOf(one)).publicKey);
      if (state === 'lost') await assert.rejects(ask(one, 'beginMeter'), { message: /lost its key and cannot sign/ });
    }
    assert.deepEqual([keys[0], keys[2]], [null, first]);
    assert.notEqual(keys[1], first);
    const refusal = { code: 'simulator.refused', message: /nothing to restore/ };
    await assert.rejects(one.simulator.simulate({ action: 'meterKey', evse: 1, state: 'restored' }), refusal);
  });

  it('is exchanged for one with a serial, key, register and numbers of its own', async () => {
    const one = await bench();
    await ask(one, 'beginMeter');
    const before = await stateOf(one);
    await one.simulator.simulate({ action: 'meterExchange', evse: 1 });
    const after = await stateOf(one);
    assert.deepEqual([after.serial, after.pagination, after.openTransaction], ['SIM-METER-1-N2', 0, null]);
    assert.notEqual(after.publicKey, before.publicKey);
    const begin = await record(one, 'beginMeter');
    assert.deepEqual([begin.fields['MS'], begin.readings[0]?.value], ['SIM-METER-1-N2', '0.0000']);
    await one.simulator.simulate({ action: 'meterExchange', evse: 1, serial: 'M-9', wattHours: 1_234.5 });
    assert.deepEqual((await record(one, 'beginMeter')).readings[0]?.value, '1.2345');
  });

  it('says that it failed, and its records say so too', async () => {
    const one = await bench();
    await one.simulator.simulate({ action: 'meterCondition', evse: 1, state: 'failed', problem: 'memory test' });
    const { condition, problem } = await stateOf(one);
    assert.deepEqual([condition, problem], ['failed', 'memory test']);
    assert.deepEqual(
      (await record(one, 'beginMeter')).readings.map(({ status, errors }) => [status, errors]),
      [['E', 'Et']],
    );
    await one.simulator.simulate({ action: 'meterCondition', evse: 1, state: 'good' });
    assert.equal((await stateOf(one)).condition, 'good');
  });

  it('has a clock that goes wrong unnoticed', async () => {
    const one = await bench();
    const refusal = { code: 'simulator.refused', message: /is not set, so it cannot be wrong/ };
    const action = { action: 'meterClock', evse: 1, state: 'wrong', seconds: -5 };
    await assert.rejects(one.simulator.simulate(action), refusal);
    await setClock(one);
    await one.simulator.simulate(action);
    const { clock, wallMs } = await stateOf(one);
    assert.deepEqual(
      [clock, wallMs, one.events.filter(({ type }) => type === 'meter')],
      ['informative', start - 5_000, []],
    );
  });

  it('stops to sign, loses its time, and tells each time that something changed', async () => {
    const one = await bench();
    await setClock(one);
    await one.simulator.simulate({ action: 'meterClock', evse: 1, state: 'lost' });
    assert.equal((await stateOf(one)).clock, 'unset');
    await one.simulator.simulate({ action: 'meter', evse: 1, mode: 'unsigned' });
    assert.deepEqual(await ask(one, 'beginMeter'), []);
    assert.deepEqual(
      one.events.filter(({ type }) => type === 'meter'),
      [
        { type: 'meter', evse: 1 },
        { type: 'meter', evse: 1 },
      ],
    );
  });

  it('cannot happen to a meter that does not sign', async () => {
    const simulator = createSimulator({
      time: new VirtualTime(),
      random: createSeededRandom('x'),
      evses: [{}, { meter: false }],
    });
    for (const action of ['meterClock', 'meterKey']) {
      const refusal = { code: 'simulator.refused', message: /the meter of this EVSE does not sign/ };
      await assert.rejects(simulator.simulate({ action, evse: 1, state: 'lost' }), refusal);
    }
    await assert.rejects(simulator.simulate({ action: 'meterPower', evse: 2, state: 'off' }), {
      message: /has no meter/,
    });
  });
});

describe('whatever is asked of the simulated meter', () => {
  const step = fc.oneof(
    fc.record({
      ask: fc.constantFrom('beginMeter', 'signMeter', 'endMeter'),
      transaction: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    }),
    fc.record({ happens: fc.constantFrom('setClock', 'cut', 'lost', 'restored', 'time') }),
  );

  it('its numbers have no gap, one transaction is open at most, and every record verifies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom('single', 'combined'),
        async (steps, records) => {
          let one = await bench({ records: records as 'single' });
          const given = new Map<string, SignedBlob>();
          for (const each of steps) {
            if ('ask' in each) {
              const blobs = await ask(one, each.ask as 'beginMeter', { transaction: each.transaction }).catch(() => []);
              for (const blob of blobs) given.set(blob.data, blob);
            } else if (each.happens === 'setClock') await setClock(one).catch(() => undefined);
            else if (each.happens === 'cut') one = await bench({ records: records as 'single' }, restarted(one));
            else if (each.happens === 'time') await one.time.advance(61_000);
            else
              await one.simulator.simulate({ action: 'meterKey', evse: 1, state: each.happens }).catch(() => undefined);
            const open = one.simulator.image().evses[0]?.meter.transactions.filter(({ end }) => end === null) ?? [];
            assert.ok(open.length <= 1);
          }
          const { records: kept } = await one.simulator.command({ type: 'readRecords', evse: 1, after: 0 }, signal);
          const numbers = kept.map(({ signed }) => read(signed).pagination?.number);
          assert.deepEqual(
            numbers,
            Array.from({ length: numbers.length }, (_, index) => index + 1),
          );
          const remembered = new Set(kept.map(({ signed }) => signed.data));
          assert.ok(
            [...given.keys()].every((data) => remembered.has(data)),
            'a record was given that is not remembered',
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
