import type { Grant } from '../evse/evse-state.ts';
import type { MeterReading } from '../evse/hardware.ts';
import type { ArchivedBlob } from '../metering/sample.ts';
import { carriedSamples, carryAll } from './carried-signed.ts';
import type { TransactionFact } from './facts.ts';
import type { Admission } from './legal-port.ts';
import type { TransactionKeeperDeps } from './transaction-keeper-deps.ts';
import type { TransactionRecord } from './transaction-record.ts';

/** The record of a transaction that begins now: nothing is known of it but who wants it. */
export function openingOf(
  evse: number,
  startedMs: number,
  { grant, admission }: { readonly grant: Grant; readonly admission: Admission | null },
  deps: Pick<TransactionKeeperDeps, 'random' | 'meter' | 'rules'>,
): TransactionRecord {
  const { idToken, parentIdToken, via, decided, free, untold } = grant;
  return {
    key: deps.random.uuid(),
    evse,
    connector: 1,
    idToken,
    parentIdToken,
    stage: 'starting',
    startedMs,
    meterStartWh: 0,
    lastMs: startedMs,
    lastWh: 0,
    nextIndex: 0,
    samples: 0,
    stop: null,
    via,
    ...(decided === undefined ? {} : { decided }),
    ...(deps.meter === null ? {} : { carry: deps.rules().carry }),
    ...(admission === null ? {} : { legal: { meter: admission.meter, publicKey: admission.publicKey } }),
    ...(free === undefined ? {} : { free }),
    ...(untold === undefined ? {} : { untold }),
  };
}

/** Values that follow StartTransaction, and whether the key of the meter goes with them. */
export interface StartValues {
  readonly fact: TransactionFact;
  readonly keyCarried: boolean;
}

/** The values that follow StartTransaction (E-20); null when nothing is wanted. */
export function startValues(
  opening: TransactionRecord,
  reading: MeterReading,
  blobs: readonly ArchivedBlob[],
  deps: Pick<TransactionKeeperDeps, 'sampleOf' | 'rules' | 'online'>,
): StartValues | null {
  const { startedMs: timeMs, key: transaction, evse, carry = carryAll } = opening;
  const sample = deps.sampleOf('started', reading, 'Transaction.Begin', timeMs);
  if (sample === null) return null;
  const signed = deps.rules().signsStart ? blobs : [];
  const first = signed.length === 0 ? sample : { ...sample, signed };
  const { samples, keyCarried } = carriedSamples([first], carry, false);
  return { fact: { kind: 'meterValues', transaction, evse, samples, offline: !deps.online(), index: 1 }, keyCarried };
}

/** What the journal says of a start, with the signed begin as far as it goes to the backend. */
export function startedFact(
  { key, evse, connector, idToken, startedMs, meterStartWh, reservation, free }: TransactionRecord,
  signed: readonly ArchivedBlob[],
  offline: boolean,
): TransactionFact {
  const place = { transaction: key, evse, connector, idToken } as const;
  const used = reservation === undefined ? {} : { reservation };
  const moment = { timeMs: startedMs, meterWh: meterStartWh, offline, index: 0 } as const;
  return {
    kind: 'transactionStarted',
    ...place,
    ...moment,
    signed,
    ...used,
    ...(free === undefined ? {} : { free: true }),
  };
}
