import type { LedgerEntry } from '@kerbside/testkit';

import { parseMessageId } from '../../packages/station/src/delivery/message-id.ts';
import type { RecordedFact } from '../../test/e2e/parts/daemon-log.ts';
import type { MeterTransaction, SeenEvse } from '../../test/e2e/parts/hardware-view.ts';

/** What is known of a round when everything has come to rest: three independent witnesses. */
export interface RoundEvidence {
  /** The books of the backend, only this round. */
  readonly entries: readonly LedgerEntry[];
  /** What the daemons said was on disk, only this round. */
  readonly recorded: readonly RecordedFact[];
  /** Transactions that the daemons told as started, with their charging point. */
  readonly started: ReadonlyMap<string, number>;
  /** What the meters remember. */
  readonly meter: readonly MeterTransaction[];
  readonly before: readonly SeenEvse[];
  readonly after: readonly SeenEvse[];
  readonly kills: number;
}

const actions: Readonly<Record<string, LedgerEntry['action']>> = {
  transactionStarted: 'StartTransaction',
  meterValues: 'MeterValues',
  transactionEnded: 'StopTransaction',
};
/** What may be on disk without having been told, at each kill: one fact of each charging point. */
const untoldPerKill = 2;
/** The register is told to the thousandth of a watt-hour; the sum of whole ones may be off by less than one. */
const roundingWh = 1.01;

/** Everything that was lost, doubled, reordered or made up in a round; empty when the three witnesses agree. */
export function problemsOf(evidence: RoundEvidence): readonly string[] {
  const books = new Books(evidence.entries);
  return [
    ...books.problems,
    ...lostFacts(evidence, books),
    ...wrongIds(evidence, books),
    ...unknownTransactions(evidence, books),
    ...evidence.started.keys().flatMap((transaction) => meterProblems(transaction, evidence, books)),
    ...energyProblems(evidence, books),
  ];
}

interface Booked {
  readonly start: LedgerEntry;
  readonly stop: LedgerEntry | undefined;
}

/** The books of a round, by seq and by the backend's id. */
class Books {
  readonly problems: string[] = [];
  readonly bySeq = new Map<number, LedgerEntry>();
  readonly transactions: readonly Booked[];

  constructor(entries: readonly LedgerEntry[]) {
    let newest = -1;
    for (const entry of entries) {
      const seq = parseMessageId(entry.messageId)?.seq ?? Number.NaN;
      if (entry.kind === 'retransmission') continue;
      if (entry.kind === 'double') this.problems.push(`doubled: ${tell(entry)}`);
      if (this.bySeq.has(seq)) this.problems.push(`booked twice: ${tell(entry)}`);
      if (!(seq > newest)) this.problems.push(`out of order: ${tell(entry)} after fact ${newest}`);
      newest = Math.max(newest, seq);
      this.bySeq.set(seq, entry);
    }
    const all = [...this.bySeq.values()];
    const stops = all.filter(({ action }) => action === 'StopTransaction');
    this.transactions = all
      .filter(({ action }) => action === 'StartTransaction')
      .map((start) => ({
        start,
        stop: stops.find(({ payload }) => payload['transactionId'] === start.transactionId),
      }));
    for (const { start, stop } of this.transactions) {
      if (stop === undefined) this.problems.push(`never stopped: ${tell(start)}`);
    }
    if (stops.length > this.transactions.length)
      this.problems.push(`${this.transactions.length} transactions were started, ${stops.length} stopped`);
  }

  of(transaction: string, fact: string, recorded: readonly RecordedFact[]): LedgerEntry | undefined {
    const found = recorded.find((one) => one.transaction === transaction && one.fact === fact);
    return found === undefined ? undefined : this.bySeq.get(found.seq);
  }
}

