import { outcomeOfAnswer, outcomeOfMalformedAnswer } from './answer-outcome.ts';
import type { CallOutcome } from './call-outcome.ts';
import { errorCodeOnWire } from './errors.ts';
import {
  maxMessageIdLength,
  messageTypes,
  parseFrame,
  type CallErrorFrame,
  type CallResultFrame,
  type Frame,
  type MalformedFrame,
} from './frames.ts';
import {
  IncomingCalls,
  type CallGate,
  type CallHandler,
  type RequestMending,
  type ViolationAnswer,
} from './incoming-calls.ts';
import type { Protocol, Role, Violation } from './protocol.ts';
import type { RpcEvent } from './rpc-events.ts';
import { RpcLine, type RpcTransport } from './rpc-line.ts';
import type { RpcTimers } from './rpc-timers.ts';
import { RpcUsageError } from './rpc-usage-error.ts';
import { TimedOutCalls } from './timed-out-calls.ts';

/** What a peer is made of. */
export interface RpcPeerOptions {
  readonly protocol: Protocol;
  readonly transport: RpcTransport;
  readonly timers: RpcTimers;
  /** The end that this code is; `station` unless given. Calls that only this end may send are refused from the other. */
  readonly role?: Role;
  /** Serves the calls of the other end. */
  readonly handleCall: CallHandler;
  /** Asked at each call first; what it refuses is neither read nor served. Lets everything in unless given. */
  readonly admit?: CallGate;
  /** Asked at each call that breaks its schema; without an answer it gets the CALLERROR for that (T-15). */
  readonly answerViolation?: ViolationAnswer;
  readonly mendRequest?: RequestMending;
  /** How long a handler may take before InternalError is answered in its place; 20,000 ms unless given. */
  readonly handlerTimeoutMs?: number;
  /** Takes the outcome of a call that had timed out and is answered after all; the last 64 are remembered. */
  readonly onLateAnswer?: (id: string, outcome: CallOutcome) => void;
  /** Takes everything that happens, for logs and the protocol checker. */
  readonly onEvent?: (event: RpcEvent) => void;
}

/** What a call needs beside action and payload. */
export interface CallOptions {
  /** 1 to 36 characters, unique for the identity over all its links; a retransmission may keep the id of its first (T-09). */
  readonly id: string;
  /** How long to wait for the answer, in milliseconds. */
  readonly timeoutMs: number;
}

interface PendingCall {
  readonly id: string;
  readonly action: string;
  readonly sentAtMs: number;
  readonly resolve: (outcome: CallOutcome) => void;
  cancelTimeout: () => void;
}

const defaultHandlerTimeoutMs = 20_000;
const rememberedTimeouts = 64;

/**
 * One end of an OCPP-J link, for as long as the link lasts: sends calls one at a time (T-10), serves the calls of the other
 * end meanwhile (T-11), and survives whatever it is sent (T-13).
 */
export class RpcPeer {
  readonly #options: RpcPeerOptions;
  readonly #role: Role;
  readonly #line: RpcLine;
  readonly #incoming: IncomingCalls;
  readonly #timedOut = new TimedOutCalls(rememberedTimeouts);
  #pending: PendingCall | undefined;
  #closed = false;

