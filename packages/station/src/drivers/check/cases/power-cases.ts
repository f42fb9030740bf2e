import type { MeterReading } from '../../../evse/hardware.ts';
import type { CheckBench } from '../check-bench.ts';
import type { DriverCase } from '../driver-case.ts';
import { CaseSkipped, expect } from '../verdict.ts';

/** How fast a vehicle follows its limit (IEC 61851-1: 5 s), with what a meter needs to show it. */
const followMs = 6_000;

function strongest({ currentA = [] }: MeterReading): number {
  return Math.max(0, ...currentA);
}

/** What a meter may show for a limit: its tolerance and that of the vehicle. */
function mostAmps(milliamps: number): number {
  return (milliamps / 1_000) * 1.05 + 0.5;
}

function flows(reading: MeterReading): boolean {
  return (reading.powerW ?? 0) > 50 || strongest(reading) > 0.5;
}

/** Whether all have ended, one way or the other. */
function settled(...work: readonly Promise<unknown>[]): () => boolean {
  let left = work.length;
  for (const each of work) void each.catch(() => undefined).finally(() => (left -= 1));
  return () => left === 0;
}

async function nothingFlows(bench: CheckBench, why: string): Promise<void> {
  const before = await bench.meter();
  await bench.elapse(3_000);
  const after = await bench.meter();
  expect(!flows(after), `${why}, but ${after.powerW ?? 0} W and ${strongest(after)} A flow`);
  const taken = after.energyImportWh - before.energyImportWh;
  expect(taken < 0.5, `${why}, but the register went on by ${taken} Wh`);
}

