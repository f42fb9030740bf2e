import type { JsonObject } from '@kerbside/station';

import { say } from '../say.ts';
import type { LedgerEntry, LedgerStop, LedgerTransaction } from './ledger-entry.ts';
import { transactionOf } from './ledger-transactions.ts';

/** Every way in which books can be wrong, with what it means. */
export const ledgerProblemKinds = {
  startedTwice: 'The same Start came under two message ids.',
  openedAgain: 'A retransmitted Start opened a second transaction, because this backend recognizes none (dedup off).',
  stoppedTwice: 'A transaction was stopped more than once.',
  stopWithoutStart: 'A Stop names a transaction that this backend never gave.',
  meterValuesWithoutStart: 'MeterValues name a transaction that this backend never gave.',
  meterValuesTwice: 'The same MeterValues came under two message ids.',
  meterValuesAfterStop: 'MeterValues arrived after the Stop of their transaction.',
  wrongConnector: 'MeterValues name another connector than the Start of their transaction.',
  openForEver: 'A transaction was never stopped.',
  timesBackwards: 'Times of a transaction go backwards.',
  meterBackwards: 'meterStop is less than meterStart.',
} as const;

export type LedgerProblemKind = keyof typeof ledgerProblemKinds;

/** One thing that is wrong. */
export interface LedgerProblem {
  readonly kind: LedgerProblemKind;
  readonly identity: string;
  readonly transactionId?: number;
  readonly text: string;
}

/** What a story allows. */
export interface ProblemOptions {
  /** Transactions may still be running: all, or those with these ids; default none. */
  readonly open?: boolean | readonly number[];
  /** Parked messages were sent again by hand, so MeterValues may come after their Stop. */
  readonly parkedResends?: boolean;
}

/** Everything that is wrong with the books. */
export function ledgerProblems(
  entries: readonly LedgerEntry[],
  transactions: readonly LedgerTransaction[],
  options: ProblemOptions,
): readonly LedgerProblem[] {
  const perEntry = entries.flatMap((entry) => entryProblems(entry, transactions));
  const perTransaction = transactions.flatMap((transaction) => transactionProblems(transaction, options));
  return [...perEntry, ...perTransaction];
}

function entryProblems(entry: LedgerEntry, transactions: readonly LedgerTransaction[]): readonly LedgerProblem[] {
  const { action, identity, payload, kind } = entry;
  if (action === 'StartTransaction') return [];
  const id = payload['transactionId'];
  const problem = (name: LedgerProblemKind): LedgerProblem => ({
    kind: name,
    identity,
    ...(typeof id === 'number' ? { transactionId: id } : {}),
    text: `${ledgerProblemKinds[name]} Message ${entry.messageId}, transaction ${say(id)}.`,
  });
  if (action === 'MeterValues' && kind === 'double') return [problem('meterValuesTwice')];
  if (id === undefined) return [];
  const transaction = transactionOf(transactions, entry);
  if (transaction === undefined)
    return [problem(action === 'StopTransaction' ? 'stopWithoutStart' : 'meterValuesWithoutStart')];
  if (action === 'MeterValues' && payload['connectorId'] !== transaction.connectorId)
    return [problem('wrongConnector')];
  return [];
}

function transactionProblems(transaction: LedgerTransaction, options: ProblemOptions): readonly LedgerProblem[] {
  const { identity, transactionId, stops, copyOf, start } = transaction;
  const found: LedgerProblem[] = [];
  const add = (kind: LedgerProblemKind, detail: string): void => {
    found.push({
      kind,
      identity,
      transactionId,
      text: `${ledgerProblemKinds[kind]} Transaction ${transactionId}: ${detail}`,
    });
  };
  if (copyOf !== undefined) {
    add(start.kind === 'retransmission' ? 'openedAgain' : 'startedTwice', `it repeats transaction ${copyOf}.`);
  }
  if (stops.length > 1) add('stoppedTwice', `messages ${stops.map(({ entry }) => entry.messageId).join(', ')}.`);
  if (stops.length === 0 && copyOf === undefined && !mayBeOpen(transactionId, options)) {
    add('openForEver', `started ${transaction.startTimestamp} on connector ${transaction.connectorId}.`);
  }
  const [stop] = stops;
  if (stop !== undefined && stop.meterStop < transaction.meterStart)
    add('meterBackwards', `${transaction.meterStart} to ${stop.meterStop} Wh.`);
  if (stop !== undefined && options.parkedResends !== true && hasValuesAfter(stop, transaction))
    add('meterValuesAfterStop', `stopped ${stop.timestamp}.`);
  const backwards = timeGoingBackwards(transaction, stop, options.parkedResends === true);
  if (backwards !== undefined) add('timesBackwards', backwards);
  return found;
}

function mayBeOpen(transactionId: number, { open = false }: ProblemOptions): boolean {
  return typeof open === 'boolean' ? open : open.includes(transactionId);
}

function hasValuesAfter(stop: LedgerStop, { meterValues }: LedgerTransaction): boolean {
  return meterValues.some(({ entry }) => entry.kind === 'new' && entry.sequence > stop.entry.sequence);
}

function timeGoingBackwards(
  { startTimestamp, meterValues }: LedgerTransaction,
  stop: LedgerStop | undefined,
  unordered: boolean,
): string | undefined {
  const startMs = Date.parse(startTimestamp);
  const stopMs = stop === undefined ? Number.POSITIVE_INFINITY : Date.parse(stop.timestamp);
  if (stopMs < startMs) return `stop ${stop?.timestamp} before start ${startTimestamp}.`;
  let latestMs = startMs;
  for (const reading of meterValues.flatMap(({ entry, readings }) => (entry.kind === 'new' ? readings : []))) {
    const timestamp = say(reading['timestamp']);
    const atMs = Date.parse(timestamp);
    if (atMs > stopMs) return `reading ${timestamp} after the stop ${stop?.timestamp}.`;
    if (unordered || mayOvertake(reading)) continue;
    if (atMs < latestMs) return `reading ${timestamp} after a later one.`;
    latestMs = atMs;
  }
  return undefined;
}

/** Clock-aligned readings leave up to ten seconds late (V-02), triggered ones go before queued ones. */
function mayOvertake(reading: JsonObject): boolean {
  return /"context":"(Sample\.Clock|Trigger)"/.test(JSON.stringify(reading['sampledValue'] ?? []));
}
