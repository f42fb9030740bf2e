import { isRecord, type Json, type JsonObject } from '@kerbside/station';

import type { StationCall } from './wire-event.ts';

/** One transaction as the frames tell it. */
export interface WatchedTransaction {
  readonly start: StationCall;
  readonly connectorId: unknown;
  readonly startMs: number;
  /** Every id that the backend answered to the Start; more than one when it recognizes no retransmission. */
  readonly ids: Set<unknown>;
  /** Its Start was answered with an error, and with nothing else yet. */
  refused: boolean;
  /** The newest time of its ordered readings. */
  latestMs: number;
  /** The newest time of all its readings. */
  newestMs: number;
  stop?: StationCall;
}

/** The transactions of one station, found by what messages say of them. */
export class WatchedTransactions {
  readonly #all: WatchedTransaction[] = [];

  /** The other Start of the same fact, if there is one. */
  sameFact({ payload }: StationCall): WatchedTransaction | undefined {
    const members = ['connectorId', 'meterStart', 'timestamp'];
    return this.#all.find(
      ({ start, refused }) => !refused && members.every((member) => start.payload[member] === payload[member]),
    );
  }

  /** The newest transaction of a connector. */
  newest(connectorId: unknown): WatchedTransaction | undefined {
    return this.#all.findLast((one) => one.connectorId === connectorId && !one.refused);
  }

  add(start: StationCall): void {
    const startMs = timeOf(start.payload['timestamp']);
    const { connectorId } = start.payload;
    this.#all.push({
      start,
      connectorId,
      startMs,
      ids: new Set(),
      refused: false,
      latestMs: startMs,
      newestMs: startMs,
    });
    if (this.#all.length > 5000) this.#all.shift();
  }

  /** Binds an id to the transaction of a Start, by its message id. */
  bind(messageId: string, transactionId: unknown): void {
    const transaction = this.#all.findLast(({ start }) => start.id === messageId);
    transaction?.ids.add(transactionId);
    if (transaction !== undefined) transaction.refused = false;
  }

  /** The backend refused this Start: it opened nothing yet, and the same fact may come again under another id. */
  refuse(start: StationCall): void {
    const refused = this.#all.findLast((one) => one.start.id === start.id && one.ids.size === 0);
    if (refused !== undefined) refused.refused = true;
  }

  /** The backend refused this Stop: it closed nothing. */
  refuseStop(stop: StationCall): void {
    const stopped = this.#all.find((one) => one.stop === stop);
    if (stopped !== undefined) delete stopped.stop;
  }

  /** A Stop was sent again under its own id: the refusal of the first transmission, if there was one, never arrived. */
  stopAgain(stop: StationCall): void {
    const transaction = this.withId(stop.payload['transactionId']);
    if (transaction !== undefined) transaction.stop ??= stop;
  }

  /** The transaction with an id; an unstopped one first, for backends that give the same id again and again. */
  withId(transactionId: unknown): WatchedTransaction | undefined {
    const fitting = this.#all.filter(({ ids }) => ids.has(transactionId));
    return fitting.find(({ stop }) => stop === undefined) ?? fitting.at(-1);
  }
}

/** An OCPP time in milliseconds since 1970; NaN when it is none, which compares with nothing. */
export function timeOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

/** The objects of a member that is an array of objects. */
export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item): item is JsonObject => isRecord(item)) : [];
}

/** Readings that may be sent after later ones: clock-aligned ones are spread (V-02), triggered ones overtake. */
export function mayComeLate(reading: JsonObject): boolean {
  return objectsIn(reading['sampledValue']).some(({ context }) => context === 'Sample.Clock' || context === 'Trigger');
}

/** Readings of the station's own rhythm, which belong to the transaction that runs (V-01, V-02). */
export function isOwnRhythm(reading: JsonObject): boolean {
  const contexts = objectsIn(reading['sampledValue']).map(({ context }) => context ?? 'Sample.Periodic');
  return (
    contexts.length > 0 && contexts.every((context) => context === 'Sample.Periodic' || context === 'Sample.Clock')
  );
}

/** Energies of an interval are taken at its end, which may lie after the transaction, and bear the time of its start (V-02). */
export function isInterval(reading: JsonObject): boolean {
  const values = objectsIn(reading['sampledValue']);
  return values.length > 0 && values.every((value) => isIntervalMeasurand(value['measurand']));
}

function isIntervalMeasurand(measurand: Json | undefined): boolean {
  return typeof measurand === 'string' && measurand.endsWith('.Interval');
}
