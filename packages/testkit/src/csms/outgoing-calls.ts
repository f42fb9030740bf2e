import { randomUUID } from 'node:crypto';

import { encodeFrame, parseFrame, type CallErrorFrame, type CallResultFrame } from '@kerbside/ocpp';
import type { Cancel, JsonObject, Time } from '@kerbside/station';

import { asJsonObject } from '../frame-log.ts';
import { CallRefused, TestkitError } from '../testkit-error.ts';

interface Pending {
  readonly action: string;
  readonly resolve: (payload: JsonObject) => void;
  readonly reject: (error: TestkitError) => void;
  readonly cancel: Cancel;
}

/** The CALLs of a backend on one connection that wait for their answers; any number at a time, right or wrong. */
export class OutgoingCalls {
  readonly #time: Time;
  readonly #pending = new Map<string, Pending>();

  constructor(time: Time) {
    this.#time = time;
  }

  /** @throws TestkitError `call.timeout`, `call.lost`, CallRefused */
  call(action: string, payload: JsonObject, timeoutMs: number, send: (text: string) => void): Promise<JsonObject> {
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      const cancel = this.#time.after(timeoutMs, () => {
        this.#pending.delete(id);
        reject(new TestkitError('call.timeout', `${action} was not answered within ${timeoutMs} ms.`));
      });
      this.#pending.set(id, { action, resolve, reject, cancel });
      send(encodeFrame({ kind: 'call', id, action, payload }));
    });
  }

  /** Takes a text of the station; true when it answered a call. */
  receive(text: string): boolean {
    const parsed = parseFrame(text);
    if (parsed.kind !== 'frame') return false;
    const { frame } = parsed;
    if (frame.kind !== 'callResult' && frame.kind !== 'callError') return false;
    return this.#settle(frame);
  }

  /** Ends all calls with the connection. */
  close(): void {
    for (const { action, reject, cancel } of this.#pending.values()) {
      cancel();
      reject(new TestkitError('call.lost', `The connection ended before ${action} was answered.`));
    }
    this.#pending.clear();
  }

  #settle(frame: CallResultFrame | CallErrorFrame): boolean {
    const pending = this.#pending.get(frame.id);
    if (pending === undefined) return false;
    this.#pending.delete(frame.id);
    pending.cancel();
    if (frame.kind === 'callResult') pending.resolve(asJsonObject(frame.payload));
    else pending.reject(new CallRefused(pending.action, frame.code, frame.description));
    return true;
  }
}
