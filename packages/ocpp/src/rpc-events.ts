import type { CallOutcome } from './call-outcome.ts';
import type { Frame } from './frames.ts';
import type { Violation } from './protocol.ts';

/** What happens on a link, for logs, metrics and the protocol checker. Texts are as on the wire: redact before you publish them. */
export type RpcEvent =
  | {
      /** A readable frame came in, or a frame is handed to the transport. */
      readonly kind: 'frame';
      readonly direction: 'in' | 'out';
      readonly text: string;
      readonly frame: Frame;
      /** Of the request that the frame is or answers; `undefined` for an answer to nothing that is known. */
      readonly action: string | undefined;
      /** On an answer: milliseconds since its request. */
      readonly latencyMs?: number;
    }
  | {
      /** A text came in that is no frame of this version (T-13). */
      readonly kind: 'malformed';
      readonly text: string;
      readonly problem: string;
      readonly id?: string;
      readonly messageType?: number;
    }
  | {
      /** An answer came in that belongs to no call of ours and was dropped (T-12). */
      readonly kind: 'foreignAnswer';
      readonly id: string;
    }
  | {
      /** An answer came in to a call that had timed out. */
      readonly kind: 'lateAnswer';
      readonly id: string;
      readonly action: string;
      readonly outcome: CallOutcome;
    }
  | {
      /** A call of ours was not answered in time. */
      readonly kind: 'timeout';
      readonly id: string;
      readonly action: string;
      readonly timeoutMs: number;
    }
  | {
      /** A payload breaks its schema; outgoing ones are not sent (T-17). */
      readonly kind: 'violation';
      readonly direction: 'in' | 'out';
      readonly message: 'request' | 'response';
      readonly id: string;
      readonly action: string;
      readonly violation: Violation;
    }
  | {
      /** The handler of an incoming call threw or took too long; InternalError is answered for it while the link stands. */
      readonly kind: 'handlerFailed';
      readonly id: string;
      readonly action: string;
      readonly reason: 'threw' | 'timedOut';
      readonly cause?: unknown;
    }
  | {
      /** A handler's answer came after its time or after the link had closed, and was not sent. */
      readonly kind: 'answerDropped';
      readonly id: string;
      readonly action: string;
    }
  | {
      /** The transport could not take a frame, or a frame could not be written as JSON. */
      readonly kind: 'sendFailed';
      readonly id: string;
      readonly cause: unknown;
    }
  | {
      /** A callback of the owner threw: `after` of an answer, or `onLateAnswer`. */
      readonly kind: 'callbackFailed';
      readonly id: string;
      readonly callback: 'after' | 'onLateAnswer';
      readonly cause: unknown;
    };
