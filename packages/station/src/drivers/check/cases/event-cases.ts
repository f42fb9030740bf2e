import type { HardwareEvent } from '../../../evse/hardware.ts';
import type { DriverCase } from '../driver-case.ts';
import { expect } from '../verdict.ts';

/** How fast a driver tells what happened. */
const toldMs = 2_000;

function faults(events: readonly HardwareEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'fault' ? [`${event.fault.id} ${event.active}`] : []));
}

/** What a driver tells without being asked. */
export const eventCases: readonly DriverCase[] = [
  {
    id: 'plug-told',
    title: 'a plug, a card and an unplugging are told as events, in order',
    needs: { actions: ['plug', 'unplug', 'card'] },
    run: async (bench) => {
      const { evse, events } = bench;
      await bench.play({ action: 'plug', evse });
      await bench.play({ action: 'card', evse, uid: '04A2B3C4' });
      await bench.play({ action: 'unplug', evse });
      const told = (): readonly string[] =>
        events.flatMap((event) => {
          if (event.type === 'pilot' && event.evse === evse) return [event.state];
          return event.type === 'card' ? [`card ${event.uid}`] : [];
        });
      await bench.until('pilot A', toldMs, () => told().at(-1) === 'A');
      expect(/^[BCD].*,card 04A2B3C4,.*A$/.test(told().join(',')), `what was told is ${told().join(', ')}`);
      if (bench.point.fixedCable) return;
      const cables = events.flatMap((event) => (event.type === 'cable' ? [event.milliamps] : []));
      expect(cables[0] !== null && cables.at(-1) === null, `the cable was told as ${JSON.stringify(cables)}`);
    },
  },
  {
    id: 'charging-told',
    title: 'the way of the contactor and of the pilot is told',
    needs: { vehicle: true },
    run: async (bench) => {
      const { evse, events } = bench;
      await bench.charge(bench.point.minMilliamps);
      await bench.command({ type: 'openContactor', evse });
      const told = (state: string): boolean =>
        events.some(
          (event) =>
            (event.type === 'pilot' || event.type === 'contactor') && event.evse === evse && event.state === state,
        );
      await bench.until('the event contactor closed', toldMs, () => told('closed'));
      await bench.until('the event contactor open', toldMs, () => told('open'));
      await bench.until('the event pilot C or D', toldMs, () => told('C') || told('D'));
    },
  },
  {
    id: 'fault-told',
    title: 'a fault comes and goes under one id, and stands in the state meanwhile',
    needs: { actions: ['fault'] },
    run: async (bench) => {
      const { evse, events } = bench;
      await bench.play({ action: 'fault', evse, fault: 'groundFailure', active: true });
      await bench.until('the event of the fault', toldMs, () => faults(events).length > 0);
      const present = (await bench.state()).faults;
      expect(present.length === 1, `one fault lasts, but the state has ${present.length}`);
      expect(
        present[0]?.errorCode === 'GroundFailure',
        `its errorCode is ${present[0]?.errorCode ?? ''}, not GroundFailure`,
      );
      await bench.play({ action: 'fault', evse, fault: 'groundFailure', active: false });
      await bench.until('the event of its end', toldMs, () => faults(events).length > 1);
      const [id] = (faults(events)[0] ?? '').split(' ');
      expect(faults(events).join() === `${id} true,${id} false`, `it was told as ${faults(events).join(', ')}`);
      expect((await bench.state()).faults.length === 0, 'the fault ended, but stands in the state');
    },
  },
  {
    id: 'bearer-told',
    title: 'the bearer is told when it is cut and restored',
    needs: { actions: ['link'] },
    run: async (bench) => {
      await bench.play({ action: 'link', up: false });
      await bench.play({ action: 'link', up: true });
      const told = (): readonly boolean[] =>
        bench.events.flatMap((event) => (event.type === 'bearer' ? [event.up] : []));
      await bench.until('both events', toldMs, () => told().length === 2);
      expect(told().join() === 'false,true', `the bearer was told as ${told().join(', ')}`);
    },
  },
  {
    id: 'unknown-action',
    title: 'an unknown action is refused with a reason',
    needs: { actions: ['plug'] },
    run: async (bench) => {
      const refusal = await bench.driver.simulate({ action: 'dance' }).then(
        () => null,
        (error: unknown) => error,
      );
      expect(refusal instanceof Error && refusal.message !== '', 'the action "dance" was not refused');
    },
  },
];
