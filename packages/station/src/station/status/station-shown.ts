import { faultEffect, isPilotFault } from '../../evse/fault-effect.ts';
import type { HardwareFault } from '../../evse/hardware.ts';
import { shownFault, shownWith, type ShownStatus } from '../../evse/shown-status.ts';

/**
 * What connector 0 shows; it knows three states only, and does not follow from the others (N-02). Faulted is a fault that keeps
 * the whole station from charging; `operative` is false when the station itself is out of service.
 */
export function stationShown(faults: readonly HardwareFault[], operative: boolean): ShownStatus {
  // There is no pilot at the station, and EVCommunicationError goes with none of the three (N-03).
  const ranked = faults
    .filter((fault) => !isPilotFault(fault))
    .toSorted((left, right) => Number(isBad(right)) - Number(isBad(left)));
  const status = ranked.some(isBad) ? 'Faulted' : operative ? 'Available' : 'Unavailable';
  return shownWith(status, ranked.map(shownFault));
}

function isBad(fault: HardwareFault): boolean {
  return faultEffect(fault) !== 'tells';
}
