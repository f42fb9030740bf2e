import type { Outbox } from '../delivery/outbox.ts';
import type { EvseDescription } from '../evse/hardware.ts';
import type { ShownStatus } from '../evse/shown-status.ts';
import { TransactionKeeper } from '../transactions/transaction-keeper.ts';
import { EvseController } from './evse-controller.ts';
import type { HardwareLine } from './hardware-line.ts';
import { makeSample } from './sample-maker.ts';
import type { StationDeps } from './station-deps.ts';

/** The parts of a station that its EVSEs share. */
export interface EvseSurroundings {
  readonly hardware: HardwareLine;
  readonly outbox: Outbox;
  readonly online: () => boolean;
  readonly limitMilliamps: (evse: number) => number;
  /** `afterSeq` names the last fact of this EVSE: it goes to the backend before the status that follows from it. */
  readonly onShown: (evse: number, shown: ShownStatus, afterSeq: number | null) => void;
  readonly onTransaction: (evse: number, event: 'started' | 'ended', key: string) => void;
  readonly onProblem: (problem: string) => void;
}

/** Composes one EVSE. */
export function createEvse(description: EvseDescription, deps: StationDeps, around: EvseSurroundings): EvseController {
  const { name: station, time, random, clock, params, store } = deps;
  const { id } = description;
  const limitMilliamps = (): number => around.limitMilliamps(id);
  let lastSeq: number | null = null;
  const keeper = new TransactionKeeper(id, {
    station,
    random,
    journal: {
      append: async (facts, writes) => {
        lastSeq = (await around.outbox.append(facts, writes)).at(-1) ?? lastSeq;
      },
      record: (writes) => store.commit(writes),
    },
    nowMs: () => clock.nowMs(),
    command: around.hardware.command,
    online: around.online,
    rules: () => ({
      retransmit: params.get('metering.retransmit'),
      maxStopSamples: params.get('metering.stopTransactionMaxMeterValues'),
    }),
    sampleOf: (kind, reading, context, timeMs) =>
      makeSample(params, description, limitMilliamps(), { kind, reading, context, timeMs }),
    onProblem: around.onProblem,
  });
  return new EvseController({
    description,
    time,
    keeper,
    command: around.hardware.command,
    rules: () => ({
      stopOnEvSideDisconnect: params.get('charging.stopTransactionOnEVSideDisconnect'),
      unlockOnEvSideDisconnect: params.get('charging.unlockConnectorOnEVSideDisconnect'),
    }),
    connectionTimeOutMs: () => params.get('charging.connectionTimeOut') * 1000,
    sampleIntervalMs: () => params.get('metering.sampleInterval') * 1000,
    limitMilliamps,
    onShown: (evse, shown) => around.onShown(evse, shown, lastSeq),
    onTransaction: around.onTransaction,
    onProblem: around.onProblem,
  });
}
