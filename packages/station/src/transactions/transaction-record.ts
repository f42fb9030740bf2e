import { isRecord, type Json } from '../core/json.ts';
import type { Decided } from '../evse/decided.ts';
import type { FreeGrant, Grant, StopReason } from '../evse/evse-state.ts';
import type { CarryRules } from './carried-signed.ts';
import type { Write } from '../store/store.ts';
import type { MeterLabel } from './legal-port.ts';

/**
 * What the store knows of a transaction that is not over: enough to close it after a power cut (INV-02). Lies in the
 * collection `transactions` under its key; deleted in the commit that queues its end.
 */
export interface TransactionRecord {
  readonly key: string;
  readonly evse: number;
  readonly connector: number;
  readonly idToken: string;
  readonly parentIdToken: string | null;
  /** *starting*: the meter may have begun, nothing was told; *running*; *stopping*: `stop` says why and when. */
  readonly stage: 'starting' | 'running' | 'stopping';
  readonly startedMs: number;
  readonly meterStartWh: number;
  /** Time and register of the last reading that can be trusted. */
  readonly lastMs: number;
  readonly lastWh: number;
  /** The index of the next fact (2.x seqNo). */
  readonly nextIndex: number;
  /** How many samples for StopTransaction.transactionData lie in `transactionSamples`. */
  readonly samples: number;
  readonly stop: { readonly reason: StopReason; readonly idToken: string | null; readonly timeMs: number } | null;
  /** How its signed data go to the backend; absent in records of older programs. */
  readonly carry?: CarryRules;
  /** The backend has the key of its meter. */
  readonly keyCarried?: boolean;
  /** The reservation that its start used; absent: none. */
  readonly reservation?: number;
  /** Calibration law applies to it; absent: it does not. */
  readonly legal?: LegalSession;
  /** How it came about, and how that was decided; absent in records of older programs. */
  readonly via?: Grant['via'];
  readonly decided?: Decided;
  /** It is free of charge. */
  readonly free?: FreeGrant;
  /** The backend is told nothing of it, neither now nor later. */
  readonly untold?: true;
}

/** What calibration law wants to know of a transaction at its end. */
export interface LegalSession {
  readonly meter: MeterLabel;
  /** The key of the meter at the begin; null: not known. */
  readonly publicKey: string | null;
}

export const transactionCollection = 'transactions';

/** Samples for StopTransaction.transactionData; the key is `<transaction>:<number>`. */
export const sampleCollection = 'transactionSamples';

/** A record as JSON for the store. */
export function recordToJson(record: TransactionRecord): Json {
  const { legal, carry, free, ...rest } = record;
  const stop = record.stop === null ? null : { ...record.stop };
  return {
    ...rest,
    stop,
    ...(carry === undefined ? {} : { carry: { ...carry } }),
    ...(free === undefined ? {} : { free: { card: free.card } }),
    ...(legal === undefined ? {} : { legal: { ...legal, meter: { ...legal.meter } } }),
  };
}

/** The write that remembers a transaction. */
export function recordWrite(station: string, record: TransactionRecord): Write {
  const { key } = record;
  return { op: 'putDocument', station, collection: transactionCollection, key, value: recordToJson(record) };
}

/** The write that forgets a transaction. */
export function recordGone(station: string, key: string): Write {
  return { op: 'deleteDocument', station, collection: transactionCollection, key };
}

const stages: readonly TransactionRecord['stage'][] = ['starting', 'running', 'stopping'];

/** Reads a stored record; `undefined` when it cannot be one (then it is reported and left alone). */
export function recordFromJson(value: Json): TransactionRecord | undefined {
  if (!isRecord(value)) return undefined;
  const complete =
    typeof value['key'] === 'string' &&
    typeof value['evse'] === 'number' &&
    typeof value['idToken'] === 'string' &&
    stages.some((stage) => stage === value['stage']) &&
    typeof value['lastMs'] === 'number' &&
    typeof value['lastWh'] === 'number' &&
    typeof value['nextIndex'] === 'number';
  return complete ? (value as unknown as TransactionRecord) : undefined;
}
