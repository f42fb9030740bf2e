import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, changeKey, delivered, gapsInSeconds, happenedAfter, readKey } from '../backend-steps.ts';
import { endByCard, startByCard } from '../steps.ts';

const offline = { 'authorization.allowOfflineTxForUnknownId': true, 'metering.sampleInterval': 5 } as const;

/** A transaction without backend of so many seconds; the link comes back when it is over. */
async function offlineTransaction(world: World, seconds: number): Promise<void> {
  await world.cutLink();
  await startByCard(world, 1, 'CARD1');
  await world.pass(seconds * 1000);
  await endByCard(world, 1, 'CARD1');
  await world.restoreLink();
  await delivered(world);
}

/** What the values of a reading measure, each once, with their phase. */
function measured(reading: JsonObject | undefined): readonly string[] {
  const values = reading?.['sampledValue'];
  assert.ok(Array.isArray(values));
  return values.map((value) => {
    assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value));
    const { measurand = 'Energy.Active.Import.Register', phase } = value as JsonObject;
    return phase === undefined ? String(measurand) : `${String(measurand)} ${String(phase)}`;
  });
}

function readingsOf(world: World): readonly JsonObject[] {
  const [transaction] = world.backend.ledger.transactions();
  return (transaction?.meterValues ?? []).flatMap(({ readings }) => readings);
}

/** Time passes until so many readings of the transaction are at the backend. */
async function readingsArrived(world: World, count: number): Promise<readonly JsonObject[]> {
  await world.until(`${count} readings`, () => readingsOf(world).length >= count);
  return readingsOf(world);
}

scenario(
  'metering.retransmit: on, samples taken offline arrive with their own times (Q-09)',
  { defaults: offline },
  async (world) => {
    await offlineTransaction(world, 17);
    const times = readingsOf(world).map((reading) => Date.parse(String(reading['timestamp'])));
    assert.ok(times.length >= 3, `${times.length} samples`);
    for (const gap of gapsInSeconds(times)) happenedAfter(world, gap, 5, 'the next sample was taken');
  },
);

scenario(
  'metering.retransmit: off, begin and end arrive without the samples between',
  { defaults: offline },
  async (world) => {
    await changeKey(world, 'RetransmitMeterValues', 'false');
    await offlineTransaction(world, 17);
    const [transaction] = world.backend.ledger.transactions();
    assert.equal(transaction?.meterValues.length, 0);
    assert.ok((transaction?.stops[0]?.meterStop ?? 0) > (transaction?.meterStart ?? 0));
  },
);

scenario(
  'metering.batchSize: samples that waited travel together, so many in a message',
  { defaults: offline },
  async (world) => {
    await changeKey(world, 'MeterValuesBatchSize', '3');
    await offlineTransaction(world, 27);
    const [transaction] = world.backend.ledger.transactions();
    const [first, second, ...more] = (transaction?.meterValues ?? []).map((message) => message.readings.length);
    assert.equal(first, 3);
    assert.ok(second === 2 || second === 3, 'the rest');
    assert.deepEqual(more, []);
  },
);

scenario(
  'metering.sampleInterval: switched on in a running transaction, and made shorter, it is in effect at once (fault 62)',
  { only: 'virtual', defaults: { 'metering.sampleInterval': 0, 'metering.sampledData': [] } },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(130_000);
    assert.equal(readingsOf(world).length, 0, 'switched off');
    for (const [from, to] of [
      ['10', 10],
      ['20', 20],
      ['10', 10],
    ] as const) {
      await changeKey(world, 'MeterValueSampleInterval', from);
      const before = readingsOf(world).length;
      const taken = await readingsArrived(world, before + 3);
      const times = taken.slice(before).map((reading) => Date.parse(String(reading['timestamp'])));
      for (const gap of gapsInSeconds(times)) happenedAfter(world, gap, to, 'the next sample was taken');
    }
    assert.deepEqual(measured(readingsOf(world)[0]), ['Energy.Active.Import.Register'], 'an empty list (V-01)');
    await endByCard(world, 1, 'CARD1');
  },
);

scenario('metering.sampleInterval: a change counts in the running transaction', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  await changeKey(world, 'MeterValueSampleInterval', '6');
  const taken = await readingsArrived(world, 3);
  const times = taken.map((reading) => Date.parse(String(reading['timestamp'])));
  for (const gap of gapsInSeconds(times)) happenedAfter(world, gap, 6, 'the next sample was taken');
  await changeKey(world, 'MeterValueSampleInterval', '0');
  await world.pass(1_000);
  const before = readingsOf(world).length;
  await world.pass(15_000);
  assert.equal(readingsOf(world).length, before, 'switched off');
  await endByCard(world, 1, 'CARD1');
});

scenario(
  'metering.sampledData: the measurands of MeterValues follow a live change, phases named one by one too',
  { defaults: { 'metering.sampleInterval': 5 } },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await readingsArrived(world, 1);
    await changeKey(world, 'MeterValuesSampledData', 'SoC,Current.Import.L2,Power.Active.Import');
    const before = readingsOf(world).length;
    const taken = await readingsArrived(world, before + 2);
    await endByCard(world, 1, 'CARD1');
    const voltages = ['Voltage L1-N', 'Voltage L2-N', 'Voltage L3-N'];
    const currents = ['Current.Import L1', 'Current.Import L2', 'Current.Import L3'];
    const powers = ['Power.Active.Import L1', 'Power.Active.Import L2', 'Power.Active.Import L3'];
    assert.deepEqual(measured(taken[0]), [
      'Energy.Active.Import.Register',
      'Power.Active.Import',
      ...powers,
      ...currents,
      ...voltages,
    ]);
    assert.deepEqual(measured(taken.at(-1)), ['SoC', 'Current.Import L2', 'Power.Active.Import', ...powers]);
  },
);

