import { KerbsideError } from '../../../core/errors.ts';
import type { CheckBench } from '../check-bench.ts';
import type { DriverCase } from '../driver-case.ts';
import { protocolVersion, safeAfterMs } from '../../process/driver-protocol.ts';
import { expect } from '../verdict.ts';
import type { WireProbe } from '../wire-probe.ts';

/** After this the contactor of a driver without its station is looked at. */
const lookAfterMs = safeAfterMs + 1_000;

async function powerOn(bench: CheckBench, probe: WireProbe): Promise<void> {
  const { evse, point } = bench;
  const steps = [
    ...(point.fixedCable ? [] : [{ type: 'lock', evse }]),
    { type: 'setLimit', evse, milliamps: point.minMilliamps },
    { type: 'closeContactor', evse },
  ];
  for (const step of steps) {
    const { error } = await probe.ask('command', step, 10_000);
    expect(error === null, `${step.type} was refused: ${error?.message ?? ''}`);
  }
}

async function expectOpen(bench: CheckBench, why: string): Promise<void> {
  await bench.start();
  const { contactor, pilot } = bench.point.state;
  expect(contactor === 'open', `${why} for ${lookAfterMs / 1_000} s, but the contactor is ${contactor}`);
  expect(pilot !== 'A', 'the vehicle is gone');
}

/** What becomes of the hardware when its station is gone. */
export const lifeCases: readonly DriverCase[] = [
  {
    id: 'station-killed-opens',
    title: 'the contactor opens within five seconds after the station was killed',
    needs: { vehicle: true, wire: true },
    run: async (bench) => {
      await bench.plug();
      const probe = await bench.wire();
      await probe.startAsStation();
      await powerOn(bench, probe);
      probe.close();
      await bench.elapse(lookAfterMs);
      await expectOpen(bench, 'the station was gone');
    },
  },
  {
    id: 'station-silent-opens',
    title: 'the contactor opens within five seconds after the station fell silent',
    needs: { vehicle: true, wire: true },
    run: async (bench) => {
      await bench.plug();
      const probe = await bench.wire();
      await probe.startAsStation();
      await powerOn(bench, probe);
      probe.fallSilent();
      await bench.elapse(lookAfterMs);
      await expectOpen(bench, 'the station was silent');
    },
  },
  {
    id: 'reconnect',
    title: 'a station that comes back finds its driver at once',
    needs: { wire: true },
    run: async (bench) => {
      for (let round = 0; round < 3; round += 1) {
        const probe = await bench.wire();
        await probe.startAsStation();
        probe.close();
      }
      await bench.start();
      await bench.state();
    },
  },
  {
    id: 'one-station',
    title: 'a second station is refused while the first is there',
    needs: { wire: true },
    run: async (bench) => {
      const first = await bench.wire();
      await first.startAsStation();
      const second = await bench.wire();
      const { error } = await second.ask('start', { protocol: protocolVersion });
      expect(error !== null, 'two stations would drive the same hardware');
      const { error: trouble } = await first.ask('command', { type: 'readState', evse: bench.evse });
      expect(trouble === null, `the first station was disturbed: ${trouble?.message ?? ''}`);
    },
  },
  {
    id: 'given-up',
    title: 'a command that was given up before it began is not done',
    needs: { vehicle: true, lock: true },
    run: async (bench) => {
      await bench.plug();
      const command = { type: 'lock', evse: bench.evse } as const;
      const refusal = await bench.driver.command(command, AbortSignal.abort()).then(
        () => null,
        (error: unknown) => error,
      );
      expect(refusal instanceof KerbsideError && refusal.code === 'driver.timeout', 'a given-up command was done');
      const { lock } = await bench.state();
      expect(lock === 'unlocked', `the lock was given up before it moved, but it is ${lock}`);
    },
  },
  {
    id: 'silent-meter',
    title: 'a meter that never answers ends with its time limit, or with a stop',
    needs: { meter: true, actions: ['meter'] },
    run: async (bench) => {
      await bench.play({ action: 'meter', evse: bench.evse, mode: 'silent' });
      const codes: string[] = [];
      const asked = (): Promise<unknown> =>
        bench
          .meter()
          .catch((error: unknown) => codes.push(error instanceof KerbsideError ? error.code : String(error)));
      const first = asked();
      await bench.until('driver.timeout', 10_000, () => codes.length > 0);
      await first;
      const second = asked();
      await bench.driver.stop();
      await second;
      expect(codes.join() === 'driver.timeout,driver.lost', `the commands ended with ${codes.join(', ')}`);
      await bench.start();
      await bench.play({ action: 'meter', evse: bench.evse, mode: 'ok' });
    },
  },
];
