import type { Time } from '../../core/time.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { Grant, StartCompanion } from '../../evse/evse-state.ts';
import type { EvseDescription } from '../../evse/hardware.ts';
import type { Sample } from '../../metering/sample.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { Write } from '../../store/store.ts';
import type { MeterLabel } from '../../transactions/legal-port.ts';
import { TransactionKeeper } from '../../transactions/transaction-keeper.ts';
import type { TransactionRecord } from '../../transactions/transaction-record.ts';
import type { TransactionRules } from '../../transactions/transaction-keeper-deps.ts';
import type { LegalMeters } from '../eichrecht/legal-meters.ts';
import type { StationArchives } from '../eichrecht/station-archives.ts';
import type { StationLimits } from '../limits/station-limits.ts';
import { evseContext, makeSample } from '../metering/sample-maker.ts';
import type { StationDeps } from '../station-deps.ts';
import type { HardwareLine } from './hardware-line.ts';

/** The parts of a station that the transactions of its EVSEs need. */
export interface KeeperSurroundings {
  readonly hardware: HardwareLine;
  readonly outbox: Outbox;
  readonly archives: StationArchives;
  readonly legal: LegalMeters;
  readonly online: () => boolean;
  readonly limits: StationLimits;
  /** For whom connectors are kept free; null while nobody has reserved anything. */
  readonly reservations: () => ReservationPort | null;
  /** The power ended a transaction: what is to be written with its end. */
  readonly onPowerLoss: (record: TransactionRecord) => readonly Write[];
  readonly onProblem: (problem: string) => void;
}

/** What reservations have to do with a start. */
export interface ReservationPort {
  /** Whether a connector is left to whoever was let in there (RS-04). */
  admits(evse: number, grant: Grant): boolean;
  /** What belongs to the start: also that it uses up a reservation. */
  companionOf(evse: number, grant: Grant): StartCompanion | undefined;
}

/** Composes the transactions of one EVSE. @param onAppended told the number of the last fact that was queued */
export function createKeeper(
  description: EvseDescription,
  deps: StationDeps,
  around: KeeperSurroundings,
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
    rules: () => transactionRules(params),
    sampleOf: (kind, reading, context, timeMs) =>
      makeSample(params, evseContext(params, description, limits), { kind, reading, context, timeMs }),
    legal: () => around.legal.of(description),
    signed: () => archives.signed,
    sessions: () => archives.sessions,
    meter: labelOf(description),
    companionOf: (grant) => around.reservations()?.companionOf(id, grant) ?? grant.companion,
    onPowerLoss: around.onPowerLoss,
    pause: (ms) => pause(ms, time),
    onProblem,
  });
}

/** The meter, when it signs. */
function labelOf({ meter }: EvseDescription): MeterLabel | null {
  return meter?.signs === true ? { serial: meter.serial, test: meter.signing?.test === true } : null;
}

/** Signing of updates needs signing at all (E-21). */
function signsUpdates(params: ParameterReader, context: Sample['context']): boolean {
  return context === 'Sample.Clock'
    ? params.get('metering.alignedDataSignReadings') && params.get('metering.alignedDataSignUpdatedReadings')
    : params.get('metering.sampledDataSignReadings') && params.get('metering.sampledDataSignUpdatedReadings');
}

function transactionRules(params: ParameterReader): TransactionRules {
  return {
    retransmit: params.get('metering.retransmit'),
    maxStopSamples: params.get('metering.stopTransactionMaxMeterValues'),
    signs: (context) => signsUpdates(params, context),
    signsStart: params.get('metering.sampledDataSignReadings') && params.get('metering.sampledDataSignStartedReadings'),
    carry: {
      signed: params.get('metering.sampledDataSignReadings'),
      data: params.get('eichrecht.signedDataFormat'),
      key: params.get('eichrecht.publicKeyFormat'),
      keyWhen: params.get('eichrecht.publicKeyWithSignedMeterValue'),
    },
  };
}

function pause(ms: number, time: Time): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  time.after(ms, () => resolve());
  return promise;
}
