import type { JsonObject } from '@kerbside/station';

import { say } from '../say.ts';
import { communicationErrorStatuses, isConnectorStatus, stationStatuses, statusEdges } from './status-edges.ts';
import { TriggerGrants } from './trigger-grants.ts';
import type { StationCall, Watch, WatchContext, WireEvent } from './wire-event.ts';

interface Reported {
  readonly call: StationCall;
  /** A boot or a new connection came since: the current status is due once, whatever it is (N-07). */
  stale: boolean;
}

/** The status machine as a backend sees it (N-01 to N-03). */
export class StatusWatch implements Watch {
  readonly #context: WatchContext;
  readonly #grants = new TriggerGrants();
  readonly #last = new Map<unknown, Reported>();

  constructor(context: WatchContext) {
    this.#context = context;
  }

  see(event: WireEvent): void {
    this.#grants.see(event);
    if (event.kind === 'connected' || event.kind === 'rebooted') this.#outdate();
    if (event.kind === 'backendAnswer' && event.call.action === 'BootNotification') this.#outdate();
    if (event.kind === 'stationCall' && event.call.action === 'StatusNotification') this.#check(event.call);
  }

  #outdate(): void {
    for (const reported of this.#last.values()) reported.stale = true;
  }

  #check(call: StationCall): void {
    if (call.previous !== undefined) return;
    const { connectorId } = call.payload;
    const last = this.#last.get(connectorId);
    this.#last.set(connectorId, { call, stale: false });
    this.#checkPayload(call);
    if (last === undefined) return;
    if (last.call.payload['status'] === call.payload['status']) this.#checkRepetition(last, call);
    else if (!last.stale) this.#checkEdge(last.call, call);
  }

  #checkPayload({ payload, record }: StationCall): void {
    const { connectorId, status, errorCode } = payload;
    if (connectorId === 0 && !stationStatuses.includes(say(status))) {
      this.#context.report('status.connectorZero', `Connector 0 was reported ${say(status)}.`, [record]);
    }
    const faultedWithout = status === 'Faulted' && errorCode === 'NoError';
    const misplaced = errorCode === 'EVCommunicationError' && !communicationErrorStatuses.includes(say(status));
    if (faultedWithout || misplaced) {
      this.#context.report('status.errorCode', `${say(status)} was reported with ${errorCode}.`, [record]);
    }
  }

  #checkRepetition(last: Reported, call: StationCall): void {
    const delivered = last.call.answer?.outcome === 'result';
    const news = changed(last.call.payload, call.payload) || isInformative(call.payload);
    if (!delivered || last.stale || news || this.#grants.take(call)) return;
    const { connectorId, status } = call.payload;
    const problem = `Connector ${say(connectorId)} was reported ${say(status)} again.`;
    this.#context.report('status.repeated', problem, [last.call.record, call.record]);
  }

  #checkEdge(last: StationCall, call: StationCall): void {
    const from = last.payload['status'];
    const { connectorId, status: to } = call.payload;
    if (connectorId === 0 || !this.#context.expectations().allStatuses) return;
    if (!isConnectorStatus(from) || !isConnectorStatus(to) || statusEdges[from].includes(to)) return;
    const problem = `Connector ${say(connectorId)} went from ${from} to ${to}.`;
    this.#context.report('status.illegalEdge', problem, [last.record, call.record]);
  }
}

function changed(before: JsonObject, now: JsonObject): boolean {
  return before['errorCode'] !== now['errorCode'] || before['vendorErrorCode'] !== now['vendorErrorCode'];
}

function isInformative({ errorCode, info }: JsonObject): boolean {
  return errorCode === 'NoError' && typeof info === 'string' && info !== '';
}
