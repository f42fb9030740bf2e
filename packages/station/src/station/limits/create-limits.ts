import type { EvseController } from '../evse/evse-controller.ts';
import type { HardwareLine } from '../evse/hardware-line.ts';
import type { FaultDesk } from '../desks/fault-desk.ts';
import type { StationDeps } from '../station-deps.ts';
import type { StatusBoard } from '../status/status-board.ts';
import type { InstalledProfiles } from './limit-ports.ts';
import { StationLimits } from './station-limits.ts';

/** What the limits need of the station itself. */
export interface LimitOwner {
  readonly evses: () => readonly EvseController[];
  readonly onProblem: (problem: string) => void;
}

/** The parts of a station around its limits. */
export interface LimitParts {
  readonly hardware: HardwareLine;
  readonly faults: FaultDesk;
  readonly board: StatusBoard;
  readonly profiles: InstalledProfiles;
}

/** Composes the limits of one station. */
export function createLimits(deps: StationDeps, { evses, onProblem }: LimitOwner, parts: LimitParts): StationLimits {
  const { hardware, faults, board, profiles } = parts;
  return new StationLimits(deps, {
    evses,
    command: hardware.command,
    stationFaults: () => faults.station,
    profiles,
    inform: (evse, text) => board.inform(evse, text),
    onProblem,
  });
}
