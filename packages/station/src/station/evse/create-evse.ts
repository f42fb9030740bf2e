import type { Outbox } from '../../delivery/outbox.ts';
import type { EvseDescription } from '../../evse/hardware.ts';
import type { ShownStatus } from '../../evse/shown-status.ts';
import type { Sample } from '../../metering/sample.ts';
import type { MeterLabel } from '../../transactions/legal-port.ts';
import { TransactionKeeper } from '../../transactions/transaction-keeper.ts';
import type { LegalMeters } from '../eichrecht/legal-meters.ts';
import type { StationArchives } from '../eichrecht/station-archives.ts';
import { EvseController } from './evse-controller.ts';
import type { HardwareLine } from './hardware-line.ts';
import { evseContext, makeSample } from '../metering/sample-maker.ts';
import type { StationLimits } from '../limits/station-limits.ts';
import type { StationDeps } from '../station-deps.ts';

/** The parts of a station that its EVSEs share. */
export interface EvseSurroundings {
  readonly hardware: HardwareLine;
  readonly outbox: Outbox;
  readonly archives: StationArchives;
  readonly legal: LegalMeters;
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
    legal: () => around.legal.of(description),
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
  const { outbox, hardware, online, onProblem, limits, archives } = around;
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
      signs: (context) => signsUpdates(params, context),
      signsStart:
        params.get('metering.sampledDataSignReadings') && params.get('metering.sampledDataSignStartedReadings'),
      carry: {
        signed: params.get('metering.sampledDataSignReadings'),
        data: params.get('eichrecht.signedDataFormat'),
        key: params.get('eichrecht.publicKeyFormat'),
        keyWhen: params.get('eichrecht.publicKeyWithSignedMeterValue'),
      },
    }),
    sampleOf: (kind, reading, context, timeMs) =>
      makeSample(params, evseContext(params, description, limits), { kind, reading, context, timeMs }),
    get legal() {
      return around.legal.of(description);
    },
    get signed() {
      return archives.signed;
    },
    get sessions() {
      return archives.sessions;
    },
    meter: labelOf(description),
    pause: (ms) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      time.after(ms, () => resolve());
      return promise;
    },
    onProblem,
  });
}

/** The meter, when it signs. */
function labelOf({ meter }: EvseDescription): MeterLabel | null {
  return meter?.signs === true ? { serial: meter.serial, test: meter.signing?.test === true } : null;
}

/** Signing of updates needs signing at all (E-21). */
function signsUpdates(params: StationDeps['params'], context: Sample['context']): boolean {
  return context === 'Sample.Clock'
    ? params.get('metering.alignedDataSignReadings') && params.get('metering.alignedDataSignUpdatedReadings')
    : params.get('metering.sampledDataSignReadings') && params.get('metering.sampledDataSignUpdatedReadings');
}
