import type { Sample, SampleContext } from '../metering/sample.ts';
import type { EventFact, TransactionFact } from '../transactions/facts.ts';

type Started = TransactionFact & { readonly kind: 'transactionStarted' };
type MeterValues = TransactionFact & { readonly kind: 'meterValues' };
type Ended = TransactionFact & { readonly kind: 'transactionEnded' };

const signedBlob = { encoding: 'OCMF', method: 'ECDSA', data: 'signed', publicKey: 'key', number: 1 };

/** A Start, as the tests of the delivery need it. */
export function started(transaction: string, over: Partial<Started> = {}): Started {
  const place = { transaction, evse: 1, connector: 1 };
  return {
    kind: 'transactionStarted',
    ...place,
    idToken: 'A',
    timeMs: 0,
    meterWh: 0,
    offline: false,
    index: 0,
    signed: [],
    ...over,
  };
}

/** MeterValues with one sample; `marker` is its value, by which tests tell samples apart. */
export function metered(transaction: string | null, marker: number, over: Partial<MeterValues> = {}): MeterValues {
  return {
    kind: 'meterValues',
    transaction,
    evse: 1,
    samples: [sample(marker)],
    offline: false,
    index: marker,
    ...over,
  };
}

/** One sample; signed when asked for. */
export function sample(marker: number, context: SampleContext = 'Sample.Periodic', signed = false): Sample {
  const values = [{ measurand: 'Energy.Active.Import.Register', value: marker }];
  return { timeMs: marker, context, values, ...(signed ? { signed: [signedBlob] } : {}) };
}

/** A Stop. */
export function ended(transaction: string, over: Partial<Ended> = {}): Ended {
  const what = { timeMs: 1, meterWh: 1, reason: 'local', idToken: 'A', samples: [] } as const;
  return { kind: 'transactionEnded', transaction, evse: 1, ...what, offline: false, index: 9, ...over };
}

/** A security event. */
export function alarm(detail: string): EventFact {
  const what = { type: 'TamperDetectionActivated', timeMs: 0, detail };
  return { kind: 'securityEvent', ...what, critical: true, logged: 1, estimated: false };
}
