import type { OcppErrorCode } from './errors.ts';
import { errorCodeOnWire } from './errors.ts';
import type { CallFrame, Frame } from './frames.ts';
import type { Protocol, Role, Violation } from './protocol.ts';
import type { RpcLine } from './rpc-line.ts';
import type { RpcTimers } from './rpc-timers.ts';

/** What a handler answers; `after` runs once the answer is with the transport (TR-01: confirmation first, message afterwards). */
export type IncomingAnswer =
  | { readonly kind: 'result'; readonly payload: object; readonly after?: () => void }
  | {
      readonly kind: 'error';
      readonly code: OcppErrorCode;
      readonly description: string;
      readonly details?: object;
      readonly after?: () => void;
    };

/** Serves one incoming call, whose payload obeys its schema. */
export type CallHandler = (
  action: string,
  payload: unknown,
  context: { readonly id: string },
) => Promise<IncomingAnswer>;

/** Refuses a call before anything else is looked at, whatever it asks for; undefined lets it in. */
export type CallGate = () => Extract<IncomingAnswer, { kind: 'error' }> | undefined;

/** Answers a call that breaks its schema where the standard has an answer for that; undefined leaves it a CALLERROR. */
export type ViolationAnswer = (action: string, violation: Violation) => IncomingAnswer | undefined;

/** Reads a payload that breaks its schema as the sender must have meant it; undefined where nobody can tell. */
export type RequestMending = (action: string, payload: unknown) => unknown;

/** What incoming calls need. */
interface IncomingCallsDeps {
  readonly protocol: Protocol;
  /** The end that this code is. */
  readonly role: Role;
  readonly line: RpcLine;
  readonly timers: RpcTimers;
  readonly handleCall: CallHandler;
  readonly admit?: CallGate | undefined;
  readonly answerViolation?: ViolationAnswer | undefined;
  readonly mendRequest?: RequestMending | undefined;
  readonly handlerTimeoutMs: number;
}

/** A call whose handler is at work. */
interface RunningCall {
  readonly frame: CallFrame;
  readonly text: string;
  readonly receivedAtMs: number;
  /** How often the call was received, which is how often it will be answered. */
  received: number;
  cancelTimeout: () => void;
}

/** A call as it is to be served, or what it is answered. */
type Admitted = { readonly frame: CallFrame } | { readonly refusal: IncomingAnswer };

/** The longest error description (OCPP-J 2.x §4.2.3; 1.6 sets no limit), in UTF-16 units. */
const maxDescriptionLength = 255;

/**
 * Serves the calls of the other end, all at the same time and each within its time, so that crossing calls never
 * dead-lock (T-11).
 *
 * A call that is received again, letter for letter, while its handler is at work does not start a second handler: the one
 * answer is sent once for each time the call was received. Received again after that, it is a new call.
 */
export class IncomingCalls {
  readonly #deps: IncomingCallsDeps;
  /** By the text of the frame: two calls that share an id and nothing else are two calls. Null while none is at work. */
  #running: Map<string, RunningCall> | null = null;

  constructor(deps: IncomingCallsDeps) {
    this.#deps = deps;
  }

  /** Takes one CALL; `text` is the frame as received. */
  receive(frame: CallFrame, text: string): void {
    const repeated = this.#running?.get(text);
    if (repeated !== undefined) {
      repeated.received += 1;
      return;
    }
    const admitted = this.#admitted(frame);
    if ('refusal' in admitted) this.#deps.line.send(this.#answerFrame(frame.id, admitted.refusal), frame.action, 0);
    else this.#start(admitted.frame, text);
  }

  /** Stops waiting for the handlers at work; what they answer later is dropped. */
  close(): void {
    for (const call of this.#running?.values() ?? []) call.cancelTimeout();
    this.#running = null;
  }

  /** The call as it is to be served, or why it is not. */
  #admitted(frame: CallFrame): Admitted {
    const { protocol, role, line, admit } = this.#deps;
    const { id, action, payload } = frame;
    const refused = admit?.();
    if (refused !== undefined) return { refusal: refused };
    const message = protocol.messages.get(action);
    if (message === undefined) return refusal('NotImplemented', 'The action is unknown; names are case-sensitive.');
    if (message.sender === role) return refusal('NotSupported', `Only the ${role} sends this action.`);
    const violation = protocol.validateRequest(action, payload);
    if (violation === undefined) return { frame };
    line.report({ kind: 'violation', direction: 'in', message: 'request', id, action, violation });
    return this.#broken(frame, violation);
  }

