import type { JsonObject } from '@kerbside/station';

import type { FrameRecord } from '../frame-log.ts';
import type { CheckerRule } from './checker-rules.ts';
import type { Expectations } from './expectations.ts';

/** One transmission of a CALL by a station. */
export interface StationCall {
  readonly id: string;
  readonly action: string;
  readonly payload: JsonObject;
  readonly record: FrameRecord;
  /** The transmission before this one under the same id. */
  readonly previous?: StationCall;
  /** What the backend answered to this transmission, once it did. */
  answer?: BackendAnswer;
}

/** What the backend answered; `unusable` is no answer that a station could understand. */
export interface BackendAnswer {
  readonly outcome: 'result' | 'error' | 'unusable';
  readonly payload: JsonObject;
  readonly record: FrameRecord;
}

/** One CALL of the backend. */
export interface BackendCall {
  readonly id: string;
  /** `undefined` for a malformed one that can be answered nevertheless. */
  readonly action: string | undefined;
  readonly payload: JsonObject;
  readonly record: FrameRecord;
  answers: number;
}

/** What the station answered. */
export interface StationAnswer {
  readonly call: BackendCall | undefined;
  readonly outcome: 'result' | 'error';
  /** The payload, or of a CALLERROR its code. */
  readonly payload: unknown;
  readonly code?: string;
  readonly record: FrameRecord;
}

/** What happened on the connections of one station, frames put in relation to each other. */
export type WireEvent =
  | { readonly kind: 'connected'; readonly connection: number; readonly atMs: number; readonly second: boolean }
  | { readonly kind: 'closed'; readonly connection: number; readonly atMs: number }
  /** From now on nothing of this connection may arrive. */
  | { readonly kind: 'unreachable'; readonly connection: number }
  | { readonly kind: 'rebooted' }
  | { readonly kind: 'stationCall'; readonly call: StationCall; readonly atMs: number }
  | {
      readonly kind: 'backendAnswer';
      readonly call: StationCall;
      readonly answer: BackendAnswer;
      readonly atMs: number;
    }
  | { readonly kind: 'backendCall'; readonly call: BackendCall; readonly atMs: number }
  | { readonly kind: 'stationAnswer'; readonly answer: StationAnswer; readonly atMs: number }
  | { readonly kind: 'malformed'; readonly record: FrameRecord; readonly problem: string; readonly atMs: number }
  | { readonly kind: 'passed'; readonly atMs: number };

/** What every watch is given. */
export interface WatchContext {
  /** Read anew each time: a test may change them in the middle of a story. */
  readonly expectations: () => Expectations;
  readonly report: (rule: CheckerRule, problem: string, records: readonly FrameRecord[]) => void;
}

/** Watches one station for one kind of misbehaviour. */
export interface Watch {
  see(event: WireEvent): void;
}
