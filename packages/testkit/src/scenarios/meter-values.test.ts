import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, changeKey, delivered } from './backend-steps.ts';
import { measurandsOf, numberOf, readingsSeen, timeOfDay, valuesOf, type SeenReading } from './meter-steps.ts';
import { endByCard, startByCard, statusOf } from './steps.ts';

const startWallMs = Date.UTC(2026, 10, 22, 12, 0, 10);
const register = 'Energy.Active.Import.Register';

function registersOf(readings: readonly SeenReading[]): readonly number[] {
  return readings.flatMap(({ values }) =>
    values.filter(({ measurand }) => measurand === register).map(({ value }) => Number(value)),
  );
}

async function trigger(world: World, connectorId?: number): Promise<string> {
  const where = connectorId === undefined ? {} : { connectorId };
  const { status } = await ask(world, 'TriggerMessage', { requestedMessage: 'MeterValues', ...where });
  return String(status);
}

function ascending(numbers: readonly number[]): boolean {
  return numbers.every((value, index) => index === 0 || value >= (numbers[index - 1] ?? value));
}

scenario(
  'a transaction is sampled from its start on, each sample with its id and its context, begin and end once (V-01, V-03, V-11, TC_070, fault 38)',
  {
    defaults: {
      'metering.sampleInterval': 5,
      'metering.sampledData': [],
      'metering.stopTxnSampledData': ['Energy.Active.Import.Register', 'Voltage'],
    },
  },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.until('samples', () => readingsSeen(world).length >= 3);
    await endByCard(world, 1, 'CARD1');
    const [transaction] = world.backend.ledger.transactions();
    for (const { transactionId, values } of readingsSeen(world)) {
      assert.equal(transactionId, transaction?.transactionId);
      assert.deepEqual(measurandsOf(values), [register]);
      assert.deepEqual([values[0]?.['context'], values[0]?.['unit']], ['Sample.Periodic', 'Wh']);
    }
    const contexts = (transaction?.stops[0]?.transactionData ?? []).map((reading) => valuesOf(reading)[0]?.['context']);
    assert.deepEqual([contexts[0], contexts.at(-1)], ['Transaction.Begin', 'Transaction.End']);
    assert.ok(contexts.length >= 5 && contexts.slice(1, -1).every((context) => context === 'Sample.Periodic'));
  },
);

scenario(
  'registers go on over sessions, and meterStop is the register after the contactor opened (V-07, fault 36, fault 37)',
  { defaults: { 'metering.sampleInterval': 3 } },
  async (world) => {
    for (const card of ['CARD1', 'CARD2', 'CARD3']) {
      await startByCard(world, 1, card);
      await world.pass(10_000);
      await endByCard(world, 1, card);
    }
    const transactions = world.backend.ledger.transactions();
    const registers = transactions.flatMap(({ meterStart, meterValues, stops }) => [
      meterStart,
      ...meterValues.flatMap(({ readings }) => readings.map((reading) => numberOf(valuesOf(reading), register))),
      stops[0]?.meterStop ?? 0,
    ]);
    assert.ok(registers.length >= 12 && ascending(registers) && (registers[0] ?? 0) > 0, String(registers));
    const state = await world.sim({ action: 'state', evse: 1 });
    assert.equal(
      transactions.at(-1)?.stops[0]?.meterStop,
      Math.floor((state['meter'] as { energyWh: number }).energyWh),
    );
  },
);

