import type { JsonObject } from '@kerbside/station';

/**
 * One line of the script language with which a backend is told to misbehave: when something happens, do something else than
 * usual. Rules are data: the same JSON works in code, over HTTP, for FakeBackend and for StrictBackend.
 */
export interface Rule {
  /** Shown in messages; free. */
  readonly name?: string;
  readonly on: RuleTrigger;
  readonly do: Behaviour;
}

/** When a rule acts. What matches is counted per rule, from 1, since the rules were set. */
export interface RuleTrigger {
  /** The action of a station's CALL, `*` for any CALL; `@connect` for an attempt to connect, `@open` for a new connection. */
  readonly action: string;
  readonly identity?: string;
  /** Only CALLs whose payload has these members with these values; nested objects likewise. */
  readonly payload?: JsonObject;
  /** Only the n-th match. */
  readonly nth?: number;
  /** From the n-th match on; default 1. */
  readonly from?: number;
  /** At most this many matches, from `from` on; default without end. */
  readonly times?: number;
}

/** When something happens relative to the answer. */
export type Moment = 'before' | 'instead' | 'after';

/**
 * What happens. Several members go together, in this order: send (before), garbage (before), delay, what stands instead of the
 * answer or the answer, its duplicates, garbage, send, and the end of the connection (after).
 */
export interface Behaviour {
  /** The answer comes later; other calls are served meanwhile. A strict server refuses a repeated id until then. */
  readonly delay?: { readonly ms: number };
  /** As `delay`, but the server has forgotten the call: a repeated id is answered as if it were new. */
  readonly lateAnswer?: { readonly ms: number };
  /** With `booked: false` not for the retransmission of a message that is in the books and recognized. */
  readonly callError?: { readonly code: string; readonly description?: string; readonly booked?: boolean };
  /** `booked` (default true): the ledger has the message all the same, only the answer is missing. */
  readonly noAnswer?: { readonly booked?: boolean };
  /** Changes the usual answer (members, nested ones too; null removes) or replaces it, right or wrong. */
  readonly answer?: { readonly merge?: JsonObject; readonly replace?: JsonObject };
  /** BootNotification only. */
  readonly boot?: { readonly status: 'Accepted' | 'Pending' | 'Rejected'; readonly interval: number };
  readonly duplicateAnswer?: { readonly times?: number };
  /** Default `instead`. */
  readonly garbage?: { readonly text: string; readonly when?: Moment };
  /** A CALL to the station, or several; default `after`. */
  readonly send?: SentCall | readonly SentCall[];
  /** Close frame; default `instead`. */
  readonly close?: { readonly code: number; readonly reason?: string; readonly when?: 'instead' | 'after' };
  /** The TCP connection ends without a close frame; default `instead`. */
  readonly drop?: { readonly when?: 'instead' | 'after' };
  /** The socket stays, but the backend neither reads nor answers any more; default `instead`. */
  readonly halfOpen?: { readonly when?: 'instead' | 'after' };
  /** `@open`: this connection's pings get no pong. */
  readonly ignorePings?: Readonly<Record<string, never>>;
  /** `@connect`: the HTTP answer to the upgrade. */
  readonly refuseUpgrade?: { readonly status: number };
  /** `@connect`: what the upgrade selects, offered or not; null for none. */
  readonly selectSubProtocol?: { readonly name: string | null };
  /** `@connect`: the TCP connection is refused (FakeBackend) or torn down before the upgrade is answered (StrictBackend). */
  readonly refuseTcp?: Readonly<Record<string, never>>;
  /** `@connect`: nothing goes on from this stage; a real server can only stall the upgrade. */
  readonly stall?: { readonly stage: 'dns' | 'tcp' | 'tls' | 'upgrade' };
  /** `@connect`: the name cannot be resolved (FakeBackend only). */
  readonly dnsFailure?: { readonly code?: string };
}

/** A CALL of the backend inside a script. It is sent as it stands, right or wrong. */
export interface SentCall {
  readonly action: string;
  readonly payload?: JsonObject;
  readonly when?: 'before' | 'after';
}
