import { RpcPeer, type RpcEvent } from '@kerbside/ocpp';
import { ocpp16 } from '@kerbside/ocpp/ocpp16';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import { isRecord } from '../../core/json.ts';
import type { Dialect, DialectConnection, DialectSocket, WireEvent } from '../dialect.ts';
import { admission } from './admission.ts';
import { serve } from './handlers/handlers.ts';
import { toOutcome } from './outcome.ts';
import { mended } from './mended.ts';
import { redactFrame } from './redact.ts';
import { decodeFactAnswer, Ocpp16Session } from './session.ts';
import { unknownTrigger } from './unknown-trigger.ts';

/** OCPP 1.6J. */
export const ocpp16Dialect: Dialect = { subProtocol: 'ocpp1.6', longestIdToken: 20, open };

function open(socket: DialectSocket): DialectConnection {
  const peer = new RpcPeer({
    protocol: ocpp16,
    transport: { send: (text) => sendOrThrow(socket, text) },
    timers: socket.time,
    admit: admission(socket.commands),
    answerViolation: unknownTrigger,
    mendRequest: (_action, payload) => (isRecord(payload) ? mended(payload) : undefined),
    handleCall: (action, payload) => serve(action, payload, socket.commands),
    onLateAnswer: (id, outcome) => socket.lateFactAnswer(id, toOutcome(outcome, decodeFactAnswer)),
    onEvent: (event) => {
      const seen = toWireEvent(event);
      if (seen !== null) socket.observe(seen);
    },
  });
  return {
    session: new Ocpp16Session(peer, socket),
    receive: (text) => peer.receive(text),
    close: () => peer.close(),
  };
}

/** A call that could not leave ends as `linkLost` at once and uses up no attempt (INV-11). */
function sendOrThrow(socket: DialectSocket, text: string): void {
  if (!socket.send(text)) throw new KerbsideError('link.lost', 'the socket took no more frames');
}

function toWireEvent(event: RpcEvent): WireEvent | null {
  switch (event.kind) {
    case 'frame': {
      const { kind } = event.frame;
      const messageType = kind === 'call' || kind === 'callResult' || kind === 'callError' ? kind : 'other';
      const { direction, frame, latencyMs, text } = event;
      const common = { direction, messageType, id: frame.id, text: redactFrame(text) } as const;
      return { kind: 'frame', ...common, action: event.action ?? null, latencyMs: latencyMs ?? null };
    }
    case 'malformed':
      return { kind: 'mishap', what: 'malformedFrame', action: null, problem: event.problem };
    case 'violation':
      return {
        kind: 'mishap',
        what: `${event.direction}Violation`,
        action: event.action,
        problem: `${event.violation.path} ${event.violation.problem}`,
      };
    case 'handlerFailed':
      return {
        kind: 'mishap',
        what: 'handlerFailed',
        action: event.action,
        problem: event.reason === 'threw' ? messageOf(event.cause) : 'timed out',
      };
    case 'foreignAnswer':
    case 'lateAnswer':
    case 'timeout':
    case 'answerDropped':
      return { kind: 'mishap', what: event.kind, action: 'action' in event ? event.action : null, problem: event.id };
    case 'sendFailed':
    case 'callbackFailed':
      return { kind: 'mishap', what: event.kind, action: null, problem: messageOf(event.cause) };
  }
}