scenario(
  'metering.sampledData: what the meter cannot measure is refused and changes nothing; order, doubles and spaces are tolerated (V-09)',
  { only: 'virtual' },
  async (world) => {
    await changeKey(world, 'MeterValuesSampledData', 'SoC,Voltage');
    for (const list of ['RPM', 'SoC,RPM', 'Current.Import.N', 'Energy.Active.Import.Interval', 'SoC;Voltage'])
      await changeKey(world, 'MeterValuesSampledData', list, 'Rejected');
    assert.equal((await readKey(world, 'MeterValuesSampledData'))?.['value'], 'SoC,Voltage');
    const { status } = await ask(world, 'ChangeConfiguration', {
      key: 'metervaluessampleddata',
      value: ' Voltage , soc,,SoC, Voltage',
    });
    assert.equal(status, 'Accepted');
    assert.equal((await readKey(world, 'MeterValuesSampledData'))?.['value'], 'Voltage,SoC');
  },
);

/** A list of so many measurands that the simulated meter has, none twice. */
function listOf(count: number): string {
  const totals = ['Energy.Active.Import.Register', 'Energy.Active.Export.Register', 'Frequency', 'Temperature', 'SoC'];
  const phases = ['L1', 'L2', 'L3'].flatMap((phase) => [
    `Power.Active.Import.${phase}`,
    `Current.Import.${phase}`,
    `Voltage.${phase}`,
    `Voltage.${phase}-N`,
  ]);
  const whole = ['Power.Active.Import', 'Current.Import', 'Voltage', 'Current.Offered', 'Power.Offered'];
  return [...totals, ...phases, ...whole].slice(0, count).join(',');
}

for (const [name, key, list] of [
  [
    'metering.sampledDataMaxLength: so many measurands are taken, one more is refused; nobody changes it',
    'MeterValuesSampledDataMaxLength',
    'MeterValuesSampledData',
  ],
  [
    'metering.stopTxnSampledDataMaxLength: so many measurands are taken, one more is refused; nobody changes it',
    'StopTxnSampledDataMaxLength',
    'StopTxnSampledData',
  ],
] as const) {
  scenario(name, {}, async (world) => {
    const entry = await readKey(world, key);
    assert.deepEqual(entry, { key, readonly: true, value: '20' });
    await changeKey(world, list, listOf(21), 'Rejected');
    await changeKey(world, list, listOf(20));
    await changeKey(world, key, '3', 'Rejected');
  });
}

scenario(
  'metering.stopTxnSampledData: the measurands of transactionData, from begin to end (V-04)',
  { defaults: { 'metering.sampleInterval': 5 } },
  async (world) => {
    await changeKey(world, 'StopTxnSampledData', 'SoC,Energy.Active.Import.Register');
    await startByCard(world, 1, 'CARD1');
    await world.pass(12_000);
    await endByCard(world, 1, 'CARD1');
    const data = world.backend.ledger.transactions()[0]?.stops[0]?.transactionData ?? [];
    assert.ok(world.kind === 'virtual' ? data.length === 4 : data.length >= 4, 'begin, two samples, end');
    for (const reading of data) assert.deepEqual(measured(reading), ['SoC', 'Energy.Active.Import.Register']);
  },
);

scenario(
  'metering.stopTxnSampledData: empty, there is no transactionData (V-04)',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(200_000);
    await endByCard(world, 1, 'CARD1');
    assert.equal(world.calls('StopTransaction')[0]?.payload['transactionData'], undefined);
  },
);

scenario(
  'metering.sampledDataMaxLength: a station that takes fewer says so and refuses more (V-09)',
  { only: 'virtual', defaults: { 'metering.sampledDataMaxLength': 2, 'metering.sampledData': ['SoC'] } },
  async (world) => {
    assert.equal((await readKey(world, 'MeterValuesSampledDataMaxLength'))?.['value'], '2');
    await changeKey(world, 'MeterValuesSampledData', 'SoC,Voltage,Frequency', 'Rejected');
    await changeKey(world, 'MeterValuesSampledData', 'SoC,Voltage');
  },
);

for (const most of [10, 200]) {
  scenario(
    `metering.stopTransactionMaxMeterValues: at most ${most} readings in transactionData, begin and end among them (V-04)`,
    {
      only: 'virtual',
      defaults: {
        'metering.stopTransactionMaxMeterValues': most,
        'metering.stopTxnSampledData': ['Energy.Active.Import.Register'],
        'metering.sampleInterval': 1,
      },
    },
    async (world) => {
      assert.deepEqual(await readKey(world, 'StopTransactionMaxMeterValues'), {
        key: 'StopTransactionMaxMeterValues',
        readonly: true,
        value: String(most),
      });
      await startByCard(world, 1, 'CARD1');
      await world.pass(300_000);
      await endByCard(world, 1, 'CARD1');
      const data = world.backend.ledger.transactions()[0]?.stops[0]?.transactionData ?? [];
      assert.ok(data.length <= most && data.length > most / 3, `${data.length} readings`);
      assert.match(JSON.stringify(data[0]), /Transaction\.Begin/);
      assert.match(JSON.stringify(data.at(-1)), /Transaction\.End/);
    },
  );
}
