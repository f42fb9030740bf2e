import type { Bearer } from './bearer.ts';
import type { BearerRules } from './bearer-choice.ts';
import type { NetworkInterface } from './network.ts';

/** The whole state of the choice; times are monotonic milliseconds. Interfaces are named by `keyOf`. */
export interface BearerMachine {
  readonly rules: BearerRules;
  /** Null: they cannot be told apart. */
  readonly interfaces: readonly NetworkInterface[] | null;
  /** What the hardware driver says of the connection. */
  readonly driverUp: boolean;
  readonly used: Bearer | null;
  /** Why it is used, or why none is. */
  readonly reason: string;
  /** Since when each bearer that is up has been up. */
  readonly upSinceMs: ReadonlyMap<string, number>;
  /** Failed attempts in a row over the used bearer. */
  readonly failures: number;
  /** The used bearer has to prove itself: after one failed attempt the link returns to this one. */
  readonly returnTo: string | null;
  /** Bearers over which the backend was not reached, with the time at which they are tried again. */
  readonly suspects: ReadonlyMap<string, number>;
  /** When each bearer was last tried instead of another. */
  readonly triedMs: ReadonlyMap<string, number>;
  /** A move waits for the CALL in flight. */
  readonly moving: boolean;
}

export type BearerInput =
  | { readonly type: 'rules'; readonly rules: BearerRules }
  | { readonly type: 'interfaces'; readonly interfaces: readonly NetworkInterface[] | null }
  | { readonly type: 'driver'; readonly up: boolean }
  | { readonly type: 'attemptFailed' }
  /** The backend answered a CALL: the bearer works. */
  | { readonly type: 'proven' }
  /** No CALL is in flight, and none begins until `resume` or the end of the connection. */
  | { readonly type: 'quiet' }
  | { readonly type: 'timer' };

/** How the link goes over to a bearer. */
export type BearerChange =
  /** The first, or the first after a time without. */
  | 'up'
  /** The used one is gone: at once, without a word. */
  | 'lost'
  /** In one clean reconnect. */
  | 'move'
  /** After a trial in vain: the back-off goes on. */
  | 'return'
  /** Another address came beside the ones in use: for the next attempt. */
  | 'same';

export type BearerEffect =
  | { readonly type: 'use'; readonly bearer: Bearer | null; readonly change: BearerChange; readonly reason: string }
  /** Let no CALL leave and tell `quiet` when none is in flight. */
  | { readonly type: 'awaitQuiet' }
  /** The move is off: CALLs may leave. */
  | { readonly type: 'resume' }
  /** Replaces the timer; null: none. */
  | { readonly type: 'arm'; readonly delayMs: number | null };
