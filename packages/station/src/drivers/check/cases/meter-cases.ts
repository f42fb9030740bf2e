import { isDeepStrictEqual } from 'node:util';

import type { HardwareCommand, MeterReading } from '../../../evse/hardware.ts';
import type { CheckBench } from '../check-bench.ts';
import type { DriverCase } from '../driver-case.ts';
import { expect } from '../verdict.ts';

type Boundary = Extract<HardwareCommand, { type: 'beginMeter' | 'endMeter' }>;

/** Which field of a reading a measurand of OCPP comes from. */
const fieldOf: Readonly<Record<string, keyof MeterReading>> = {
  'Energy.Active.Import.Register': 'energyImportWh',
  'Energy.Active.Export.Register': 'energyExportWh',
  'Power.Active.Import': 'powerW',
  'Current.Import': 'currentA',
  Voltage: 'voltageV',
  Frequency: 'frequencyHz',
  Temperature: 'temperatureC',
};

/** A name that no earlier run has used. */
function boundaries(bench: CheckBench): { readonly begin: Boundary; readonly end: Boundary } {
  const { evse } = bench;
  const wallMs = bench.time.systemWallMs();
  const transaction = `check-${Math.round(wallMs)}-${Math.round(bench.time.monotonicMs())}`;
  return {
    begin: { type: 'beginMeter', evse, transaction, idToken: 'CHECK', wallMs },
    end: { type: 'endMeter', evse, transaction, wallMs: wallMs + 60_000 },
  };
}

function plausible(reading: MeterReading, nominalVolts: number): string | null {
  const { voltageV = [], currentA = [], frequencyHz, temperatureC } = reading;
  // A phase that is not connected shows nothing.
  const volts = voltageV.find((value) => value > 20 && Math.abs(value - nominalVolts) > nominalVolts * 0.25);
  if (volts !== undefined) return `a phase has ${volts} V; ${nominalVolts} V is nominal`;
  const amps = currentA.find((value) => Math.abs(value) > 1_000);
  if (amps !== undefined) return `${amps} A flow; give amperes, not milliamperes`;
  if (frequencyHz !== undefined && (frequencyHz < 40 || frequencyHz > 70)) return `the frequency is ${frequencyHz} Hz`;
  if (temperatureC !== undefined && Math.abs(temperatureC) > 150) return `the temperature is ${temperatureC} °C`;
  return null;
}

