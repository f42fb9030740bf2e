import type { HardwareEvent, HardwareFault } from '../evse/hardware.ts';
import { driverLost } from '../evse/own-faults.ts';
import type { CardDesk } from './card-desk.ts';
import type { EvseController } from './evse-controller.ts';

/** Who is told of what happens at the hardware. */
export interface HardwareEventTargets {
  readonly evses: readonly EvseController[];
  readonly cards: CardDesk;
  readonly onBearer: (up: boolean) => void;
}

/** Passes an event of the hardware to the part of the station that it concerns. */
export function passHardwareEvent(event: HardwareEvent, targets: HardwareEventTargets): void {
  switch (event.type) {
    case 'pilot':
      passPilot(event, targets);
      return;
    case 'card':
      void targets.cards.shown(event.evse, event.uid);
      return;
    case 'fault':
      passFault(event.evse, event.fault, event.active, targets.evses);
      return;
    case 'lost':
    case 'back':
      passFault(0, driverLost, event.type === 'lost', targets.evses);
      return;
    case 'bearer':
      targets.onBearer(event.up);
      return;
    case 'cable':
    case 'contactor':
    case 'lock':
    case 'notice':
      return;
  }
}

function passPilot(event: Extract<HardwareEvent, { type: 'pilot' }>, targets: HardwareEventTargets): void {
  const evse = targets.evses.find((each) => each.id === event.evse);
  if (evse === undefined) return;
  evse.dispatch({ kind: 'pilot', state: event.state });
  targets.cards.plugged(evse);
}

function passFault(evse: number, fault: HardwareFault, active: boolean, evses: readonly EvseController[]): void {
  for (const each of evses.filter((candidate) => evse === 0 || candidate.id === evse)) {
    each.dispatch({ kind: 'fault', fault, active });
  }
}
