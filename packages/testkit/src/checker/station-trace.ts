import { parseFrame, type Frame, type MalformedFrame } from '@kerbside/ocpp';
import { ocpp16 } from '@kerbside/ocpp/ocpp16';
import { isRecord } from '@kerbside/station';

import { asJsonObject, type FrameRecord } from '../frame-log.ts';
import type { BackendAnswer, BackendCall, StationCall, WireEvent } from './wire-event.ts';

/** How many ids of a station are remembered; a retransmission comes long before. */
const rememberedIds = 50_000;

/** Puts the frames of one station in relation: which answer belongs to which CALL, which CALL repeats which. */
export class StationTrace {
  /** The newest transmission under each id. */
  readonly #stationCalls = new Map<string, StationCall>();
  readonly #backendCalls = new Map<string, BackendCall>();

  /** What a frame means; `undefined` for what concerns nobody. */
  read(record: FrameRecord): WireEvent | undefined {
    const parsed = parseFrame(record.text);
    if (record.direction === 'in') {
      return parsed.kind === 'frame' ? this.#fromStation(parsed.frame, record) : malformed(record, parsed.problem);
    }
    // What can never arrive is as if it had not been sent.
    if (record.lost === true) return undefined;
    return parsed.kind === 'frame' ? this.#toStation(parsed.frame, record) : this.#malformedToStation(parsed, record);
  }

  #fromStation(frame: Frame, record: FrameRecord): WireEvent {
    const { atMs } = record;
    switch (frame.kind) {
      case 'call':
        return { kind: 'stationCall', call: this.#stationCall(frame.id, frame.action, frame.payload, record), atMs };
      case 'callResult': {
        const call = this.#answered(frame.id, record);
        return { kind: 'stationAnswer', answer: { call, outcome: 'result', payload: frame.payload, record }, atMs };
      }
      case 'callError': {
        const call = this.#answered(frame.id, record);
        return {
          kind: 'stationAnswer',
          answer: { call, outcome: 'error', payload: {}, code: frame.code, record },
          atMs,
        };
      }
      case 'callResultError':
      case 'send':
        return malformed(record, 'The message type does not exist in 1.6.');
    }
  }

  #stationCall(id: string, action: string, payload: unknown, record: FrameRecord): StationCall {
    const previous = this.#stationCalls.get(id);
    const call: StationCall = {
      id,
      action,
      payload: asJsonObject(payload),
      record,
      ...(previous === undefined ? {} : { previous }),
    };
    this.#stationCalls.delete(id);
    this.#stationCalls.set(id, call);
    forgetOldest(this.#stationCalls);
    return call;
  }

  #answered(id: string, { connection }: FrameRecord): BackendCall | undefined {
    const call = this.#backendCalls.get(id);
    return call?.record.connection === connection ? call : undefined;
  }

  #toStation(frame: Frame, record: FrameRecord): WireEvent | undefined {
    switch (frame.kind) {
      case 'call':
        return this.#backendCall(frame.id, frame.action, frame.payload, record);
      case 'callResult':
        return this.#answerTo(frame.id, frame.payload, 'result', record);
      case 'callError':
        return this.#answerTo(frame.id, {}, 'error', record);
      case 'callResultError':
      case 'send':
        return undefined;
    }
  }

  #malformedToStation({ id, messageType }: MalformedFrame, record: FrameRecord): WireEvent | undefined {
    if (id === undefined) return undefined;
    if (messageType === 2) return this.#backendCall(id, undefined, {}, record);
    return messageType === 3 || messageType === 4 ? this.#answerTo(id, {}, 'unusable', record) : undefined;
  }

  #backendCall(id: string, action: string | undefined, payload: unknown, record: FrameRecord): WireEvent {
    const call: BackendCall = { id, action, payload: asJsonObject(payload), record, answers: 0 };
    this.#backendCalls.set(id, call);
    forgetOldest(this.#backendCalls);
    return { kind: 'backendCall', call, atMs: record.atMs };
  }

  #answerTo(
    id: string,
    payload: unknown,
    outcome: BackendAnswer['outcome'],
    record: FrameRecord,
  ): WireEvent | undefined {
    const call = this.#stationCalls.get(id);
    if (call === undefined || call.record.connection !== record.connection || call.answer !== undefined)
      return undefined;
    const usable = outcome !== 'result' || isUsable(call.action, payload);
    const answer: BackendAnswer = { outcome: usable ? outcome : 'unusable', payload: asJsonObject(payload), record };
    call.answer = answer;
    return { kind: 'backendAnswer', call, answer, atMs: record.atMs };
  }
}

function malformed(record: FrameRecord, problem: string): WireEvent {
  return { kind: 'malformed', record, problem, atMs: record.atMs };
}

function isUsable(action: string, payload: unknown): boolean {
  const violation = isRecord(payload) ? ocpp16.validateResponse(action, payload) : { onlyAdditionalProperties: false };
  return violation === undefined || violation.onlyAdditionalProperties;
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size <= rememberedIds) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
