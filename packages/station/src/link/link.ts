import type { Random } from '../core/random.ts';
import type { Time } from '../core/time.ts';
import type { LinkSettings, LinkState } from './link-state.ts';
import type { ConnectFailure, Transport } from './transport.ts';

/** What the link needs; `random` is seeded per identity, so that a fleet spreads out (parameters.md 2). */
export interface LinkDeps {
  readonly time: Time;
  readonly random: Random;
  readonly transport: Transport;
  /** Read anew before each attempt and at `settingsChanged`. */
  readonly settings: () => LinkSettings;
  /** The station's wall clock, or its floor. */
  readonly nowMs: () => number;
  /** Whether `nowMs` is more than the floor; default true. Without a valid clock a `notBefore` is believed provisionally. */
  readonly clockValid?: () => boolean;
  readonly listener: LinkListener;
}

/** Why a connection ended. */
export interface LinkClosed {
  readonly code: number;
  readonly reason: string;
  /** Which of our detectors gave the connection up; absent when the peer closed or when it was closed on request. */
  readonly detector?: 'pong' | 'watchdog' | 'bearer';
}

/** What the link tells; never called from within a call into the link before that call's own effects are done. */
export interface LinkListener {
  opened(connection: { readonly subProtocol: string }): void;
  text(text: string): void;
  /** Exactly once after each `opened`. */
  closed(info: LinkClosed): void;
  stateChanged(state: LinkState): void;
  attemptFailed(failure: ConnectFailure, attempt: number): void;
  warning(text: string): void;
}

/** One WebSocket to the backend: connecting, watching, reconnecting, for ever (architecture.md, The link, as a machine). */
export class Link {
  readonly #deps: LinkDeps;

  constructor(deps: LinkDeps) {
    this.#deps = deps;
  }

  /** Where the link stands; its wall times follow the station's clock. */
  get state(): LinkState {
    return { kind: 'disabled', sinceMs: this.#deps.nowMs(), reason: 'not built yet' };
  }

  /** Begins to connect as soon as an endpoint is set and a bearer is up, after the start spread. */
  start(): void {}

  /** Closes politely (bounded), then resolves; harmless when called twice. */
  stop(): Promise<void> {
    return Promise.resolve();
  }

  /** Reads the settings again: another endpoint reconnects cleanly, keep-alive and watchdog change on the live socket. */
  settingsChanged(): void {}

  /** Tells whether a bearer is up (initially not); up connects at once, down destroys the socket. */
  setBearer(_up: boolean): void {}

  /** Ends a back-off wait. */
  connectNow(): void {}

  /** Closes the connection cleanly and connects again at once. */
  reconnect(_reason: string): void {}

  /** Tells of the first CALLRESULT: the back-off begins anew at the next loss. */
  noteSuccess(): void {}

  /** Keeps the TCP watchdog from firing before `minimumMs` of silence (a long boot interval, row 9); 0 ends that. */
  stretchWatchdog(_minimumMs: number): void {}

  /** Tells that the wall clock became valid: a certificate judged by the floor is judged again (parameters.md 5). */
  clockSet(): void {}

  /** Sends one text frame; false when the link is not open. */
  send(_text: string): boolean {
    return false;
  }
}
