import type { Bearer } from '../bearers/bearer.ts';
import type { BearerChange } from '../bearers/bearer-machine-types.ts';
import type { Random } from '../core/random.ts';
import type { CertificateTime } from '../core/station-clock.ts';
import type { Cancel, Time } from '../core/time.ts';
import { connectRequestOf } from './connect-request.ts';
import { newLinkMachine, step } from './link-machine.ts';
import type { LinkClosed, LinkEffect, LinkInput, LinkMachine, LinkTarget, LinkTimer } from './link-machine-types.ts';
import { LinkRulesReader } from './link-rules.ts';
import type { LinkSettings, LinkState } from './link-state.ts';
import { viewOf } from './link-view.ts';
import type { SilencePattern } from './silence-pattern.ts';
import { SilenceWatch } from './silence-watch.ts';
import type { ConnectFailure, Connection, Transport } from './transport.ts';
import { closedAtOnce, toConnectFailure } from './transport-failure.ts';
import type { VerifiedLink } from './verified-link.ts';

export type { LinkClosed } from './link-machine-types.ts';

/** What the link needs; `random` is seeded per identity, so that a fleet spreads out (parameters.md 2). */
export interface LinkDeps {
  readonly time: Time;
  readonly random: Random;
  readonly transport: Transport;
  /** Read anew before each attempt and at `settingsChanged`. */
  readonly settings: () => LinkSettings;
  /** The station's wall clock, or its floor. */
  readonly nowMs: () => number;
  /** By what certificates are judged; default `nowMs`, and that is valid. */
  readonly certificateTime?: () => CertificateTime;
  readonly listener: LinkListener;
}

/** What the link tells. A call into the link from a listener takes effect after the listener has returned. */
export interface LinkListener {
  opened(connection: { readonly subProtocol: string }): void;
  text(text: string): void;
  /** Exactly once after each `opened`. */
  closed(info: LinkClosed): void;
  stateChanged(state: LinkState): void;
  attemptFailed(failure: ConnectFailure, attempt: number): void;
  warning(text: string): void;
  /** After a loss: the link seems to die of silence, in another way than was told before. */
  silence(pattern: SilencePattern): void;
}

/** One attempt and the connection that came of it; events of a former one are ignored. */
interface Dial {
  /** Until the attempt has ended. */
  controller: AbortController | null;
  connection?: Connection;
}

/** One WebSocket to the backend: connecting, watching, reconnecting, for ever (architecture.md, The link, as a machine). */
export class Link {
  readonly #deps: LinkDeps;
  readonly #rules: LinkRulesReader;
  readonly #timers = new Map<LinkTimer, Cancel>();
  readonly #inputs: LinkInput[] = [];
  readonly #silence = new SilenceWatch();
  #toldSilence = '';
  #machine: LinkMachine;
  #busy = false;
  #dial: Dial | undefined;
  /** The validity of a chain that was judged by a clock that was not valid. */
  #unproven: { readonly notBeforeMs: number; readonly notAfterMs: number } | undefined;
  #whenStopped: (() => void)[] = [];

  constructor(deps: LinkDeps) {
    this.#deps = deps;
    this.#rules = new LinkRulesReader(deps.settings, (text) => deps.listener.warning(text));
    this.#machine = newLinkMachine();
  }

  /** Where the link stands; its wall times follow the station's clock. */
  get state(): LinkState {
    const offsetMs = this.#deps.nowMs() - this.#deps.time.monotonicMs();
    return viewOf(this.#machine, (monotonicMs) => monotonicMs + offsetMs);
  }

  /** The silence that the link does not survive, as its last losses show; null = none. */
  get silence(): SilencePattern | null {
    return this.#silence.pattern;
  }

  /** Begins to connect as soon as an endpoint is set and a bearer is up, after the start spread. */
  start(): void {
    this.#take({ type: 'start', rules: this.#rules.read() });
  }

  /** Closes politely (bounded to a few seconds) and resolves when no socket is left; harmless when called twice. */
  stop(): Promise<void> {
    this.#take({ type: 'stop' });
    if (this.#machine.phase.kind === 'stopped') return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenStopped.push(resolve);
    });
  }

