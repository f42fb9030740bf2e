import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, changeKey, delivered, readKey } from '../backend-steps.ts';
import { measurandsOf, numberOf, readingsSeen, timeOfDay, valuesOf, type SeenReading } from '../meter-steps.ts';
import { endByCard, startByCard } from '../steps.ts';

/** 12:00:10, ten seconds after a boundary of every interval used here. */
const startWallMs = Date.UTC(2026, 10, 22, 12, 0, 10);

function aligned(world: World, connectorId?: number): readonly SeenReading[] {
  return readingsSeen(world, 'Sample.Clock').filter(
    (reading) => connectorId === undefined || reading.connectorId === connectorId,
  );
}

function times(readings: readonly SeenReading[]): readonly string[] {
  return [...new Set(readings.map(({ timestamp }) => timeOfDay(timestamp)))];
}

scenario(
  'metering.clockAlignedInterval: values of every connector exactly at the quarters of the hour, spread over ten seconds (V-02, TC_071, fault 39)',
  { only: 'virtual', startWallMs },
  async (world) => {
    await changeKey(world, 'ClockAlignedDataInterval', '900');
    await world.pass(3_620_000);
    const seen = aligned(world);
    assert.deepEqual(times(seen), ['12:15:00.000', '12:30:00.000', '12:45:00.000', '13:00:00.000']);
    for (const connectorId of [1, 2]) assert.equal(aligned(world, connectorId).length, 4);
    assert.ok(seen.every(({ transactionId }) => transactionId === undefined));
    const delaysMs = seen.map(({ sentMs, timestamp }) => sentMs - Date.parse(timestamp));
    assert.ok(
      delaysMs.every((delayMs) => delayMs >= 0 && delayMs <= 10_500),
      String(delaysMs),
    );
    assert.ok(new Set(delaysMs).size > 2, 'another delay at each boundary');
  },
);

scenario(
  'metering.clockAlignedInterval: a change is in effect at once, and 0 ends it',
  { defaults: { 'metering.clockAlignedInterval': 900 }, startWallMs },
  async (world) => {
    await changeKey(world, 'ClockAlignedDataInterval', '20');
    await world.until('two boundaries', () => times(aligned(world, 1)).length >= 2);
    for (const { timestamp } of aligned(world)) assert.match(timestamp, /:(00|20|40)\.000Z$/);
    await changeKey(world, 'ClockAlignedDataInterval', '0');
    await world.pass(12_000);
    const before = aligned(world).length;
    await world.pass(60_000);
    assert.equal(aligned(world).length, before);
  },
);

scenario(
  'metering.clockAlignedInterval: with a transaction they name it, and go before its Stop whatever they wait for (V-03, X-08)',
  { only: 'virtual', startWallMs, defaults: { 'metering.clockAlignedInterval': 60, 'metering.sampleInterval': 0 } },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(110_000 - 10_000);
    // Right after the boundary, before the message has left.
    await world.until('a boundary', () => world.status().outbox.waiting > 0);
    await endByCard(world, 1, 'CARD1');
    await world.pass(70_000);
    const [transaction] = world.backend.ledger.transactions();
    const inside = aligned(world, 1).filter(({ transactionId }) => transactionId !== undefined);
    assert.ok(inside.length >= 2, `${inside.length} of the transaction`);
    assert.ok(inside.every(({ transactionId }) => transactionId === transaction?.transactionId));
    const outside = aligned(world, 1).filter(({ transactionId }) => transactionId === undefined);
    assert.ok(
      outside.length > 0 && outside.every(({ timestamp }) => timestamp > (transaction?.stops[0]?.timestamp ?? '')),
    );
    assert.ok(aligned(world, 2).every(({ transactionId }) => transactionId === undefined));
  },
);

