import type { OcppErrorCode } from './errors.ts';
import type { Violation } from './protocol.ts';

/** How a call of ours ended; there is no other end. */
export type CallOutcome =
  | {
      readonly kind: 'result';
      /** Obeys the schema, apart from `violation`. */
      readonly payload: unknown;
      /** Tolerated: the response has members that the schema does not know, and nothing else is wrong. */
      readonly violation?: Violation;
    }
  | {
      readonly kind: 'error';
      /** `undefined` for a word that no version of OCPP knows. */
      readonly code: OcppErrorCode | undefined;
      /** As on the wire. */
      readonly codeText: string;
      readonly description: string;
      readonly details: unknown;
    }
  /** No answer within the time given; one that comes later goes to `onLateAnswer`. */
  | { readonly kind: 'timeout' }
  /** The link closed, or could not take the frame, before an answer came; whether the backend got the call is unknown. */
  | { readonly kind: 'linkLost' }
  /** A fault of ours: the request breaks the schema and was not sent (T-17). */
  | { readonly kind: 'invalidRequest'; readonly violation: Violation }
  /** The answer cannot be used; `payload` is `undefined` when it was not even a well-formed frame. */
  | { readonly kind: 'invalidResponse'; readonly violation: Violation; readonly payload: unknown };