function lostFacts({ recorded, kills }: RoundEvidence, books: Books): readonly string[] {
  const lost = recorded
    .filter(({ seq, fact }) => books.bySeq.get(seq)?.action !== actions[fact])
    .map(({ seq, fact, transaction }) => `lost: ${fact} ${seq} of ${transaction} was on disk and is not in the books`);
  const known = new Set(recorded.map(({ seq }) => seq));
  const untold = [...books.bySeq.keys()].filter((seq) => !known.has(seq));
  if (untold.length <= kills * untoldPerKill) return lost;
  return [...lost, `made up: the books have ${untold.join(', ')}, of which the station never spoke`];
}

/** Every message of a transaction names the id that its Start was answered with. */
function wrongIds({ recorded }: RoundEvidence, books: Books): readonly string[] {
  return recorded.flatMap(({ seq, transaction }) => {
    const entry = books.bySeq.get(seq);
    const start = books.of(transaction, 'transactionStarted', recorded);
    if (entry === undefined || start === undefined || entry.action === 'StartTransaction') return [];
    if (entry.payload['transactionId'] === start.transactionId) return [];
    return [`wrong id: ${tell(entry)} belongs to transaction ${start.transactionId}`];
  });
}

/** A start that was on disk but untold is in the memory of the meter all the same. */
function unknownTransactions({ meter }: RoundEvidence, books: Books): readonly string[] {
  return books.transactions
    .filter(({ start: { payload } }) => {
      const { connectorId, meterStart, idTag } = payload;
      return !meter.some(
        (one) => one.evse === connectorId && wholeWh(one.beginWh) === meterStart && one.idToken === idTag,
      );
    })
    .map(({ start }) => `made up: no meter knows of ${tell(start)}`);
}

/** A transaction that was told as started is in the books with what its meter said at its two ends. */
function meterProblems(
  transaction: string,
  { meter, recorded, started }: RoundEvidence,
  books: Books,
): readonly string[] {
  const start = books.of(transaction, 'transactionStarted', recorded);
  if (start === undefined) return [`lost: transaction ${transaction} was told as started and is not in the books`];
  const truth = meter.find((one) => one.transaction === transaction);
  if (truth === undefined) return [`the meter forgot ${transaction}`];
  const stop = books.transactions.find((one) => one.start === start)?.stop;
  const wanted = {
    connectorId: started.get(transaction),
    idTag: truth.idToken,
    meterStart: wholeWh(truth.beginWh),
    meterStop: truth.endWh === null ? 'still open' : wholeWh(truth.endWh),
  };
  const { connectorId, idTag, meterStart } = start.payload;
  const booked = { connectorId, idTag, meterStart, meterStop: stop?.payload['meterStop'] };
  if (JSON.stringify(booked) === JSON.stringify(wanted)) return [];
  return [`the books say ${JSON.stringify(booked)} of ${transaction}, its meter ${JSON.stringify(wanted)}`];
}

/** No energy flows outside a transaction, and none is billed that did not flow. */
function energyProblems({ before, after }: RoundEvidence, books: Books): readonly string[] {
  return after.flatMap(({ id, wattHours }) => {
    const flowed = wattHours - (before.find((one) => one.id === id)?.wattHours ?? 0);
    const billed = books.transactions
      .filter(({ start }) => start.payload['connectorId'] === id)
      .map(({ start, stop }) => Number(stop?.payload['meterStop']) - Number(start.payload['meterStart']))
      .reduce((sum, energy) => sum + energy, 0);
    if (Math.abs(flowed - billed) < roundingWh) return [];
    return [`energy at EVSE ${id}: ${flowed.toFixed(3)} Wh flowed, ${billed} Wh are in the books`];
  });
}

function wholeWh(wattHours: number): number {
  return Math.floor(wattHours + 1e-6);
}

function tell({ action, messageId, payload, transactionId }: LedgerEntry): string {
  const { meterValue: _, ...rest } = payload;
  return `${action} ${messageId} ${JSON.stringify({ ...rest, ...(transactionId === undefined ? {} : { given: transactionId }) })}`;
}
