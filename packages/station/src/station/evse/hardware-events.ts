import type { HardwareEvent, HardwareFault } from '../../evse/hardware.ts';
import { driverLost } from '../../evse/own-faults.ts';
import type { CardDesk } from '../desks/card-desk.ts';
import type { LegalMeters } from '../eichrecht/legal-meters.ts';
import type { EvseController } from './evse-controller.ts';
import type { StationLimits } from '../limits/station-limits.ts';
import type { FaultDesk } from '../desks/fault-desk.ts';

/** Who is told of what happens at the hardware. */
export interface HardwareEventTargets {
  readonly evses: readonly EvseController[];
  readonly cards: CardDesk;
  readonly faults: FaultDesk;
  readonly limits: Pick<StationLimits, 'heard'>;
  readonly legal: Pick<LegalMeters, 'meterChanged' | 'driverBack'>;
  /** The hardware said something that is no fault. */
  readonly onNotice: (evse: number, text: string) => void;
  readonly onBearer: (up: boolean) => void;
  /** Somebody opened the housing. */
  readonly onTamper: (evse: number, fault: HardwareFault) => void;
  readonly onSupply: (failing: boolean) => void;
  /** The driver did something wrong, is lost, or is back. */
  readonly onProblem: (problem: string) => void;
}

/** Passes an event of the hardware to the part of the station that it concerns. */
export function passHardwareEvent(event: HardwareEvent, targets: HardwareEventTargets): void {
  if (event.type === 'meter') targets.legal.meterChanged(event.evse);
  else if (event.type !== 'externalLimit') passToParts(event, targets);
  targets.limits.heard(event);
}

type EventOfParts = Exclude<HardwareEvent, { type: 'externalLimit' | 'meter' }>;

function passToParts(event: EventOfParts, targets: HardwareEventTargets): void {
  switch (event.type) {
    case 'pilot':
      passPilot(event, targets);
      return;
    case 'card':
      void targets.cards.shown(event.evse, event.uid);
      return;
    case 'fault':
      targets.faults.report(event.evse, event.fault, event.active);
      if (event.active && event.fault.device === 'housing') targets.onTamper(event.evse, event.fault);
      return;
    case 'lost':
    case 'back':
      driverChanged(targets, event);
      return;
    case 'problem':
      targets.onProblem(event.text);
      return;
    case 'bearer':
      targets.onBearer(event.up);
      return;
    case 'supply':
      targets.onSupply(event.state === 'failing');
      return;
    case 'contactor':
      targets.evses.find((each) => each.id === event.evse)?.contactorReported(event.state);
      return;
    case 'cable':
      passCable(event, targets);
      return;
    case 'lock':
      targets.faults.lockMoved(event.evse);
      return;
    case 'notice':
      targets.onNotice(event.evse, event.text);
  }
}

function passCable(event: Extract<HardwareEvent, { type: 'cable' }>, { faults, evses }: HardwareEventTargets): void {
  faults.cableChanged(event.evse, event.milliamps);
  if (event.milliamps === null) evses.find((each) => each.id === event.evse)?.dispatch({ kind: 'cableOut' });
}

function driverChanged(
  { onProblem, faults, legal }: HardwareEventTargets,
  event: Extract<HardwareEvent, { type: 'lost' | 'back' }>,
): void {
  const lost = event.type === 'lost';
  onProblem(lost ? `the hardware driver is lost: ${event.problem}` : 'the hardware driver is back');
  faults.report(0, driverLost, lost);
  if (!lost) legal.driverBack();
}

function passPilot(event: Extract<HardwareEvent, { type: 'pilot' }>, targets: HardwareEventTargets): void {
  const evse = targets.evses.find((each) => each.id === event.evse);
  if (evse === undefined) return;
  evse.dispatch({ kind: 'pilot', state: event.state });
  targets.faults.pilotChanged(event.evse);
  targets.cards.plugged(evse);
}
