import type { Random } from '../core/random.ts';
import type { Time } from '../core/time.ts';
import type { BackendSession, FactAnswer, Outcome } from '../delivery/session.ts';
import type { StationCommands } from './station-commands.ts';

/** An OCPP version, as the station uses it. */
export interface Dialect {
  /** The sub-protocol's name. */
  readonly subProtocol: string;
  /** The most characters of an identifier that its messages can carry. */
  readonly longestIdToken: number;
  /** Opens the dialect on a fresh socket; the version is bound to the socket (fault 58). */
  open(socket: DialectSocket): DialectConnection;
}

/** What a dialect gets with a socket. */
export interface DialectSocket {
  readonly time: Time;
  readonly random: Random;
  readonly commands: StationCommands;
  /** Who made the station, read at each call: codes of a vendor go out with the vendor (N-03). */
  readonly vendor: () => string;
  /** How long a CALL waits for its answer, read at each call. */
  readonly messageTimeoutMs: () => number;
  /** Sends one text frame; false when the socket is gone. */
  send(text: string): boolean;
  /** An answer to a fact that came after its time. */
  lateFactAnswer(messageId: string, outcome: Outcome<FactAnswer>): void;
  /** Every frame and mishap, for log and checker; texts are redacted. */
  observe(event: WireEvent): void;
}

/** A dialect at work on one socket. */
export interface DialectConnection {
  readonly session: BackendSession;
  receive(text: string): void;
  /** The socket is gone: the call in flight ends as `linkLost`. */
  close(): void;
}

/** What is seen on the wire, ready for a log. */
export type WireEvent =
  | {
      readonly kind: 'frame';
      readonly direction: 'in' | 'out';
      readonly messageType: 'call' | 'callResult' | 'callError' | 'other';
      readonly action: string | null;
      readonly id: string;
      readonly text: string;
      readonly latencyMs: number | null;
    }
  | { readonly kind: 'mishap'; readonly what: string; readonly action: string | null; readonly problem: string };