/** The billing meter: what is read, and what is signed. */
export const meterCases: readonly DriverCase[] = [
  {
    id: 'reading-plausible',
    title: 'a reading is plausible and has what the description promises',
    needs: { meter: true },
    run: async (bench) => {
      const { measurands } = bench.point.meter ?? { measurands: [] };
      const reading = await bench.meter();
      const problem = plausible(reading, bench.point.nominalVolts);
      expect(problem === null, problem ?? '');
      const missing = measurands.filter((name) => fieldOf[name] !== undefined && reading[fieldOf[name]] === undefined);
      expect(missing.length === 0, `the description promises ${missing.join(', ')}, but the reading has it not`);
    },
  },
  {
    id: 'register-monotone',
    title: 'the register never goes back, and counts what flows',
    needs: { vehicle: true, meter: true },
    run: async (bench) => {
      await bench.charge(bench.point.maxMilliamps);
      const registers = [(await bench.meter()).energyImportWh];
      for (let round = 0; round < 4; round += 1) {
        await bench.elapse(2_500);
        registers.push((await bench.meter()).energyImportWh);
      }
      const back = registers.findIndex((value, index) => index > 0 && value < (registers[index - 1] ?? 0));
      expect(back === -1, `the register went back: ${registers.join(', ')} Wh`);
      const { powerW = 0 } = await bench.meter();
      const counted = (registers.at(-1) ?? 0) - (registers[0] ?? 0);
      expect(powerW < 500 || counted > 0, `${powerW} W flow, but the register stays at ${registers[0] ?? 0} Wh`);
    },
  },
  {
    id: 'boundaries-twice',
    title: 'begin and end of a meter transaction answer the same when asked twice',
    needs: { vehicle: true, meter: true },
    run: async (bench) => {
      const { begin, end } = boundaries(bench);
      const first = await bench.command(begin);
      await bench.charge(bench.point.maxMilliamps);
      await bench.elapse(3_000);
      await bench.command({ type: 'openContactor', evse: bench.evse });
      expect(isDeepStrictEqual(await bench.command(begin), first), 'beginMeter asked again answered something else');
      const last = await bench.command(end);
      const again = await bench.command({ ...end, wallMs: end.wallMs + 39_000 });
      expect(isDeepStrictEqual(again, last), 'endMeter asked again answered something else');
      const [beginWh, endWh] = [first.reading.energyImportWh, last.reading.energyImportWh];
      expect(endWh >= beginWh, `the transaction began at ${beginWh} Wh and ended at ${endWh} Wh`);
    },
  },
  {
    id: 'boundaries-signed',
    title: 'a meter that signs gives signed data with a public key at begin and end',
    needs: { signs: true },
    run: async (bench) => {
      const { begin, end } = boundaries(bench);
      const isCombined = bench.point.meter?.signing?.records === 'combined';
      if (isCombined) await bench.command(begin);
      for (const command of isCombined ? [end] : [begin, end]) {
        const [signed] = (await bench.command(command)).signed;
        expect(signed !== undefined, `the meter signs, but ${command.type} came without signed data`);
        expect(signed.data !== '' && signed.encoding !== '', `${command.type}: data or encoding is empty`);
        expect(signed.publicKey !== '', `${command.type}: without the public key nobody can verify the data`);
        const isOcmf = signed.encoding.toUpperCase() !== 'OCMF' || signed.data.startsWith('OCMF|');
        expect(isOcmf, `${command.type}: the encoding is OCMF, but the data do not begin with OCMF|`);
      }
    },
  },
  {
    id: 'end-unknown',
    title: 'the end of a transaction that the meter does not know gives the register, unsigned',
    needs: { meter: true },
    run: async (bench) => {
      const before = (await bench.meter()).energyImportWh;
      const { reading, signed } = await bench.command(boundaries(bench).end);
      expect(
        reading.energyImportWh >= before,
        `the register was ${before} Wh, endMeter said ${reading.energyImportWh} Wh`,
      );
      expect(signed.length === 0, 'data were signed for a transaction that never began');
    },
  },
  {
    id: 'meter-outlives-stop',
    title: 'an open meter transaction outlives a stop of the driver',
    needs: { meter: true },
    run: async (bench) => {
      const { begin, end } = boundaries(bench);
      const first = await bench.command(begin);
      await bench.driver.stop();
      await bench.start();
      const last = await bench.command(end);
      expect(last.reading.energyImportWh >= first.reading.energyImportWh, 'the register went back while stopped');
      const signs = bench.point.meter?.signs === true;
      expect(!signs || last.signed.length > 0, 'the meter signs, but after a stop the end came without signed data');
    },
  },
  {
    id: 'meter-fails',
    title: 'a failing meter is refused',
    needs: { meter: true, actions: ['meter'] },
    run: async (bench) => {
      const { begin, end } = boundaries(bench);
      await bench.play({ action: 'meter', evse: bench.evse, mode: 'fail' });
      for (const command of [{ type: 'readMeter', evse: bench.evse } as const, begin, end]) {
        await bench.refused(command, 'the meter fails', /meter failed/);
      }
      await bench.play({ action: 'meter', evse: bench.evse, mode: 'ok' });
    },
  },
  {
    id: 'meter-slow',
    title: 'a slow meter answers begin and end after its delay, and delays nothing else',
    needs: { meter: true, actions: ['meter'] },
    run: async (bench) => {
      await bench.play({ action: 'meter', evse: bench.evse, mode: 'slow', delaySeconds: 8 });
      let answered = false;
      const { begin, end } = boundaries(bench);
      const answer = bench.command(begin).then(() => (answered = true));
      await bench.elapse(2_000);
      expect(!answered, 'a slow meter answered at once');
      await bench.state();
      await bench.until('the answer of the slow meter', 15_000, () => answered);
      await answer;
      await bench.play({ action: 'meter', evse: bench.evse, mode: 'ok' });
      await bench.command(end);
    },
  },
];
