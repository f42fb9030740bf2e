import { isRecord, type JsonObject } from '@kerbside/station';
import { parseFrame } from '@kerbside/ocpp';

/** One text frame as it passed the backend. */
export interface FrameRecord {
  /** Counts all frames of the backend, from 1. */
  readonly sequence: number;
  readonly identity: string;
  /** Counts the connections of the backend, from 1. */
  readonly connection: number;
  /** `in` comes from the station, `out` goes to it. */
  readonly direction: 'in' | 'out';
  readonly text: string;
  /** The backend's wall clock. */
  readonly atMs: number;
  /** The backend sent it, but it can never arrive: the connection is dead. */
  readonly lost?: true;
}

/** A CALL of a station, read. */
export interface LoggedCall {
  readonly identity: string;
  readonly connection: number;
  readonly id: string;
  readonly action: string;
  readonly payload: JsonObject;
  readonly atMs: number;
}

/** Every frame that passed a backend, in order; the oldest are forgotten beyond the limit. */
export class FrameLog {
  readonly #limit: number;
  #records: FrameRecord[] = [];
  #sequence = 0;
  readonly #read = new WeakMap<FrameRecord, LoggedCall | undefined>();

  /** @param limit how many frames are kept at least */
  constructor(limit = 100_000) {
    this.#limit = limit;
  }

  add(frame: Omit<FrameRecord, 'sequence'>): FrameRecord {
    this.#sequence += 1;
    const record = { sequence: this.#sequence, ...frame };
    this.#records.push(record);
    if (this.#records.length > this.#limit * 2) this.#records = this.#records.slice(-this.#limit);
    return record;
  }

  /** All frames, or those of one station. */
  all(identity?: string): readonly FrameRecord[] {
    return identity === undefined ? this.#records : this.#records.filter((record) => record.identity === identity);
  }

  /** The CALLs that stations sent, retransmissions included; all, or those of one action and station. */
  calls(action?: string, identity?: string): readonly LoggedCall[] {
    return this.#records.flatMap((record) => {
      if (record.direction !== 'in' || (identity !== undefined && record.identity !== identity)) return [];
      const call = this.#callOf(record);
      return call === undefined || (action !== undefined && call.action !== action) ? [] : [call];
    });
  }

  /** Conditions ask again and again, so each text is read once. */
  #callOf(record: FrameRecord): LoggedCall | undefined {
    if (!this.#read.has(record)) this.#read.set(record, readCall(record));
    return this.#read.get(record);
  }

  clear(): void {
    this.#records = [];
  }
}

function readCall(record: FrameRecord): LoggedCall | undefined {
  const parsed = parseFrame(record.text);
  if (parsed.kind !== 'frame' || parsed.frame.kind !== 'call') return undefined;
  const { id, action, payload } = parsed.frame;
  const { identity, connection, atMs } = record;
  return { identity, connection, id, action, payload: asJsonObject(payload), atMs };
}

/** A payload as an object; anything else counts as an empty one. The payload came out of `JSON.parse`. */
export function asJsonObject(payload: unknown): JsonObject {
  return isRecord(payload) ? (payload as JsonObject) : {};
}