scenario(
  'a meter that restarts in a transaction shows no less than before: energy is left out, the fault is told, the last register counts (V-07, X-02, fault 36)',
  {
    only: 'virtual',
    startWallMs,
    defaults: {
      'metering.sampleInterval': 10,
      'metering.clockAlignedInterval': 60,
      'metering.stopTxnSampledData': [register],
      'metering.sampledData': [register, 'Power.Active.Import'],
    },
  },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(35_000);
    await trigger(world, 1);
    await world.pass(1_000);
    const shown = Math.max(...registersOf(readingsSeen(world)));
    await world.sim({ action: 'meterRegister', evse: 1, wattHours: 0 });
    await world.pass(60_000);
    await trigger(world, 1);
    await world.pass(1_000);
    const warning = world
      .calls('StatusNotification')
      .find(({ payload }) => payload['errorCode'] === 'PowerMeterFailure');
    assert.equal(warning?.payload['status'], 'Charging');
    await endByCard(world, 1, 'CARD1');
    const during = readingsSeen(world).filter(({ transactionId }) => transactionId !== undefined);
    assert.ok(
      ascending(registersOf(during)) && Math.max(...registersOf(during)) === shown,
      String(registersOf(during)),
    );
    assert.ok(
      during.some(
        ({ values }) =>
          measurandsOf(values).join() ===
          'Power.Active.Import,Power.Active.Import L1,Power.Active.Import L2,Power.Active.Import L3',
      ),
    );
    const [stop] = world.backend.ledger.transactions()[0]?.stops ?? [];
    assert.equal(stop?.meterStop, shown);
    const data = (stop?.transactionData ?? []).map((reading) => numberOf(valuesOf(reading), register));
    assert.ok(ascending(data) && data.at(-1) === shown, String(data));
    assert.match(
      world
        .status()
        .problems.map(({ text }) => text)
        .join(),
      /shows \d[\d.]* Wh, less than before/,
    );
  },
);

scenario(
  'a meter that is replaced between transactions counts from where it is',
  { only: 'virtual', defaults: { 'metering.sampleInterval': 10 } },
  async (world) => {
    world.backend.checker.expect({ ignore: ['meter.registerBackwards'] });
    await startByCard(world, 1, 'CARD1');
    await world.pass(30_000);
    await endByCard(world, 1, 'CARD1');
    await world.sim({ action: 'meterRegister', evse: 1, wattHours: 7 });
    await startByCard(world, 1, 'CARD2');
    await world.pass(30_000);
    await endByCard(world, 1, 'CARD2');
    const second = world.backend.ledger.transactions()[1];
    assert.equal(second?.meterStart, 7);
    assert.ok((second?.meterValues.length ?? 0) >= 2 && (second?.stops[0]?.meterStop ?? 0) > 7);
  },
);

scenario(
  'a trigger brings one message of each connector, of the one that is named, and none of an unknown one, after the confirmation (V-10, TR-02, fault 40)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.until('the id', () => world.status().evses[0]?.transaction?.backendId !== null);
    assert.equal(await trigger(world), 'Accepted');
    await world.until('both', () => readingsSeen(world, 'Trigger').length === 2);
    const [transaction] = world.backend.ledger.transactions();
    assert.deepEqual(
      readingsSeen(world, 'Trigger').map(({ connectorId, transactionId }) => [connectorId, transactionId]),
      [
        [1, transaction?.transactionId],
        [2, undefined],
      ],
    );
    assert.equal(await trigger(world, 2), 'Accepted');
    await world.until('the one', () => readingsSeen(world, 'Trigger').length === 3);
    assert.equal(readingsSeen(world, 'Trigger')[2]?.connectorId, 2);
    for (const unknown of [0, 3]) assert.equal(await trigger(world, unknown), 'Rejected');
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'an idle connector answers a trigger with all that it measures, 0 W, and what it could offer (V-13, fault 41)',
  {},
  async (world) => {
    const list =
      'Energy.Active.Import.Register,Energy.Active.Export.Register,Power.Active.Import,Current.Import,Voltage,Frequency,Temperature,Current.Offered,Power.Offered';
    await changeKey(world, 'MeterValuesSampledData', list);
    await trigger(world, 1);
    await world.until('values', () => readingsSeen(world, 'Trigger').length > 0);
    const values = readingsSeen(world, 'Trigger')[0]?.values ?? [];
    assert.equal(numberOf(values, 'Power.Active.Import'), 0);
    assert.deepEqual([numberOf(values, 'Current.Offered'), numberOf(values, 'Power.Offered')], [32, 22_080]);
    assert.equal(new Set(values.map(({ measurand }) => measurand)).size, 9);
    assert.equal(numberOf(values, 'Voltage', 'L2-N'), 230);
    assert.equal(values.find(({ measurand }) => measurand === 'Frequency')?.['unit'], undefined);
  },
);

