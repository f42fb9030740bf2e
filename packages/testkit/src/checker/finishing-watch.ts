import { say } from '../say.ts';
import { timeOf, type WatchedTransactions } from './watched-transaction.ts';
import type { StationCall, Watch, WatchContext, WireEvent } from './wire-event.ts';

const transactionActions = ['StartTransaction', 'MeterValues', 'StopTransaction'];
/** A transaction message that arrives this long after its time is a backlog, which statuses may overtake. */
const backlogMs = 15_000;

/** StopTransaction goes before Finishing, except where a backlog or a refusing backend holds the queue up. */
export class FinishingWatch implements Watch {
  readonly #context: WatchContext;
  readonly #transactions: WatchedTransactions;
  /** Connectors whose current status was reported on this connection. */
  readonly #reported = new Set<unknown>();
  /** Transaction messages of this connection without a good answer. */
  readonly #unsettled = new Set<string>();
  #backlog = false;

  constructor(context: WatchContext, transactions: WatchedTransactions) {
    this.#context = context;
    this.#transactions = transactions;
  }

  see(event: WireEvent): void {
    if (event.kind === 'connected' || event.kind === 'rebooted') this.#begin();
    if (event.kind === 'backendAnswer' && event.answer.outcome === 'result') this.#unsettled.delete(event.call.id);
    if (event.kind === 'stationCall') this.#check(event.call);
  }

  #begin(): void {
    this.#reported.clear();
    this.#unsettled.clear();
    this.#backlog = false;
  }

  #check(call: StationCall): void {
    if (transactionActions.includes(call.action)) {
      this.#unsettled.add(call.id);
      this.#backlog = call.record.atMs - newestTime(call) > backlogMs;
    }
    if (call.action !== 'StatusNotification') return;
    const { connectorId, status } = call.payload;
    const first = !this.#reported.has(connectorId);
    this.#reported.add(connectorId);
    const excused =
      first || this.#backlog || this.#unsettled.size > 0 || this.#context.expectations().finishingMayOvertake;
    const running = this.#transactions.newest(connectorId);
    if (
      status !== 'Finishing' ||
      excused ||
      running === undefined ||
      running.ids.size === 0 ||
      running.stop !== undefined
    )
      return;
    this.#context.report('status.finishingBeforeStop', `Connector ${say(connectorId)}.`, [
      running.start.record,
      call.record,
    ]);
  }
}

function newestTime({ payload }: StationCall): number {
  const meterValue = payload['meterValue'];
  const last: unknown = Array.isArray(meterValue) ? meterValue.at(-1) : payload;
  return typeof last === 'object' && last !== null && 'timestamp' in last ? timeOf(last.timestamp) : Number.NaN;
}