  /** Reads the settings again: another endpoint reconnects cleanly, keep-alive and watchdog change on the live socket. */
  settingsChanged(): void {
    if (this.#machine.started) this.#take({ type: 'settings', rules: this.#rules.read() });
  }

  /** Reads again whom to trust: it counts from the next attempt on, and an open connection stays. */
  trustChanged(): void {
    this.#rules.adoptTrust();
    this.settingsChanged();
  }

  /** What the open connection is secured by; null while there is none. */
  get verified(): VerifiedLink | null {
    const connection = this.#dial?.connection;
    const { phase } = this.#machine;
    if (phase.kind !== 'open' || connection === undefined) return null;
    const { tlsAnchor = null, tlsValidity } = connection;
    return { tls: phase.url.startsWith('wss:'), anchor: tlsAnchor, validToMs: tlsValidity?.notAfterMs ?? null };
  }

  /** What was accepted of the certificate on the open connection though it is not in order. */
  get tlsWarnings(): readonly string[] {
    return this.#dial?.connection?.tlsWarnings ?? [];
  }

  /** Tells the bearer to use (initially none) and how to go over to it; null: none is up. */
  setBearer(bearer: Bearer | null, change: BearerChange, reason: string): void {
    this.#take({ type: 'bearer', bearer, change, reason });
  }

  /** Ends a back-off wait. */
  connectNow(): void {
    this.#take({ type: 'connectNow' });
  }

  /** Closes the connection cleanly and connects again at once (but never twice within a second). */
  reconnect(reason: string): void {
    this.#take({ type: 'reconnect', reason });
  }

  /** Tells of the first CALLRESULT: the back-off begins anew at the next loss. */
  noteSuccess(): void {
    this.#take({ type: 'success' });
  }

  /** Keeps the TCP watchdog from firing before `minimumMs` of silence (a long boot interval, row 9); 0 ends that. */
  stretchWatchdog(minimumMs: number): void {
    this.#take({ type: 'stretch', minimumMs });
  }

  /** Tells that the wall clock became valid: a certificate that was judged by the floor is judged again (parameters.md 5). */
  clockSet(): void {
    const window = this.#unproven;
    if (window === undefined) return;
    const { nowMs, clockValid } = this.#certificateTime();
    if (!clockValid) return;
    this.#unproven = undefined;
    if (nowMs >= window.notBeforeMs && nowMs <= window.notAfterMs) return;
    this.reconnect('the backend’s certificate is not valid at the time that is now known');
  }

  /** Sends one text frame; false when the link is not open. */
  send(text: string): boolean {
    const connection = this.#dial?.connection;
    if (this.#machine.phase.kind !== 'open' || connection === undefined) return false;
    connection.send(text);
    // A CALL wants an answer (OCPP-J §4.2.1).
    this.#silence.sent(this.#deps.time.monotonicMs(), text.startsWith('[2'));
    return true;
  }

  /** Inputs that come while one is being worked on wait for their turn. */
  #take(input: LinkInput): void {
    this.#inputs.push(input);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#step(next);
    } finally {
      this.#busy = false;
    }
  }