scenario(
  'a meter that does not answer is left out of triggered and clock-aligned values: never a 0, never an empty message (V-08, fault 36, fault 16)',
  { only: 'virtual', startWallMs, defaults: { 'metering.clockAlignedInterval': 60 } },
  async (world) => {
    for (const mode of ['silent', 'fail']) {
      await world.sim({ action: 'meter', evse: 1, mode });
      assert.equal(await trigger(world), 'Accepted');
      await world.pass(120_000);
    }
    assert.deepEqual([...new Set(readingsSeen(world).map(({ connectorId }) => connectorId))], [2]);
    await world.sim({ action: 'meter', evse: 1, mode: 'ok' });
    await world.pass(75_000);
    assert.equal(readingsSeen(world).filter(({ connectorId }) => connectorId === 1).length, 1);
    assert.equal(world.status().problems.filter(({ text }) => text.includes('clock-aligned')).length, 1);
  },
);

scenario(
  'everything that is measured is a decimal text with its unit, each phase a value of its own, the same way in every message (V-05, V-06, fault 15)',
  {
    defaults: {
      'metering.sampleInterval': 5,
      'metering.stopTxnSampledData': [register, 'Temperature', 'Power.Active.Import'],
    },
  },
  async (world) => {
    const list = `${register},Energy.Active.Export.Register,Power.Active.Import,Current.Import,Voltage,Frequency,Temperature,SoC,Current.Offered,Power.Offered`;
    await changeKey(world, 'MeterValuesSampledData', list);
    await startByCard(world, 1, 'CARD1');
    await world.until('a sample', () => readingsSeen(world, 'Sample.Periodic').length > 0);
    await trigger(world, 1);
    await world.until('a trigger', () => readingsSeen(world, 'Trigger').length > 0);
    await endByCard(world, 1, 'CARD1');
    const perPhase = (name: string, suffix = ''): readonly string[] =>
      ['L1', 'L2', 'L3'].map((phase) => `${name} ${phase}${suffix}`);
    for (const { values } of readingsSeen(world)) {
      assert.deepEqual(measurandsOf(values), [
        register,
        'Energy.Active.Export.Register',
        'Power.Active.Import',
        ...perPhase('Power.Active.Import'),
        ...perPhase('Current.Import'),
        ...perPhase('Voltage', '-N'),
        'Frequency',
        'Temperature',
        'SoC',
        'Current.Offered',
        'Power.Offered',
      ]);
    }
    const data = world.backend.ledger.transactions()[0]?.stops[0]?.transactionData ?? [];
    const all = [
      ...readingsSeen(world).flatMap(({ values }) => values),
      ...data.flatMap((reading) => valuesOf(reading)),
    ];
    const units = new Map(all.map(({ measurand, unit }) => [measurand, unit]));
    for (const { measurand, unit, value } of all) {
      assert.match(String(value), /^-?\d+(\.\d+)?$/);
      assert.equal(unit, units.get(measurand), String(measurand));
    }
    const usual = { Energy: 'Wh', Power: 'W', Current: 'A', Voltage: 'V', Temperature: 'Celcius', SoC: 'Percent' };
    for (const [measurand, unit] of units) {
      const [quantity = ''] = String(measurand).split('.');
      assert.equal(unit, new Map<string, string>(Object.entries(usual)).get(quantity), String(measurand));
    }
  },
);

