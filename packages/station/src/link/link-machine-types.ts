import type { BearerChange } from '../bearers/bearer-machine-types.ts';
import type { Bearer } from '../bearers/bearer.ts';
import type { BackOffRule, LinkEndpoint } from './link-state.ts';
import type { ConnectFailure, ConnectStage } from './transport.ts';

/** What to connect to. `authorization` is the Authorization header; never shown. */
export interface LinkTarget {
  readonly url: string;
  readonly version: number;
  readonly endpoint: LinkEndpoint;
  readonly authorization?: string;
}

/** What the machine goes by; times of the machine are monotonic milliseconds. */
export interface LinkRules {
  /** Null: there is nothing to connect to, for `reason`. `version` changes with anything that needs another connection. */
  readonly target: LinkTarget | null;
  readonly reason: string;
  readonly communicationTimeoutMs: number;
  readonly tcpWatchdogMs: number;
  readonly keepAliveMs: number;
  readonly backOff: BackOffRule;
  readonly startSpreadMs: number;
}

/** The phases without a socket. */
export type IdlePhase =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'waitingForBearer' }
  | { readonly kind: 'backingOff'; readonly dueMs: number };

/** A live socket. `pingSentMs` is set while a pong is awaited, `nextPingMs` while the keep-alive is on. */
export interface OpenPhase {
  readonly kind: 'open';
  readonly subProtocol: string;
  readonly url: string;
  readonly lastActivityMs: number;
  readonly pingSentMs: number | null;
  readonly nextPingMs: number | null;
}

/** What was is being got rid of; nothing new begins before its end is told. */
export interface EndingPhase {
  readonly kind: 'ending';
  readonly what: 'attempt' | 'socket';
  /** Whether the listener was told of the opening, and so hears of the closing. */
  readonly told: boolean;
  readonly destroyed: boolean;
  /** Whether the end counts as a failure and lengthens the back-off. */
  readonly counts: boolean;
  readonly detector: 'pong' | 'watchdog' | 'bearer' | null;
  /** The stage in which the communication timeout ended the attempt. */
  readonly during: ConnectStage | null;
}

export type LinkPhase =
  | IdlePhase
  | { readonly kind: 'connecting'; readonly stage: ConnectStage; readonly url: string; readonly startedMs: number }
  | OpenPhase
  | EndingPhase;

/** The whole state of a link. */
export interface LinkMachine {
  readonly started: boolean;
  /** Null: none is up, for `noBearer`. */
  readonly bearer: Bearer | null;
  readonly noBearer: string;
  readonly rules: LinkRules;
  readonly phase: LinkPhase;
  readonly sinceMs: number;
  readonly reason: string;
  /** Failures in a row; position in the back-off schedule. */
  readonly failures: number;
  readonly lastAttemptMs: number;
  /** Before this no attempt begins, unless someone asks for one at once. */
  readonly dueMs: number;
  readonly spreadUntilMs: number;
  /** The watchdog, when on, waits at least this long. */
  readonly stretchMs: number;
}

export type LinkTimer = 'redial' | 'attempt' | 'ping' | 'pong' | 'watchdog' | 'stable' | 'grace';

/** The moment of an input: monotonic time, and a number in [0, 1) to be used once. */
export interface Moment {
  readonly nowMs: number;
  readonly chance: number;
}

export type LinkInput =
  | { readonly type: 'start'; readonly rules: LinkRules }
  | { readonly type: 'stop' }
  | { readonly type: 'settings'; readonly rules: LinkRules }
  | {
      readonly type: 'bearer';
      readonly bearer: Bearer | null;
      readonly change: BearerChange;
      readonly reason: string;
    }
  | { readonly type: 'connectNow' }
  | { readonly type: 'reconnect'; readonly reason: string }
  | { readonly type: 'success' }
  | { readonly type: 'stretch'; readonly minimumMs: number }
  | { readonly type: 'stage'; readonly stage: ConnectStage }
  | { readonly type: 'opened'; readonly subProtocol: string }
  | { readonly type: 'failed'; readonly failure: ConnectFailure }
  | { readonly type: 'closed'; readonly code: number; readonly reason: string }
  | { readonly type: 'activity' }
  | { readonly type: 'pong' }
  | { readonly type: 'timer'; readonly timer: LinkTimer };

/** Why a connection ended. */
export interface LinkClosed {
  readonly code: number;
  readonly reason: string;
  /** What made us give the connection up; absent when the peer closed it or when it was closed on request. */
  readonly detector?: 'pong' | 'watchdog' | 'bearer';
}

export type LinkEffect =
  | { readonly type: 'connect'; readonly target: LinkTarget; readonly bearer: Bearer }
  | { readonly type: 'abort' }
  | { readonly type: 'ping' }
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  | { readonly type: 'destroy' }
  /** Forget the attempt or socket whose end is not told; whatever it tells later is ignored. */
  | { readonly type: 'abandon' }
  | { readonly type: 'arm'; readonly timer: LinkTimer; readonly delayMs: number }
  | { readonly type: 'cancel'; readonly timer: LinkTimer }
  | { readonly type: 'tellOpened'; readonly subProtocol: string }
  | { readonly type: 'tellClosed'; readonly info: LinkClosed }
  | { readonly type: 'tellFailed'; readonly failure: ConnectFailure; readonly attempt: number };
