import type { JsonObject } from '@kerbside/station';

import { say } from '../say.ts';
import { objectsIn, timeOf } from './watched-transaction.ts';
import type { StationCall, Watch, WatchContext, WireEvent } from './wire-event.ts';

interface Reading {
  readonly atMs: number;
  readonly wattHours: number;
  readonly call: StationCall;
}

/** Start and Stop are whole watt-hours, readings may be finer. */
const roundingWattHours = 1.001;

/** The energy register of a connector never goes backwards, in whatever order its readings arrive (V-07). */
export class RegisterWatch implements Watch {
  readonly #context: WatchContext;
  /** The newest reading by time, per connector. */
  readonly #newest = new Map<unknown, Reading>();
  readonly #connectors = new Map<unknown, unknown>();
  readonly #starts = new Map<string, unknown>();

  constructor(context: WatchContext) {
    this.#context = context;
  }

  see(event: WireEvent): void {
    if (event.kind === 'backendAnswer' && event.call.action === 'StartTransaction') {
      const { transactionId } = event.answer.payload;
      if (transactionId !== undefined) this.#connectors.set(transactionId, this.#starts.get(event.call.id));
    }
    if (event.kind === 'stationCall' && event.call.previous === undefined) this.#check(event.call);
  }

  #check(call: StationCall): void {
    const { payload } = call;
    switch (call.action) {
      case 'StartTransaction':
        this.#starts.set(call.id, payload['connectorId']);
        this.#take(payload['connectorId'], payload['timestamp'], payload['meterStart'], call);
        return;
      case 'MeterValues':
        this.#takeReadings(payload['connectorId'], objectsIn(payload['meterValue']), call);
        return;
      case 'StopTransaction': {
        const connectorId = this.#connectors.get(payload['transactionId']);
        if (connectorId === undefined) return;
        this.#takeReadings(connectorId, objectsIn(payload['transactionData']), call);
        this.#take(connectorId, payload['timestamp'], payload['meterStop'], call);
      }
    }
  }

  #takeReadings(connectorId: unknown, readings: readonly JsonObject[], call: StationCall): void {
    for (const { timestamp, sampledValue } of readings) {
      for (const sample of objectsIn(sampledValue).filter(isRegister)) {
        const factor = sample['unit'] === 'kWh' ? 1000 : 1;
        this.#take(connectorId, timestamp, Number(sample['value']) * factor, call);
      }
    }
  }

  #take(connectorId: unknown, timestamp: unknown, value: unknown, call: StationCall): void {
    const atMs = timeOf(timestamp);
    if (typeof value !== 'number' || Number.isNaN(value) || Number.isNaN(atMs)) return;
    const newest = this.#newest.get(connectorId);
    const reading: Reading = { atMs, wattHours: value, call };
    if (newest === undefined || isNewer(reading, newest)) this.#newest.set(connectorId, reading);
    // Which of two readings of one moment came first, nobody can tell: a Stop that was refused comes again as a whole.
    if (newest === undefined || atMs === newest.atMs || this.#context.expectations().clockJumps) return;
    const [earlier, later] = atMs > newest.atMs ? [newest, reading] : [reading, newest];
    if (later.wattHours >= earlier.wattHours - roundingWattHours) return;
    const problem = `Connector ${say(connectorId)}: ${earlier.wattHours} Wh, later ${later.wattHours} Wh.`;
    this.#context.report('meter.registerBackwards', problem, [newest.call.record, call.record]);
  }
}

function isNewer(one: Reading, other: Reading): boolean {
  return one.atMs > other.atMs || (one.atMs === other.atMs && one.wattHours > other.wattHours);
}

function isRegister({ measurand, phase, location, format }: JsonObject): boolean {
  const isEnergy = measurand === undefined || measurand === 'Energy.Active.Import.Register';
  return (
    isEnergy && phase === undefined && (location === undefined || location === 'Outlet') && format !== 'SignedData'
  );
}