scenario(
  'the main meter tells its values under connector 0, at the inlet, without a transaction (V-02, V-03, V-05)',
  { only: 'virtual', startWallMs, mainMeter: true, defaults: { 'metering.clockAlignedInterval': 60 } },
  async (world) => {
    const list = `${register},Energy.Active.Import.Interval,Current.Import`;
    await changeKey(world, 'MeterValuesAlignedData', list);
    await startByCard(world, 1, 'CARD1');
    await world.pass(200_000);
    await trigger(world, 0);
    await world.until('the trigger', () => readingsSeen(world, 'Trigger').length > 0);
    await endByCard(world, 1, 'CARD1');
    const inlet = readingsSeen(world).filter(({ connectorId }) => connectorId === 0);
    assert.ok(inlet.length >= 6);
    assert.ok(inlet.every(({ transactionId }) => transactionId === undefined));
    assert.ok(inlet.flatMap(({ values }) => values).every(({ location }) => location === 'Inlet'));
    const registers = registersOf(inlet.filter(({ values }) => values[0]?.['context'] === 'Sample.Clock'));
    assert.ok(ascending(registers) && (registers.at(-1) ?? 0) - (registers[0] ?? 0) > 300, String(registers));
  },
);

scenario(
  'boundaries that were missed are not invented: the station was off, the clock jumped (V-12, G-03)',
  {
    only: 'virtual',
    startWallMs,
    defaults: {
      'metering.clockAlignedInterval': 60,
      'metering.alignedData': [register, 'Energy.Active.Import.Interval'],
    },
  },
  async (world) => {
    world.backend.checker.expect({ clockJumps: true });
    await world.pass(115_000);
    const before = readingsSeen(world).length;
    assert.ok(before > 0);
    // 12:02:05 becomes 18:34:35 of the next day.
    const jumpMs = 30 * 3_600_000 + 32 * 60_000 + 30_000;
    world.backend.configure({ clockOffsetMs: jumpMs });
    await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' });
    await world.pass(70_000);
    const after = readingsSeen(world).slice(before);
    const days = [...new Set(after.map(({ timestamp }) => timestamp.slice(0, 16)))].filter(
      (time) => time > '2026-11-22T13',
    );
    assert.deepEqual(days, ['2026-11-23T18:35']);
    const first = after.filter(({ timestamp }) => timestamp.startsWith('2026-11-23'));
    assert.ok(
      first.every(({ timestamp }) => timeOfDay(timestamp) === '18:35:00.000'),
      'no interval over the jump',
    );
    await world.pass(65_000);
    const intervals = readingsSeen(world).filter(({ values }) => values[0]?.['measurand'] !== register);
    assert.equal(intervals.at(-1)?.timestamp, '2026-11-23T18:35:00.000Z');
    await world.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted');
    const counted = readingsSeen(world).length;
    await world.pass(15_000);
    assert.ok(readingsSeen(world).length - counted <= 4, 'only what was stored before');
  },
);

for (const days of [1, -1]) {
  scenario(
    `a clock that jumps by ${days} day in a transaction: its clock-aligned values keep to its own time, the next ones to the new (G-03)`,
    {
      only: 'virtual',
      startWallMs,
      allow: { ledger: ['timesBackwards'] },
      defaults: { 'metering.clockAlignedInterval': 60 },
    },
    async (world) => {
      world.backend.checker.expect({ clockJumps: true });
      await startByCard(world, 1, 'CARD1');
      await world.pass(65_000);
      world.backend.configure({ clockOffsetMs: days * 86_400_000 + 25_000 });
      await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' });
      await world.pass(130_000);
      await endByCard(world, 1, 'CARD1');
      await world.pass(130_000);
      const [transaction] = world.backend.ledger.transactions();
      const times = (transaction?.meterValues ?? []).flatMap(({ readings }) =>
        readings.map(({ timestamp }) => String(timestamp)),
      );
      const all = [transaction?.startTimestamp ?? '', ...times, transaction?.stops[0]?.timestamp ?? ''];
      assert.deepEqual(all, all.toSorted(), 'the times of a transaction go one way');
      const clock = readingsSeen(world, 'Sample.Clock');
      assert.ok(clock.every(({ timestamp }) => timestamp.endsWith(':00.000Z')));
      const inside = clock.filter(({ transactionId }) => transactionId !== undefined);
      assert.ok(inside.length >= 3 && inside.every(({ timestamp }) => timestamp.startsWith('2026-11-22T12:0')));
      const today = new Date(startWallMs + days * 86_400_000).toISOString().slice(0, 10);
      const later = clock.filter(({ connectorId, timestamp }) => connectorId === 1 && timestamp.startsWith(today));
      assert.ok(later.length >= 2, 'they go on by the new time');
    },
  );
}

