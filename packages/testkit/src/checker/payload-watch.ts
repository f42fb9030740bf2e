import { errorCodeOnWire, parseErrorCode } from '@kerbside/ocpp';
import { ocpp16 } from '@kerbside/ocpp/ocpp16';

import { say } from '../say.ts';
import type { StationAnswer, StationCall, Watch, WatchContext, WireEvent } from './wire-event.ts';

const oldestTimeMs = Date.UTC(2020);
const dateTime = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/;

/** Schemas in the station's direction, empty arrays, and times that cannot be (T-08, T-14, T-17, V-08, N-08). */
export class PayloadWatch implements Watch {
  readonly #context: WatchContext;

  constructor(context: WatchContext) {
    this.#context = context;
  }

  see(event: WireEvent): void {
    if (event.kind === 'malformed') this.#context.report('schema.malformed', event.problem, [event.record]);
    if (event.kind === 'stationCall') this.#checkCall(event.call);
    if (event.kind === 'stationAnswer') this.#checkAnswer(event.answer);
  }

  #checkCall({ action, payload, record }: StationCall): void {
    const problem = requestProblem(action, rawElement(record.text, 3));
    if (problem !== undefined) this.#context.report('schema.request', `${action}: ${problem}`, [record]);
    const empty = emptyArrays(payload);
    if (empty !== undefined) this.#context.report('meter.empty', `${action} has an empty ${empty}.`, [record]);
    for (const text of timesIn(payload)) {
      if (Date.parse(text) < oldestTimeMs)
        this.#context.report('time.before2020', `${action} has the time ${text}.`, [record]);
      if (!/[Zz]$/.test(text)) this.#context.report('time.notUtc', `${action} has the time ${text}.`, [record]);
    }
  }

  #checkAnswer({ call, outcome, code, record }: StationAnswer): void {
    if (outcome === 'error') {
      const known = code === undefined ? undefined : parseErrorCode(code);
      if (known !== undefined && errorCodeOnWire(known, 'ocpp1.6') === code) return;
      this.#context.report('schema.errorCode', `${call?.action ?? 'A call'} was answered with ${say(code)}.`, [record]);
      return;
    }
    if (call?.action === undefined) return;
    const violation = ocpp16.validateResponse(call.action, rawElement(record.text, 2));
    if (violation === undefined) return;
    const problem = `${call.action}: ${violation.path} ${violation.problem}`;
    this.#context.report('schema.response', problem, [call.record, record]);
  }
}

function requestProblem(action: string, payload: unknown): string | undefined {
  if (ocpp16.messages.get(action)?.sender === 'backend') return 'A station may not send it.';
  const violation = ocpp16.validateRequest(action, payload);
  return violation === undefined ? undefined : `${violation.path} ${violation.problem}`;
}

/** An element as it really stands on the wire; `parseFrame` reads null as an empty object. */
function rawElement(text: string, index: number): unknown {
  const elements: unknown = JSON.parse(text);
  return Array.isArray(elements) ? elements[index] : undefined;
}

function emptyArrays(payload: object): string | undefined {
  return ['meterValue', 'sampledValue', 'transactionData'].find((name) =>
    JSON.stringify(payload).includes(`"${name}":[]`),
  );
}

function timesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return dateTime.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(timesIn);
}