scenario(
  'metering.alignedData: registers of the boundary, the energy of the interval under its start, means of the rest (V-02, V-07)',
  { only: 'virtual', startWallMs, defaults: { 'metering.clockAlignedInterval': 60, 'metering.sampleInterval': 0 } },
  async (world) => {
    const list =
      'Energy.Active.Import.Register,Energy.Active.Import.Interval,Power.Active.Import,Current.Import.L1,SoC';
    await changeKey(world, 'MeterValuesAlignedData', list);
    await startByCard(world, 1, 'CARD1');
    await world.until('12:02:00', () => aligned(world, 1).some(({ timestamp }) => timeOfDay(timestamp) >= '12:02'));
    // Half of the third interval nothing flows.
    await world.pass(Date.UTC(2026, 10, 22, 12, 2, 30) - wallMs(world));
    await world.sim({ action: 'pause', evse: 1 });
    await world.until('12:03:00', () => aligned(world, 1).some(({ timestamp }) => timeOfDay(timestamp) >= '12:03'));
    const registers = new Map<string, readonly SeenReading['values'][number][]>();
    const intervals = new Map<string, number>();
    for (const { timestamp, values } of aligned(world, 1)) {
      const isInterval = values[0]?.['measurand'] === 'Energy.Active.Import.Interval';
      if (isInterval) intervals.set(timeOfDay(timestamp), numberOf(values, 'Energy.Active.Import.Interval'));
      else registers.set(timeOfDay(timestamp), values);
    }
    const at = (time: string): number => numberOf(registers.get(time) ?? [], 'Energy.Active.Import.Register');
    assert.equal(intervals.get('12:01:00.000'), at('12:02:00.000') - at('12:01:00.000'));
    assert.equal(intervals.get('12:02:00.000'), at('12:03:00.000') - at('12:02:00.000'));
    assert.ok(!intervals.has('12:00:00.000'), 'the beginning of that interval was not read');
    const full = numberOf(registers.get('12:02:00.000') ?? [], 'Power.Active.Import');
    const half = numberOf(registers.get('12:03:00.000') ?? [], 'Power.Active.Import');
    assert.ok(full > 20_000 && Math.abs(half / full - 0.5) < 0.05, `${full} W, then ${half} W`);
    assert.ok(Math.abs((half * 60) / 3600 - (intervals.get('12:02:00.000') ?? 0)) < 15, 'mean power and energy agree');
    const amps = numberOf(registers.get('12:03:00.000') ?? [], 'Current.Import', 'L1');
    assert.ok(amps > 14.5 && amps < 17.5, `${amps} A`);
    await endByCard(world, 1, 'CARD1');
  },
);

function wallMs(world: World): number {
  return world.status().clock.nowMs;
}

scenario(
  'metering.alignedData: what the meter cannot measure is refused (V-09)',
  { only: 'virtual' },
  async (world) => {
    for (const list of ['RPM', 'Current.Import.N', 'Voltage.L1-L2', 'SoC.L1', 'Energy.Reactive.Import.Interval'])
      await changeKey(world, 'MeterValuesAlignedData', list, 'Rejected');
    assert.equal((await readKey(world, 'MeterValuesAlignedData'))?.['value'], 'Energy.Active.Import.Register');
  },
);

/** Everything that the simulated meter may be asked for: 22 items. */
const everything = [
  'Energy.Active.Import.Register',
  'Energy.Active.Export.Register',
  'Frequency',
  'Temperature',
  'SoC',
  'Current.Offered',
  'Power.Offered',
  'Power.Active.Import',
  'Current.Import',
  'Voltage',
  ...['L1', 'L2', 'L3'].flatMap((phase) => [`Power.Active.Import.${phase}`, `Current.Import.${phase}`]),
  ...['L1', 'L2', 'L3'].flatMap((phase) => [`Voltage.${phase}`, `Voltage.${phase}-N`]),
];