  constructor(options: RpcPeerOptions) {
    const { protocol, timers, handleCall, admit, answerViolation, mendRequest, role = 'station' } = options;
    const { handlerTimeoutMs = defaultHandlerTimeoutMs } = options;
    this.#options = options;
    this.#role = role;
    this.#line = new RpcLine(options.transport, options.onEvent);
    this.#incoming = new IncomingCalls({
      protocol,
      role,
      timers,
      handleCall,
      admit,
      answerViolation,
      mendRequest,
      handlerTimeoutMs,
      line: this.#line,
    });
  }

  /** Whether a call of ours waits for its answer. */
  get busy(): boolean {
    return this.#pending !== undefined;
  }

  /**
   * Sends a call and waits for its end; the promise never rejects. After a time-out the same id may be used again: whichever
   * answer comes first then settles the new call.
   *
   * @throws RpcUsageError `rpc.busy` while another call is in flight (T-10), `rpc.messageId` for an id that may not be sent.
   */
  call(action: string, payload: unknown, options: CallOptions): Promise<CallOutcome> {
    if (this.#pending !== undefined) throw new RpcUsageError('rpc.busy');
    if (options.id === '' || options.id.length > maxMessageIdLength) throw new RpcUsageError('rpc.messageId');
    if (this.#closed) return Promise.resolve({ kind: 'linkLost' });
    const violation = this.#wrongSender(action) ?? this.#options.protocol.validateRequest(action, payload);
    if (violation !== undefined) {
      const { id } = options;
      this.#line.report({ kind: 'violation', direction: 'out', message: 'request', id, action, violation });
      return Promise.resolve({ kind: 'invalidRequest', violation });
    }
    return new Promise((resolve) => this.#start(action, payload, options, resolve));
  }

  /** Takes one text frame from the transport; never throws. After `close` frames are ignored. */
  receive(text: string): void {
    if (this.#closed) return;
    const parsed = parseFrame(text);
    if (parsed.kind === 'malformed') this.#receiveMalformed(parsed, text);
    else this.#receiveFrame(parsed.frame, text);
  }

  /** Ends the peer with its link: the call in flight ends as `linkLost`, answers of handlers at work are dropped. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#incoming.close();
    this.#timedOut.clear();
    if (this.#pending !== undefined) this.#settle(this.#pending, { kind: 'linkLost' });
  }

  #wrongSender(action: string): Violation | undefined {
    const message = this.#options.protocol.messages.get(action);
    if (message === undefined || message.sender === 'both' || message.sender === this.#role) return undefined;
    const problem = `The ${this.#role} may not send this action.`;
    return { code: 'NotSupported', path: '', problem, onlyAdditionalProperties: false };
  }

  #start(action: string, payload: unknown, options: CallOptions, resolve: PendingCall['resolve']): void {
    const { id, timeoutMs } = options;
    const { timers } = this.#options;
    this.#timedOut.take(id);
    const pending: PendingCall = {
      id,
      action,
      sentAtMs: timers.monotonicMs(),
      resolve,
      cancelTimeout: timers.after(timeoutMs, () => this.#timeOut(pending, timeoutMs)),
    };
    this.#pending = pending;
    const sent = this.#line.send({ kind: 'call', id, action, payload }, action);
    if (!sent) this.#settle(pending, { kind: 'linkLost' });
  }

  #timeOut(pending: PendingCall, timeoutMs: number): void {
    const { id, action, sentAtMs } = pending;
    this.#timedOut.add(id, { action, sentAtMs });
    this.#line.report({ kind: 'timeout', id, action, timeoutMs });
    this.#settle(pending, { kind: 'timeout' });
  }

  /** Ends a call; harmless for one that has ended (a transport may answer, or close the peer, inside `send`). */
  #settle(pending: PendingCall, outcome: CallOutcome): void {
    if (this.#pending !== pending) return;
    this.#pending = undefined;
    pending.cancelTimeout();
    pending.resolve(outcome);
  }

  #receiveFrame(frame: Frame, text: string): void {
    switch (frame.kind) {
      case 'call':
        if (this.#line.observed) {
          this.#line.report({ kind: 'frame', direction: 'in', text, frame, action: frame.action });
        }
        this.#incoming.receive(frame, text);
        return;
      case 'callResult':
      case 'callError':
        this.#receiveAnswer(frame, text);
        return;
      case 'callResultError':
      case 'send':
        // Message types 5 and 6 belong to 2.1; below it they are unknown numbers, which are ignored (T-13, J-05).
        this.#line.report({ kind: 'malformed', text, problem: 'The message type number is unknown.', id: frame.id });
    }
  }

  #receiveAnswer(frame: CallResultFrame | CallErrorFrame, text: string): void {
    const pending = this.#pending?.id === frame.id ? this.#pending : undefined;
    const call = pending ?? this.#timedOut.take(frame.id);
    this.#reportAnswer(frame, text, call);
    if (call === undefined) {
      this.#line.report({ kind: 'foreignAnswer', id: frame.id });
      return;
    }
    const outcome = outcomeOfAnswer(frame, call.action, this.#options.protocol);
    if ('violation' in outcome && outcome.violation !== undefined) {
      const { id } = frame;
      const { violation } = outcome;
      this.#line.report({
        kind: 'violation',
        direction: 'in',
        message: 'response',
        id,
        action: call.action,
        violation,
      });
    }
    if (pending === undefined) this.#handOverLate(frame.id, call.action, outcome);
    else this.#settle(pending, outcome);
  }

  #reportAnswer(frame: Frame, text: string, call: Pick<PendingCall, 'action' | 'sentAtMs'> | undefined): void {
    if (!this.#line.observed) return;
    const common = { kind: 'frame', direction: 'in', text, frame, action: call?.action } as const;
    const latencyMs = call === undefined ? undefined : this.#options.timers.monotonicMs() - call.sentAtMs;
    this.#line.report(latencyMs === undefined ? common : { ...common, latencyMs });
  }

  #handOverLate(id: string, action: string, outcome: CallOutcome): void {
    this.#line.report({ kind: 'lateAnswer', id, action, outcome });
    try {
      this.#options.onLateAnswer?.(id, outcome);
    } catch (cause) {
      this.#line.report({ kind: 'callbackFailed', id, callback: 'onLateAnswer', cause });
    }
  }

  /** Answers what is a CALL with a readable id, ends the call in flight when its answer is beyond reading, ignores the rest. */
  #receiveMalformed(malformed: MalformedFrame, text: string): void {
    const { id, messageType, problem } = malformed;
    this.#line.report({ ...malformed, text });
    if (id === undefined) return;
    if (messageType === messageTypes.call) {
      const { protocol, admit } = this.#options;
      const refusal = admit?.() ?? { code: 'FormatViolation', description: problem };
      const code = errorCodeOnWire(refusal.code, protocol.version);
      this.#line.send({ kind: 'callError', id, code, description: refusal.description, details: {} }, undefined);
    } else if (this.#pending?.id === id && isAnswer(messageType)) {
      this.#settle(this.#pending, outcomeOfMalformedAnswer(problem));
    }
  }
}

function isAnswer(messageType: number | undefined): boolean {
  return messageType === messageTypes.callResult || messageType === messageTypes.callError;
}
