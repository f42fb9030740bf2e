import { isRecord, type Json, type JsonObject } from '@kerbside/station';

import type { LedgerEntry, LedgerMeterValues, LedgerStop, LedgerTransaction } from './ledger-entry.ts';

type Draft = LedgerTransaction & { readonly meterValues: LedgerMeterValues[]; readonly stops: LedgerStop[] };

/** Folds bookings into transactions, in order of their Starts. With `dedup` recognized retransmissions add nothing. */
export function transactionsOf(entries: readonly LedgerEntry[], dedup: boolean): readonly LedgerTransaction[] {
  const drafts: Draft[] = [];
  for (const entry of entries) {
    if (entry.kind === 'retransmission' && dedup) continue;
    addEntry(drafts, entry);
  }
  return drafts;
}

function addEntry(drafts: Draft[], entry: LedgerEntry): void {
  switch (entry.action) {
    case 'StartTransaction':
      drafts.push(startOf(entry, drafts));
      return;
    case 'MeterValues':
      transactionOf(drafts, entry)?.meterValues.push({ entry, readings: objects(entry.payload['meterValue']) });
      return;
    case 'StopTransaction':
      transactionOf(drafts, entry)?.stops.push(stopOf(entry));
  }
}

/** The transaction that a message belongs to: the newest of its station with that id. */
export function transactionOf<T extends Pick<LedgerTransaction, 'identity' | 'transactionId'>>(
  transactions: readonly T[],
  { identity, payload }: LedgerEntry,
): T | undefined {
  const id = payload['transactionId'];
  return transactions.findLast((one) => one.identity === identity && one.transactionId === id);
}

function startOf(entry: LedgerEntry, earlier: readonly Draft[]): Draft {
  const { identity, payload, transactionId = Number.NaN } = entry;
  const original = entry.kind === 'new' ? undefined : earlier.find(({ start }) => isSameStart(start, entry));
  const reservationId = payload['reservationId'];
  return {
    transactionId,
    identity,
    connectorId: numberOf(payload['connectorId']),
    idTag: textOf(payload['idTag']),
    meterStart: numberOf(payload['meterStart']),
    startTimestamp: textOf(payload['timestamp']),
    ...(typeof reservationId === 'number' ? { reservationId } : {}),
    start: entry,
    ...(original === undefined ? {} : { copyOf: original.transactionId }),
    meterValues: [],
    stops: [],
  };
}

function isSameStart(one: LedgerEntry, other: LedgerEntry): boolean {
  const members = ['connectorId', 'meterStart', 'timestamp'];
  return one.identity === other.identity && members.every((member) => one.payload[member] === other.payload[member]);
}

function stopOf(entry: LedgerEntry): LedgerStop {
  const { payload } = entry;
  const reason = payload['reason'];
  const idTag = payload['idTag'];
  return {
    entry,
    meterStop: numberOf(payload['meterStop']),
    timestamp: textOf(payload['timestamp']),
    reason: typeof reason === 'string' ? reason : 'Local',
    ...(typeof idTag === 'string' ? { idTag } : {}),
    transactionData: objects(payload['transactionData']),
  };
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item): item is JsonObject => isRecord(item)) : [];
}

function numberOf(value: Json | undefined): number {
  return typeof value === 'number' ? value : Number.NaN;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
