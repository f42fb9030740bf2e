import type { EvseDescription } from '../../evse/hardware.ts';
import type { ShownStatus } from '../../evse/shown-status.ts';
import { createKeeper, type KeeperSurroundings } from './create-keeper.ts';
import { EvseController } from './evse-controller.ts';
import type { StationDeps } from '../station-deps.ts';

/** The parts of a station that its EVSEs share. */
export interface EvseSurroundings extends KeeperSurroundings {
  /** `afterSeq` names the last fact of this EVSE: it goes to the backend before the status that follows from it. */
  readonly onShown: (evse: number, shown: ShownStatus, afterSeq: number | null) => void;
  readonly onTransaction: (evse: number, event: 'started' | 'ended', key: string) => void;
}

/** Composes one EVSE. */
export function createEvse(description: EvseDescription, deps: StationDeps, around: EvseSurroundings): EvseController {
  const { time, params } = deps;
  const { hardware, onTransaction, onProblem } = around;
  const { id } = description;
  let lastSeq: number | null = null;
  const keeper = createKeeper(description, deps, around, (seq) => {
    lastSeq = seq;
  });
  return new EvseController({
    description,
    time,
    keeper,
    command: hardware.command,
    rules: () => ({
      stopOnEvSideDisconnect: params.get('charging.stopTransactionOnEVSideDisconnect'),
      unlockOnEvSideDisconnect: params.get('charging.unlockConnectorOnEVSideDisconnect'),
      captiveCable: description.fixedCable,
      admits: (grant) => around.reservations()?.admits(id, grant) ?? true,
      preparingUntilC: params.get('status.preparingUntilStateC'),
      stopOnInvalidId: params.get('charging.stopTransactionOnInvalidId'),
      energyOnInvalidIdWh: params.get('charging.maxEnergyOnInvalidId'),
    }),
    connectionTimeOutMs: () => params.get('charging.connectionTimeOut') * 1000,
    sampleIntervalMs: () => params.get('metering.sampleInterval') * 1000,
    limits: around.limits.of(id),
    legal: () => around.legal.of(description),
    onShown: (evse, shown) => around.onShown(evse, shown, lastSeq),
    onTransaction,
    onProblem,
  });
}