/** Who may draw how much when. */
export const powerCases: readonly DriverCase[] = [
  {
    id: 'no-vehicle-no-power',
    title: 'the contactor does not close without a vehicle',
    needs: { noVehicle: true },
    run: async (bench) => {
      if ((await bench.state()).pilot !== 'A') throw new CaseSkipped('a vehicle is plugged in');
      await bench.refused({ type: 'closeContactor', evse: bench.evse }, 'no vehicle is plugged in');
      expect((await bench.state()).contactor !== 'closed', 'closeContactor was refused, but the contactor is closed');
    },
  },
  {
    id: 'draws-what-is-offered',
    title: 'a vehicle draws, and not more than it is offered',
    needs: { vehicle: true },
    run: async (bench) => {
      const limit = bench.point.minMilliamps + Math.floor((bench.point.maxMilliamps - bench.point.minMilliamps) / 2);
      await bench.charge(limit);
      if (bench.point.meter === null) return;
      await bench.until('current', followMs * 2, async () => flows(await bench.meter()));
      await bench.elapse(1_000);
      const amps = strongest(await bench.meter());
      expect(amps <= mostAmps(limit), `the limit is ${limit} mA, but ${amps} A flow`);
    },
  },
  {
    id: 'follows-the-limit',
    title: 'a lower limit counts within five seconds, zero stops the current',
    needs: { vehicle: true, meter: true },
    run: async (bench) => {
      const { evse, point } = bench;
      await bench.charge(point.maxMilliamps);
      await bench.until('current', followMs * 2, async () => flows(await bench.meter()));
      for (const milliamps of [point.minMilliamps, 0]) {
        await bench.command({ type: 'setLimit', evse, milliamps });
        const followed = async (): Promise<boolean> => strongest(await bench.meter()) <= mostAmps(milliamps);
        await bench.until(`a current of at most ${milliamps} mA`, followMs, followed);
      }
    },
  },
  {
    id: 'switches-phases',
    title: 'the phases are switched while the contactor is open, and refused while it is closed',
    needs: { vehicle: true, meter: true },
    run: async (bench) => {
      const { evse, point } = bench;
      if (point.phaseSwitching !== true) throw new CaseSkipped('the phases cannot be switched');
      await bench.command({ type: 'setPhases', evse, phases: 1 });
      await bench.charge(point.minMilliamps);
      await bench.until('current', followMs * 2, async () => flows(await bench.meter()));
      const { currentA = [] } = await bench.meter();
      const used = currentA.filter((amps) => amps > 0.5).length;
      expect(used <= 1, `one phase was asked for, but current flows on ${used}`);
      await bench.refused({ type: 'setPhases', evse, phases: 3 }, 'the contactor is closed');
      await bench.command({ type: 'openContactor', evse });
      await bench.command({ type: 'setPhases', evse, phases: 3 });
    },
  },
  {
    id: 'open-ends-energy',
    title: 'nothing flows after the contactor opened',
    needs: { vehicle: true, meter: true },
    run: async (bench) => {
      await bench.charge(bench.point.maxMilliamps);
      await bench.elapse(2_000);
      await bench.command({ type: 'openContactor', evse: bench.evse });
      expect((await bench.state()).contactor === 'open', 'openContactor was answered, but the contactor is not open');
      await nothingFlows(bench, 'the contactor is open');
      await bench.command({ type: 'openContactor', evse: bench.evse });
    },
  },
  {
    id: 'open-overtakes-close',
    title: 'a contactor that is told to open while it closes ends open',
    needs: { vehicle: true },
    run: async (bench) => {
      const { evse } = bench;
      await bench.plug();
      if (!bench.point.fixedCable) await bench.command({ type: 'lock', evse });
      await bench.command({ type: 'setLimit', evse, milliamps: bench.point.minMilliamps });
      const closing = bench.command({ type: 'closeContactor', evse }).catch(() => undefined);
      const opening = bench.command({ type: 'openContactor', evse });
      await bench.until('the end of both', 10_000, settled(closing, opening));
      await opening;
      await bench.elapse(1_500);
      const { contactor } = await bench.state();
      expect(contactor === 'open', `openContactor came last and was answered, but the contactor is ${contactor}`);
    },
  },
  {
    id: 'stop-opens',
    title: 'stop leaves the contactor open and the plug in',
    needs: { vehicle: true },
    run: async (bench) => {
      await bench.charge(bench.point.maxMilliamps);
      await bench.driver.stop();
      await bench.start();
      const { contactor, pilot } = bench.point.state;
      expect(contactor === 'open', `after stop the contactor is ${contactor}`);
      expect(pilot !== 'A', 'after stop the vehicle is gone');
    },
  },
  {
    id: 'restart-opens',
    title: 'a restart of the hardware opens the contactor',
    needs: { vehicle: true },
    run: async (bench) => {
      await bench.charge(bench.point.maxMilliamps);
      // A driver that restarts with its hardware may lose the connection; it is back when it answers again.
      await bench.command({ type: 'restart' }).catch(() => undefined);
      const isOpen = async (): Promise<boolean> => (await bench.state().catch(() => null))?.contactor === 'open';
      await bench.until('an open contactor', 30_000, isOpen);
    },
  },
  {
    id: 'unplug-opens',
    title: 'the hardware itself opens when the plug is torn out under load',
    needs: { vehicle: true, actions: ['unplug'] },
    run: async (bench) => {
      await bench.charge(bench.point.maxMilliamps);
      await bench.play({ action: 'unplug', evse: bench.evse, force: true });
      await bench.until('an open contactor', 1_000, async () => (await bench.state()).contactor === 'open');
      await bench.until('pilot A', 1_000, async () => (await bench.state()).pilot === 'A');
    },
  },
  {
    id: 'fault-opens',
    title: 'the hardware itself opens at a ground failure and stays open while it lasts',
    needs: { vehicle: true, actions: ['fault'] },
    run: async (bench) => {
      const { evse } = bench;
      await bench.charge(bench.point.maxMilliamps);
      await bench.play({ action: 'fault', evse, fault: 'groundFailure', active: true });
      await bench.until('an open contactor', 1_000, async () => (await bench.state()).contactor === 'open');
      await bench.refused({ type: 'closeContactor', evse }, 'a ground failure lasts');
      await bench.play({ action: 'fault', evse, fault: 'groundFailure', active: false });
    },
  },
  {
    id: 'weld',
    title: 'a welded contactor is refused at opening and told as a fault',
    needs: { vehicle: true, actions: ['weld'] },
    run: async (bench) => {
      const { evse } = bench;
      await bench.charge(bench.point.maxMilliamps);
      await bench.play({ action: 'weld', evse, active: true });
      await bench.refused({ type: 'openContactor', evse }, 'the contactor is welded');
      const { contactor, faults } = await bench.state();
      expect(contactor === 'welded', `a welded contactor is reported as ${contactor}`);
      const told = faults.map(({ errorCode }) => errorCode);
      expect(
        told.includes('PowerSwitchFailure'),
        `the faults are ${told.join(', ') || 'none'}; PowerSwitchFailure is missing`,
      );
      await bench.play({ action: 'weld', evse, active: false });
    },
  },
];