for (const [name, key, list] of [
  [
    'metering.alignedDataMaxLength: so many measurands are taken, one more is refused; nobody changes it',
    'MeterValuesAlignedDataMaxLength',
    'MeterValuesAlignedData',
  ],
  [
    'metering.stopTxnAlignedDataMaxLength: so many measurands are taken, one more is refused; nobody changes it',
    'StopTxnAlignedDataMaxLength',
    'StopTxnAlignedData',
  ],
] as const) {
  scenario(name, {}, async (world) => {
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: '20' });
    await changeKey(world, list, everything.slice(0, 21).join(','), 'Rejected');
    await changeKey(world, list, everything.slice(0, 20).join(','));
    await changeKey(world, key, '3', 'Rejected');
  });
}

scenario(
  'metering.alignedDataMaxLength: a station that takes fewer says so and refuses more',
  { only: 'virtual', defaults: { 'metering.alignedDataMaxLength': 2 } },
  async (world) => {
    assert.equal((await readKey(world, 'MeterValuesAlignedDataMaxLength'))?.['value'], '2');
    await changeKey(world, 'MeterValuesAlignedData', 'SoC,Voltage,Frequency', 'Rejected');
    await changeKey(world, 'MeterValuesAlignedData', 'SoC,Voltage');
  },
);

scenario(
  'metering.stopTxnAlignedData: the boundaries of the transaction stand in transactionData, between begin and end (V-04)',
  { only: 'virtual', startWallMs, defaults: { 'metering.clockAlignedInterval': 60, 'metering.sampleInterval': 45 } },
  async (world) => {
    await changeKey(world, 'StopTxnAlignedData', 'Energy.Active.Import.Interval,Energy.Active.Import.Register');
    await startByCard(world, 1, 'CARD1');
    await world.pass(200_000);
    await endByCard(world, 1, 'CARD1');
    const data = world.backend.ledger.transactions()[0]?.stops[0]?.transactionData ?? [];
    const contexts = data.map((reading) => valuesOf(reading)[0]?.['context']);
    assert.deepEqual([contexts[0], contexts.at(-1)], ['Transaction.Begin', 'Transaction.End']);
    assert.ok(
      contexts.slice(1, -1).every((context) => context === 'Sample.Clock'),
      'no periodic ones',
    );
    assert.deepEqual(
      data
        .slice(1, -1)
        .map((reading) => `${timeOfDay(String(reading['timestamp']))} ${measurandsOf(valuesOf(reading)).join()}`),
      [
        '12:01:00.000 Energy.Active.Import.Register',
        '12:01:00.000 Energy.Active.Import.Interval',
        '12:02:00.000 Energy.Active.Import.Register',
        '12:02:00.000 Energy.Active.Import.Interval',
        '12:03:00.000 Energy.Active.Import.Register',
      ],
    );
  },
);

scenario(
  'metering.batchSize: clock-aligned and periodic samples of a transaction travel together',
  {
    only: 'virtual',
    startWallMs,
    defaults: {
      'authorization.allowOfflineTxForUnknownId': true,
      'metering.clockAlignedInterval': 20,
      'metering.sampleInterval': 7,
      'metering.batchSize': 50,
    },
  },
  async (world) => {
    await world.cutLink();
    await startByCard(world, 1, 'CARD1');
    await world.pass(60_000);
    await endByCard(world, 1, 'CARD1');
    await world.restoreLink();
    await delivered(world);
    const [transaction] = world.backend.ledger.transactions();
    assert.equal(transaction?.meterValues.length, 1);
    const contexts = (transaction?.meterValues[0]?.readings ?? []).map((reading) => valuesOf(reading)[0]?.['context']);
    assert.ok(contexts.includes('Sample.Clock') && contexts.includes('Sample.Periodic'), contexts.join());
  },
);

for (const retransmit of [true, false]) {
  scenario(
    `metering.retransmit: ${retransmit ? 'on, clock-aligned values taken offline arrive with their own times' : 'off, they are given up'}`,
    {
      only: 'virtual',
      startWallMs,
      defaults: { 'metering.clockAlignedInterval': 60, 'metering.retransmit': retransmit },
    },
    async (world) => {
      await world.cutLink();
      await world.pass(300_000);
      await world.restoreLink();
      await world.until('the link', () => world.status().registration === 'accepted');
      await world.pass(20_000);
      const offline = times(aligned(world, 1)).filter((time) => time <= '12:05');
      assert.deepEqual(offline, retransmit ? ['12:01:00.000', '12:02:00.000', '12:03:00.000', '12:04:00.000'] : []);
    },
  );
}