  /** A call that breaks its schema. */
  #broken(frame: CallFrame, violation: Violation): Admitted {
    const { protocol, mendRequest, answerViolation } = this.#deps;
    const { action } = frame;
    const mended = mendRequest?.(action, frame.payload);
    if (mended !== undefined && protocol.validateRequest(action, mended) === undefined)
      return { frame: { ...frame, payload: mended } };
    const answer = answerViolation?.(action, violation);
    return answer === undefined ? refusal(violation.code, describe(violation)) : { refusal: answer };
  }

  #start(frame: CallFrame, text: string): void {
    const { timers, handleCall, handlerTimeoutMs } = this.#deps;
    const call: RunningCall = {
      frame,
      text,
      receivedAtMs: timers.monotonicMs(),
      received: 1,
      cancelTimeout: timers.after(handlerTimeoutMs, () => this.#fail(call, 'timedOut')),
    };
    this.#running ??= new Map();
    this.#running.set(text, call);
    try {
      handleCall(frame.action, frame.payload, { id: frame.id }).then(
        (answer) => this.#finish(call, answer),
        (cause: unknown) => this.#fail(call, 'threw', cause),
      );
    } catch (cause) {
      this.#fail(call, 'threw', cause);
    }
  }

  #fail(call: RunningCall, reason: 'threw' | 'timedOut', cause?: unknown): void {
    const { id, action } = call.frame;
    const event = { kind: 'handlerFailed', id, action, reason } as const;
    this.#deps.line.report(cause === undefined ? event : { ...event, cause });
    const why = reason === 'threw' ? 'failed' : 'took too long';
    this.#finish(call, {
      kind: 'error',
      code: 'InternalError',
      description: `The ${this.#deps.role}'s handler ${why}.`,
    });
  }

  #finish(call: RunningCall, answer: IncomingAnswer): void {
    const { line, timers } = this.#deps;
    const { id, action } = call.frame;
    if (this.#running?.get(call.text) !== call) {
      line.report({ kind: 'answerDropped', id, action });
      return;
    }
    this.#running.delete(call.text);
    if (this.#running.size === 0) this.#running = null;
    call.cancelTimeout();
    const checked = this.#checked(call.frame, answer);
    const frame = this.#answerFrame(id, checked);
    const latencyMs = line.observed ? timers.monotonicMs() - call.receivedAtMs : 0;
    let sent = false;
    for (let copy = 0; copy < call.received; copy += 1) sent = line.send(frame, action, latencyMs);
    if (sent) this.#runAfter(id, checked);
  }

  /** The answer, or InternalError in its place when it would break the schema (T-17). */
  #checked({ id, action }: CallFrame, answer: IncomingAnswer): IncomingAnswer {
    if (answer.kind === 'error') return answer;
    const violation = this.#deps.protocol.validateResponse(action, answer.payload);
    if (violation === undefined) return answer;
    this.#deps.line.report({ kind: 'violation', direction: 'out', message: 'response', id, action, violation });
    return { kind: 'error', code: 'InternalError', description: 'The answer would have broken its schema.' };
  }

  #answerFrame(id: string, answer: IncomingAnswer): Frame {
    if (answer.kind === 'result') return { kind: 'callResult', id, payload: answer.payload };
    return {
      kind: 'callError',
      id,
      code: errorCodeOnWire(answer.code, this.#deps.protocol.version),
      description: cut(answer.description),
      details: answer.details ?? {},
    };
  }

  #runAfter(id: string, answer: IncomingAnswer): void {
    try {
      answer.after?.();
    } catch (cause) {
      this.#deps.line.report({ kind: 'callbackFailed', id, callback: 'after', cause });
    }
  }
}

function describe({ path, problem }: Violation): string {
  return path === '' ? problem : `${path}: ${problem}`;
}

/** Cuts a description so that no surrogate pair is torn apart. */
function cut(description: string): string {
  if (description.length <= maxDescriptionLength) return description;
  return description.slice(0, maxDescriptionLength).replace(/[\uD800-\uDBFF]$/, '');
}

function refusal(code: OcppErrorCode, description: string): { readonly refusal: IncomingAnswer } {
  return { refusal: { kind: 'error', code, description } };
}