  #step(input: LinkInput): void {
    // Most inputs are `activity`, which needs no chance.
    const chance = input.type === 'activity' ? 0 : this.#deps.random.next();
    const before = this.#machine;
    const { state, effects } = step(before, input, { nowMs: this.#deps.time.monotonicMs(), chance });
    this.#machine = state;
    for (const effect of effects) {
      if (effect.type === 'tellClosed') this.#noteEnd(effect.info, before.phase.kind === 'open');
      this.#perform(effect);
    }
    if (isAnotherState(before, state)) this.#deps.listener.stateChanged(this.state);
    if (state.phase.kind !== 'ending') for (const resolve of this.#whenStopped.splice(0)) resolve();
  }

  #perform(effect: LinkEffect): void {
    const connection = this.#dial?.connection;
    switch (effect.type) {
      case 'connect':
        return this.#connect(effect.target, effect.bearer);
      case 'abort':
        return this.#dial?.controller?.abort();
      case 'ping':
        this.#silence.sent(this.#deps.time.monotonicMs(), true);
        return connection?.ping();
      case 'close':
        return connection?.close(effect.code, effect.reason);
      case 'destroy':
        return connection?.destroy();
      case 'abandon':
        this.#dial = undefined;
        return;
      case 'arm':
        return this.#arm(effect.timer, effect.delayMs);
      case 'cancel':
        return this.#cancel(effect.timer);
      case 'tellOpened':
        return this.#deps.listener.opened({ subProtocol: effect.subProtocol });
      case 'tellClosed':
        return this.#deps.listener.closed(effect.info);
      case 'tellFailed':
        return this.#deps.listener.attemptFailed(effect.failure, effect.attempt);
    }
  }

  #noteEnd({ code, detector }: LinkClosed, byPeer: boolean): void {
    const givenUp = detector === 'pong' || detector === 'watchdog';
    // RFC 6455 §7.4.1: 1006 stands for an end without a close frame.
    const closed = code === 1006 ? 'gone' : 'closeFrame';
    const how = byPeer ? closed : givenUp ? 'givenUp' : 'onPurpose';
    this.#silence.ended(this.#deps.time.monotonicMs(), how);
    const { pattern } = this.#silence;
    const told = pattern === null ? '' : `${pattern.noticed} ${pattern.seconds}`;
    if (pattern !== null && told !== this.#toldSilence) this.#deps.listener.silence(pattern);
    this.#toldSilence = told;
  }

  #arm(timer: LinkTimer, delayMs: number): void {
    this.#cancel(timer);
    const cancel = this.#deps.time.after(delayMs, () => {
      this.#timers.delete(timer);
      if (timer === 'redial') this.#take({ type: 'settings', rules: this.#rules.read() });
      this.#take({ type: 'timer', timer });
    });
    this.#timers.set(timer, cancel);
  }

  #cancel(timer: LinkTimer): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }

  #certificateTime(): CertificateTime {
    return this.#deps.certificateTime?.() ?? { nowMs: this.#deps.nowMs(), clockValid: true };
  }

  #connect(target: LinkTarget, bearer: Bearer): void {
    const times = this.#certificateTime();
    const controller = new AbortController();
    const dial: Dial = { controller };
    this.#dial = dial;
    const place = { target, bearer };
    const request = connectRequestOf(place, times, (stage) => {
      if (this.#dial === dial) this.#take({ type: 'stage', stage });
    });
    this.#deps.transport.connect(request, controller.signal).then(
      (connection) => this.#connected(dial, connection, times.clockValid),
      (thrown: unknown) => {
        if (this.#dial === dial) this.#take({ type: 'failed', failure: toConnectFailure(thrown) });
      },
    );
  }

  #connected(dial: Dial, connection: Connection, clockValid: boolean): void {
    dial.connection = connection;
    dial.controller = null;
    let opened = false;
    const current = (): boolean => this.#dial === dial;
    connection.listen({
      text: (text) => {
        if (current()) this.#deps.listener.text(text);
      },
      pong: () => {
        if (!current()) return;
        this.#silence.received(this.#deps.time.monotonicMs());
        this.#take({ type: 'pong' });
      },
      activity: () => {
        if (!current()) return;
        this.#silence.received(this.#deps.time.monotonicMs());
        this.#take({ type: 'activity' });
      },
      closed: (code, reason) => {
        if (!current()) return;
        this.#dial = undefined;
        this.#unproven = undefined;
        this.#take(opened ? { type: 'closed', code, reason } : { type: 'failed', failure: closedAtOnce(code, reason) });
      },
    });
    if (!current()) return connection.destroy();
    this.#unproven = clockValid ? undefined : connection.tlsValidity;
    for (const warning of connection.tlsWarnings) this.#deps.listener.warning(warning);
    opened = true;
    this.#silence.opened(this.#deps.time.monotonicMs());
    this.#take({ type: 'opened', subProtocol: connection.subProtocol });
  }
}

/** Whether a person would see a difference: another phase, stage or reason. */
function isAnotherState(before: LinkMachine, after: LinkMachine): boolean {
  if (before.phase.kind !== after.phase.kind || before.reason !== after.reason) return true;
  const [old, now] = [before.phase, after.phase];
  if (now.kind === 'connecting')
    return old.kind !== 'connecting' || old.stage !== now.stage || old.startedMs !== now.startedMs;
  if (now.kind === 'backingOff') return old.kind !== 'backingOff' || old.dueMs !== now.dueMs;
  return false;
}