scenario(
  'metering.connectorPhaseRotation: phases are told by the name that they have in the grid, at each connector',
  { defaults: { 'metering.sampleInterval': 5, 'metering.sampledData': ['Current.Import', 'Voltage'] } },
  async (world) => {
    await world.sim({ action: 'plug', evse: 2, soc: 20, capacityKwh: 500, phases: 1 });
    await changeKey(world, 'ConnectorPhaseRotation', '0.RST,1.RST,2.STR');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 2 });
    await world.until('current', () => readingsSeen(world, 'Sample.Periodic').length >= 3);
    const values = readingsSeen(world, 'Sample.Periodic').at(-1)?.values ?? [];
    assert.deepEqual(
      ['L1', 'L2', 'L3'].map((phase) => numberOf(values, 'Current.Import', phase) > 10),
      [false, true, false],
    );
    assert.equal(
      measurandsOf(values)
        .filter((name) => name.startsWith('Voltage'))
        .join(),
      'Voltage L1-N,Voltage L2-N,Voltage L3-N',
    );
    await endByCard(world, 2, 'CARD1');
  },
);

scenario(
  'metering.connectorPhaseRotation: one word for one connector, under the key with its number, is taken and given too',
  { only: 'virtual' },
  async (world) => {
    assert.equal((await readKey(world, 'ConnectorPhaseRotation'))?.['value'], '0.Unknown,1.Unknown');
    await changeKey(world, 'ConnectorPhaseRotation', 'RTS');
    await changeKey(world, 'ConnectorPhaseRotation_2', 'TRS');
    assert.equal((await readKey(world, 'ConnectorPhaseRotation'))?.['value'], '1.RTS,2.TRS');
    assert.equal((await readKey(world, 'ConnectorPhaseRotation_1'))?.['value'], 'RTS');
    for (const value of ['RRS', '1.RST.2', '3.RST', 'RST,TRS', 'x.RST'])
      await changeKey(world, 'ConnectorPhaseRotation', value, 'Rejected');
    await changeKey(world, 'ConnectorPhaseRotation_3', 'RST', 'NotSupported');
    await changeKey(world, 'ConnectorPhaseRotation_2', '2.RST', 'Rejected');
    assert.equal((await readKey(world, 'ConnectorPhaseRotation'))?.['value'], '1.RTS,2.TRS');
  },
);

scenario(
  'metering.connectorPhaseRotationMaxLength: one for each connector and one for the main meter',
  { only: 'virtual', evses: 3 },
  async (world) => {
    const key = 'ConnectorPhaseRotationMaxLength';
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: '4' });
    await changeKey(world, 'ConnectorPhaseRotation', '0.RST,1.RST,2.RST,3.RST');
    await changeKey(world, 'ConnectorPhaseRotation', '0.RST,1.RST,2.RST,3.RST,4.RST', 'Rejected');
  },
);

scenario(
  'metering.phasesConnected: a station on one phase tells that one, and offers its power',
  { only: 'virtual', defaults: { 'metering.phasesConnected': 1 } },
  async (world) => {
    await changeKey(world, 'MeterValuesSampledData', 'Current.Import,Voltage,Power.Offered');
    await ask(world, 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 });
    await world.until('values', () => readingsSeen(world, 'Trigger').length > 0);
    const values = readingsSeen(world, 'Trigger')[0]?.values ?? [];
    assert.deepEqual(measurandsOf(values), ['Current.Import L1', 'Voltage L1-N', 'Power.Offered']);
    assert.equal(numberOf(values, 'Power.Offered'), 32 * 230);
  },
);
