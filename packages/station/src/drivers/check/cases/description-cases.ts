import type { EvseReading } from '../../../evse/hardware.ts';
import { descriptionProblem } from '../../description-check.ts';
import type { DriverCase } from '../driver-case.ts';
import { expect } from '../verdict.ts';

/** What a state cannot be, in words; null when it can. */
function stateProblem({ pilot, contactor, lock, cableMilliamps }: EvseReading, fixedCable: boolean): string | null {
  if (pilot === 'A' && contactor === 'closed') return 'the contactor is closed without a vehicle';
  if (fixedCable && lock !== 'none') return `a captive cable has no lock, but it is ${lock}`;
  if (!fixedCable && lock === 'none') return 'a socket has a lock, but it is none';
  if (fixedCable && cableMilliamps !== null) return 'cableMilliamps is for loose cables; here it is captive';
  return null;
}

/** What the hardware is, and how it is at rest. */
export const descriptionCases: readonly DriverCase[] = [
  {
    id: 'description',
    title: 'the start tells what the hardware is',
    run: async ({ description }) => {
      const problem = descriptionProblem(description);
      expect(problem === null, problem ?? '');
      expect(description.vendor !== '' && description.model !== '', 'vendor and model go to the backend; one is empty');
      for (const { id, meter } of description.evses) {
        expect(meter === null || meter.serial !== '', `EVSE ${id}: the meter has no serial`);
      }
    },
  },
  {
    id: 'rest',
    title: 'at rest every contactor is open and every state can be',
    run: async (bench) => {
      for (const { id, fixedCable, state } of bench.description.evses) {
        expect(state.contactor === 'open', `EVSE ${id}: the contactor is ${state.contactor} right after the start`);
        const now = await bench.command({ type: 'readState', evse: id });
        const problem = stateProblem(state, fixedCable) ?? stateProblem(now, fixedCable);
        expect(problem === null, `EVSE ${id}: ${problem ?? ''}`);
      }
    },
  },
  {
    id: 'start-again',
    title: 'a second start tells the same hardware in its present state',
    run: async (bench) => {
      const before = bench.description;
      if (bench.plays('plug')) await bench.plug();
      const after = await bench.start();
      expect(after.evses.length === before.evses.length, 'the second start described other charging points');
      const { pilot } = bench.point.state;
      expect(!bench.plays('plug') || pilot !== 'A', 'a vehicle was plugged in, but the second start says pilot A');
    },
  },
  {
    id: 'many-at-once',
    title: 'twenty questions at once are all answered',
    run: async (bench) => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => bench.state()));
      expect(new Set(answers.map(({ pilot }) => pilot)).size === 1, 'the same question had different answers');
    },
  },
  {
    id: 'unknown-evse',
    title: 'a charging point that is not there is refused',
    run: async (bench) => {
      const evse = bench.description.evses.length + 1;
      await bench.refused({ type: 'readState', evse }, `there is no EVSE ${evse}`);
      await bench.refused({ type: 'openContactor', evse }, `there is no EVSE ${evse}`);
    },
  },
  {
    id: 'indicate',
    title: 'each sign for the user is taken',
    run: async (bench) => {
      for (const signal of ['authorized', 'refused', 'waiting', 'ready'] as const) {
        await bench.command({ type: 'indicate', evse: bench.evse, signal });
      }
    },
  },
  {
    id: 'limits',
    title: 'limits that can be offered are taken, others are refused',
    run: async (bench) => {
      const { evse, point } = bench;
      for (const milliamps of [point.minMilliamps, point.maxMilliamps, 0]) {
        await bench.command({ type: 'setLimit', evse, milliamps });
      }
      for (const milliamps of [1, point.minMilliamps - 1, point.maxMilliamps + 1]) {
        const range = `0, or ${point.minMilliamps} to ${point.maxMilliamps} mA`;
        if (milliamps > 0) await bench.refused({ type: 'setLimit', evse, milliamps }, `it offers ${range}`);
      }
    },
  },
  {
    id: 'stopped',
    title: 'stop may be called twice, and a stopped driver takes no commands',
    run: async (bench) => {
      await bench.driver.stop();
      await bench.driver.stop();
      const refusal = await bench.state().then(
        () => null,
        (error: unknown) => error,
      );
      expect(refusal !== null, 'a command was done after stop');
    },
  },
];