scenario(
  'without a clock there are no boundaries; with the first time of the backend they begin (V-12, N-08)',
  {
    only: 'virtual',
    unregistered: true,
    startWallMs: 0,
    defaults: { 'backend.communicationType': 'off', 'metering.clockAlignedInterval': 60 },
  },
  async (world) => {
    world.backend.configure({ clockOffsetMs: startWallMs });
    await world.pass(200_000);
    await world.configure({ 'backend.communicationType': 'ocpp1.6' });
    await world.station.applyEndpoint(true);
    await world.until('registration', () => world.status().registration === 'accepted');
    await world.pass(75_000);
    const seen = readingsSeen(world);
    assert.deepEqual([...new Set(seen.map(({ connectorId }) => connectorId))], [1, 2]);
    assert.deepEqual([...new Set(seen.map(({ timestamp }) => timestamp))], ['2026-11-22T12:04:00.000Z']);
  },
);

scenario(
  'what was sampled while the link was down in a transaction follows in order, before newer samples (Q-09, TC_036)',
  { only: 'virtual', startWallMs, defaults: { 'metering.sampleInterval': 10, 'metering.clockAlignedInterval': 60 } },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(25_000);
    await world.cutLink();
    await world.pass(120_000);
    assert.equal(statusOf(world, 1), 'Charging');
    await world.restoreLink();
    await world.until('registration', () => world.status().registration === 'accepted');
    await world.pass(45_000);
    await endByCard(world, 1, 'CARD1');
    await delivered(world);
    const [transaction] = world.backend.ledger.transactions();
    const readings = (transaction?.meterValues ?? []).flatMap(({ readings: all }) => all);
    const periodic = readings.filter((reading) => valuesOf(reading)[0]?.['context'] === 'Sample.Periodic');
    const times = periodic.map(({ timestamp }) => Date.parse(String(timestamp)));
    assert.ok(times.length >= 17 && ascending(times));
    for (const [index, time] of times.slice(1).entries()) assert.equal(time - (times[index] ?? 0), 10_000);
    const registers = readings.map((reading) => numberOf(valuesOf(reading), register));
    assert.ok(ascending(registers), 'in the order in which they were taken');
    assert.ok(readings.some((reading) => valuesOf(reading)[0]?.['context'] === 'Sample.Clock'));
  },
);

scenario(
  'triggers closer together than two seconds are one message for each connector, and each is answered (V-13)',
  { only: 'virtual' },
  async (world) => {
    for (let turn = 0; turn < 20; turn++) {
      assert.equal(await trigger(world, 1), 'Accepted');
      await world.pass(500);
    }
    await world.pass(3_000);
    const sent = readingsSeen(world, 'Trigger').map(({ sentMs }) => sentMs);
    assert.ok(sent.length >= 5 && sent.length <= 7, `${sent.length} messages for 20 triggers`);
    assert.ok(sent.every((atMs, index) => index === 0 || atMs - (sent[index - 1] ?? 0) >= 1_990));
  },
);
