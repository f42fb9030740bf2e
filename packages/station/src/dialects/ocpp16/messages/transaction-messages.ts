import type {
  MeterValue,
  MeterValuesRequest,
  Reason,
  StartTransactionRequest,
  StopTransactionRequest,
} from '@kerbside/ocpp/ocpp16';

import { toTimestamp } from '../../../core/station-clock.ts';
import type { StopReason } from '../../../evse/evse-state.ts';
import type { Sample } from '../../../metering/sample.ts';
import type { TransactionFact } from '../../../transactions/facts.ts';
import { compact } from '../text.ts';
import { encodeMeterValue } from './meter-value.ts';

type FactOf<K extends TransactionFact['kind']> = Extract<TransactionFact, { kind: K }>;

/** Reasons in 1.6's words (§7.38, X-07). */
const reasons: Readonly<Record<StopReason, Reason>> = {
  local: 'Local',
  remote: 'Remote',
  evDisconnected: 'EVDisconnected',
  deAuthorized: 'DeAuthorized',
  emergencyStop: 'EmergencyStop',
  hardReset: 'HardReset',
  softReset: 'SoftReset',
  powerLoss: 'PowerLoss',
  reboot: 'Reboot',
  unlockCommand: 'UnlockCommand',
  other: 'Other',
};

/** StartTransaction.req (§4.8); with the reservation that it used (RS-05). */
export function encodeStartTransaction(fact: FactOf<'transactionStarted'>): StartTransactionRequest {
  return compact({
    connectorId: fact.evse,
    idTag: fact.idToken,
    meterStart: fact.meterWh,
    reservationId: fact.reservation,
    timestamp: toTimestamp(fact.timeMs),
  });
}

/** MeterValues.req (§4.7); null when no sample holds a value. */
export function encodeMeterValues(
  fact: FactOf<'meterValues'>,
  transactionId: number | null,
): MeterValuesRequest | null {
  const meterValue = encodeSamples(fact.samples);
  if (meterValue.length === 0) return null;
  return compact({
    connectorId: fact.evse,
    transactionId: transactionId ?? undefined,
    meterValue,
  });
}

/** StopTransaction.req (§4.10). The reason is always written, `Local` too: backends read it more surely than its absence. */
export function encodeStopTransaction(fact: FactOf<'transactionEnded'>, transactionId: number): StopTransactionRequest {
  const transactionData = encodeSamples(fact.samples);
  return compact({
    transactionId,
    idTag: fact.idToken ?? undefined,
    meterStop: fact.meterWh,
    timestamp: toTimestamp(fact.timeMs),
    reason: reasons[fact.reason],
    transactionData: transactionData.length === 0 ? undefined : transactionData,
  });
}

function encodeSamples(samples: readonly Sample[]): MeterValue[] {
  return samples.map(encodeMeterValue).filter((value) => value !== null);
}
