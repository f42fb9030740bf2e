import type { DriverCase } from '../driver-case.ts';
import { expect } from '../verdict.ts';

/** The lock of a socket. */
export const lockCases: readonly DriverCase[] = [
  {
    id: 'lock-moves',
    title: 'the lock moves and is where it was told to go',
    needs: { vehicle: true, lock: true },
    run: async (bench) => {
      const { evse } = bench;
      await bench.plug();
      for (const [type, position] of [
        ['lock', 'locked'],
        ['lock', 'locked'],
        ['unlock', 'unlocked'],
        ['unlock', 'unlocked'],
      ] as const) {
        await bench.command({ type, evse });
        const { lock } = await bench.state();
        expect(lock === position, `${type} was answered, but the lock is ${lock}`);
      }
    },
  },
  {
    id: 'lock-holds',
    title: 'a locked plug cannot be pulled, a forced one leaves the socket unlocked',
    needs: { vehicle: true, lock: true, actions: ['unplug'] },
    run: async (bench) => {
      const { evse } = bench;
      await bench.plug();
      await bench.command({ type: 'lock', evse });
      const pulled = await bench.driver.simulate({ action: 'unplug', evse }).then(
        () => true,
        () => false,
      );
      expect(!pulled, 'a locked plug was pulled without force');
      await bench.play({ action: 'unplug', evse, force: true });
      const { lock, pilot } = await bench.state();
      expect(
        lock === 'unlocked' && pilot === 'A',
        `after the plug was torn out the lock is ${lock}, the pilot ${pilot}`,
      );
    },
  },
  {
    id: 'cable-stays',
    title: 'the vehicle can leave while its cable stays locked',
    needs: { vehicle: true, lock: true, actions: ['unplugVehicle'] },
    run: async (bench) => {
      const { evse } = bench;
      await bench.plug();
      await bench.command({ type: 'lock', evse });
      await bench.play({ action: 'unplugVehicle', evse });
      const { lock, pilot, cableMilliamps } = await bench.state();
      expect(lock === 'locked' && pilot === 'A', `the vehicle left: the lock is ${lock}, the pilot ${pilot}`);
      expect(cableMilliamps !== null, 'the cable is still in the socket, but cableMilliamps is null');
    },
  },
  {
    id: 'lock-jams',
    title: 'a jammed lock refuses, tells the fault, and moves again when it is freed',
    needs: { vehicle: true, lock: true, actions: ['lockJam'] },
    run: async (bench) => {
      const { evse, events } = bench;
      await bench.plug();
      await bench.play({ action: 'lockJam', evse, active: true });
      await bench.refused({ type: 'lock', evse }, 'the lock is jammed', /jammed/);
      await bench.play({ action: 'lockJam', evse, active: false });
      await bench.command({ type: 'lock', evse });
      const told = (active: boolean): boolean =>
        events.some(
          (event) =>
            event.type === 'fault' && event.fault.errorCode === 'ConnectorLockFailure' && event.active === active,
        );
      await bench.until('the fault and its end', 2_000, () => told(true) && told(false));
    },
  },
];
