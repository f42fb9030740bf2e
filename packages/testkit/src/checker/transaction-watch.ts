import type { JsonObject } from '@kerbside/station';

import { say } from '../say.ts';
import type { CheckerRule } from './checker-rules.ts';
import {
  isInterval,
  isOwnRhythm,
  mayComeLate,
  objectsIn,
  timeOf,
  type WatchedTransaction,
  type WatchedTransactions,
} from './watched-transaction.ts';
import type { StationCall, Watch, WatchContext, WireEvent } from './wire-event.ts';

/** Order and pairing of Start, MeterValues and Stop (X-04 to, V-03). */
export class TransactionWatch implements Watch {
  readonly #context: WatchContext;
  readonly #transactions: WatchedTransactions;

  constructor(context: WatchContext, transactions: WatchedTransactions) {
    this.#context = context;
    this.#transactions = transactions;
  }

  see(event: WireEvent): void {
    if (event.kind === 'backendAnswer') {
      const { call, answer } = event;
      if (call.action === 'StartTransaction' && answer.outcome === 'result') {
        this.#transactions.bind(call.id, answer.payload['transactionId']);
      }
      if (answer.outcome === 'error') this.#refused(call);
    }
    if (event.kind !== 'stationCall') return;
    // A retransmission says nothing new; whether it was right to send it is FlightWatch's business.
    if (event.call.previous === undefined) this.#check(event.call);
    else if (event.call.action === 'StopTransaction') this.#transactions.stopAgain(event.call);
  }

  #refused(call: StationCall): void {
    if (call.action === 'StartTransaction') this.#transactions.refuse(call);
    if (call.action === 'StopTransaction') this.#transactions.refuseStop(call);
  }

  #check(call: StationCall): void {
    if (call.action === 'StartTransaction') this.#start(call);
    if (call.action === 'MeterValues') this.#meterValues(call);
    if (call.action === 'StopTransaction') this.#stop(call);
  }

  #start(call: StationCall): void {
    const { connectorId, timestamp } = call.payload;
    const double = this.#transactions.sameFact(call);
    const before = this.#transactions.newest(connectorId);
    this.#transactions.add(call);
    if (double !== undefined) {
      this.#report('transaction.startedTwice', `Connector ${say(connectorId)}.`, double.start, call);
      return;
    }
    if (before === undefined || this.#context.expectations().parkedResends) return;
    if (before.stop === undefined && before.ids.size > 0) {
      this.#report('transaction.overlap', `Connector ${say(connectorId)}.`, before.start, call);
    }
    const stoppedMs = timeOf(before.stop?.payload['timestamp']);
    if (timeOf(timestamp) < stoppedMs) this.#backwards(call, 'It starts before the last one on its connector ended.');
  }

  #meterValues(call: StationCall): void {
    const { transactionId, connectorId, meterValue } = call.payload;
    const readings = objectsIn(meterValue);
    if (transactionId === undefined) {
      this.#checkUnnamed(call, readings);
      return;
    }
    if (connectorId === 0) this.#report('transaction.mainMeterId', `Transaction ${say(transactionId)}.`, call);
    const transaction = this.#named(call);
    if (transaction === undefined) return;
    if (transaction.connectorId !== connectorId) {
      this.#report('transaction.wrongConnector', `Transaction ${say(transactionId)}.`, transaction.start, call);
    }
    const { parkedResends } = this.#context.expectations();
    if (transaction.stop !== undefined && !parkedResends) {
      this.#report('transaction.valuesAfterStop', `Transaction ${say(transactionId)}.`, transaction.stop, call);
    }
    for (const reading of readings) this.#checkTime(transaction, reading, call, parkedResends);
  }

  /** A reading without transaction id must not have been taken while a known transaction ran. */
  #checkUnnamed(call: StationCall, readings: readonly JsonObject[]): void {
    const { connectorId } = call.payload;
    const running = this.#transactions.newest(connectorId);
    if (connectorId === 0 || running === undefined || running.ids.size === 0) return;
    const stoppedMs = running.stop === undefined ? Number.POSITIVE_INFINITY : timeOf(running.stop.payload['timestamp']);
    const during = readings.find((reading) => {
      const atMs = timeOf(reading['timestamp']);
      return isOwnRhythm(reading) && !isInterval(reading) && atMs > running.startMs && atMs < stoppedMs;
    });
    if (during !== undefined)
      this.#report('transaction.idMissing', `Reading of ${say(during['timestamp'])}.`, running.start, call);
  }

  #checkTime(transaction: WatchedTransaction, reading: JsonObject, call: StationCall, unordered: boolean): void {
    const atMs = timeOf(reading['timestamp']);
    if (Number.isNaN(atMs) || this.#context.expectations().clockJumps) return;
    transaction.newestMs = Math.max(transaction.newestMs, atMs);
    if (unordered || mayComeLate(reading)) return;
    if (atMs < transaction.latestMs)
      this.#backwards(call, `Reading of ${say(reading['timestamp'])} after a later one.`);
    transaction.latestMs = Math.max(transaction.latestMs, atMs);
  }

  #stop(call: StationCall): void {
    const { transactionId, timestamp, meterStop, transactionData } = call.payload;
    const transaction = this.#named(call);
    if (transaction === undefined) return;
    if (transaction.stop !== undefined) {
      this.#report('transaction.stoppedTwice', `Transaction ${say(transactionId)}.`, transaction.stop, call);
      return;
    }
    transaction.stop = call;
    const { meterStart } = transaction.start.payload;
    if (typeof meterStart === 'number' && typeof meterStop === 'number' && meterStop < meterStart) {
      this.#report('transaction.meterBackwards', `${meterStart} to ${meterStop} Wh.`, transaction.start, call);
    }
    if (this.#context.expectations().clockJumps) return;
    const stopMs = timeOf(timestamp);
    const dataMs = objectsIn(transactionData).map((reading) => timeOf(reading['timestamp']));
    if (stopMs < transaction.newestMs || dataMs.some((atMs) => atMs > stopMs)) {
      this.#backwards(call, `The Stop of ${say(timestamp)} lies before its Start or a reading.`);
    }
    if (dataMs.some((atMs, index) => atMs < (dataMs[index - 1] ?? atMs)))
      this.#backwards(call, 'transactionData is not in order.');
  }

  /** The transaction that a message names; none is a violation. */
  #named(call: StationCall): WatchedTransaction | undefined {
    const { transactionId } = call.payload;
    const transaction = this.#transactions.withId(transactionId);
    const orphan = transactionId === -1 && this.#context.expectations().orphanTransactions;
    if (transaction === undefined && !orphan)
      this.#report('transaction.unknownId', `Transaction ${say(transactionId)}.`, call);
    return transaction;
  }

  #backwards(call: StationCall, problem: string): void {
    if (!this.#context.expectations().clockJumps) this.#report('transaction.timeBackwards', problem, call);
  }

  #report(rule: CheckerRule, problem: string, ...calls: readonly StationCall[]): void {
    this.#context.report(
      rule,
      problem,
      calls.map(({ record }) => record),
    );
  }
}
