import type { Outbox } from '../../delivery/outbox.ts';
import type { EvseDescription } from '../../evse/hardware.ts';
import type { ShownStatus } from '../../evse/shown-status.ts';
import { TransactionKeeper } from '../../transactions/transaction-keeper.ts';
import { EvseController } from './evse-controller.ts';
import type { HardwareLine } from './hardware-line.ts';
import { evseContext, makeSample } from '../metering/sample-maker.ts';
import type { StationLimits } from '../limits/station-limits.ts';
import type { StationDeps } from '../station-deps.ts';

/** The parts of a station that its EVSEs share. */
export interface EvseSurroundings {
  readonly hardware: HardwareLine;
  readonly outbox: Outbox;
  readonly online: () => boolean;
  readonly limits: StationLimits;
  /** `afterSeq` names the last fact of this EVSE: it goes to the backend before the status that follows from it. */
  readonly onShown: (evse: number, shown: ShownStatus, afterSeq: number | null) => void;
  readonly onTransaction: (evse: number, event: 'started' | 'ended', key: string) => void;
  readonly onProblem: (problem: string) => void;
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
      stopOnInvalidId: params.get('charging.stopTransactionOnInvalidId'),
      energyOnInvalidIdWh: params.get('charging.maxEnergyOnInvalidId'),
    }),
    connectionTimeOutMs: () => params.get('charging.connectionTimeOut') * 1000,
    sampleIntervalMs: () => params.get('metering.sampleInterval') * 1000,
    limits: around.limits.of(id),
    onShown: (evse, shown) => around.onShown(evse, shown, lastSeq),
    onTransaction,
    onProblem,
  });
}

function createKeeper(
  description: EvseDescription,
  deps: StationDeps,
  around: EvseSurroundings,
  onAppended: (seq: number) => void,
): TransactionKeeper {
  const { name: station, time, random, clock, params, store } = deps;
  const { outbox, hardware, online, onProblem, limits } = around;
  const { id } = description;
  return new TransactionKeeper(id, {
    station,
    random,
    journal: {
      append: async (facts, writes, spreadMs) => {
        const seq = (await outbox.append(facts, writes, spreadMs)).at(-1);
        if (seq !== undefined) onAppended(seq);
      },
      record: (writes) => store.commit(writes),
    },
    nowMs: () => clock.nowMs(),
    monotonicMs: () => time.monotonicMs(),
    command: hardware.command,
    online,
    rules: () => ({
      retransmit: params.get('metering.retransmit'),
      maxStopSamples: params.get('metering.stopTransactionMaxMeterValues'),
    }),
    sampleOf: (kind, reading, context, timeMs) =>
      makeSample(params, evseContext(params, description, limits), { kind, reading, context, timeMs }),
    onProblem,
  });
}
