import { messageOf } from '../../core/errors.ts';
import { createSeededRandom, type Random } from '../../core/random.ts';
import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { BootAnswer, Outcome, StationIdentity } from '../../delivery/session.ts';
import type { DialectConnection, WireEvent } from '../../dialects/dialect.ts';
import type { StationCommands } from '../../dialects/station-commands.ts';
import type { BootExchange } from '../../doctor/judge-boot.ts';
import { Link, type LinkClosed } from '../../link/link.ts';
import type { LinkSettings, LinkState } from '../../link/link-state.ts';
import type { ConnectFailure } from '../../link/transport.ts';
import { silenceRemedy, silenceSentence, type SilencePattern } from '../../link/silence-pattern.ts';
import type { RegistrationState } from '../../link/registration-machine.ts';
import type { VerifiedLink } from '../../link/verified-link.ts';
import type { StationCredential } from '../../security/station-certificate.ts';
import type { ParameterId } from '../../params/parameters.ts';
import { BearerKeeper, type BearerState } from './bearer-keeper.ts';
import { Heartbeat } from './heartbeat.ts';
import { linkSettings, needsAnotherConnection, placeOf } from './link-settings.ts';
import { Registrar } from './registrar.ts';
import type { StationDeps } from '../station-deps.ts';
import { toldIdentityWrite } from './told-identity.ts';

/** What the way to the backend is made of. */
export interface BackendLinkDeps {
  readonly station: StationDeps;
  readonly outbox: Outbox;
  readonly scheduler: CallScheduler;
  readonly identity: () => StationIdentity;
  readonly commands: StationCommands;
  /** The certificate that the station logs in with; null: it uses none. */
  readonly credential: () => StationCredential | null;
  /** PEM texts of the roots that were installed. */
  readonly installedRoots: () => readonly string[];
  readonly listener: BackendLinkListener;
}

/** What the way to the backend tells. */
export interface BackendLinkListener {
  linkState(state: LinkState): void;
  bearer(state: BearerState): void;
  /** The link is open; with what was accepted of the backend's certificate though it is not in order. */
  opened(tlsWarnings: readonly string[]): void;
  registration(state: RegistrationState): void;
  bootAnswered(answer: BootAnswer): void;
  registered(again: boolean): void;
  /** No call can be made any more until the next `registered`. */
  unregistered(): void;
  wire(event: WireEvent): void;
  /** An attempt to connect failed, and how. */
  attemptFailed(failure: ConnectFailure): void;
  /** For the trial of a new endpoint. */
  trial(input: 'connected' | 'attemptFailed' | 'callResult'): void;
  problem(text: string): void;
  timeFromBackend(timeMs: number): void;
}

/** A BootNotification, and when it ended on the monotonic clock. */
type LastBoot = BootExchange & { readonly endedMs: number };

/** A SecurityError brings a BootNotification at most this often. */
const forgottenOnceMs = 300_000;

/** Socket, dialect, registration and heartbeat of one station: from a link that is open to a backend that can be talked to. */
export class BackendLink {
  readonly #deps: BackendLinkDeps;
  readonly #link: Link;
  readonly #bearers: BearerKeeper;
  readonly #registrar: Registrar;
  readonly #heartbeat: Heartbeat;
  #connection: DialectConnection | null = null;
  #stopping = false;
  /** Whether this connection had its first CALLRESULT. */
  #answered = false;
  /** What was connected last; another one starts the registration anew (T-22). */
  #registeredAt = '';
  #forgottenMs = Number.NEGATIVE_INFINITY;
  #lastBoot: LastBoot | null = null;
  /** What the store remembers of who the station said it is. */
  #toldIdentity = '';
  #lastClosed: BootExchange['closed'] = null;

  constructor(deps: BackendLinkDeps) {
    this.#deps = deps;
    const { name, params } = deps.station;
    const spread = createSeededRandom(`${name}|${params.get('backend.identity')}`);
    this.#link = this.#createLink(spread);
    this.#bearers = this.#createBearerKeeper();
    this.#registrar = this.#createRegistrar(spread);
    this.#heartbeat = new Heartbeat({
      time: deps.station.time,
      intervalMs: () => params.get('backend.heartbeatInterval') * 1000,
      send: () => this.#beat('heartbeat'),
    });
  }

  get state(): LinkState {
    return this.#link.state;
  }

  /** What the link goes by now. */
  get settings(): LinkSettings {
    return this.#settings();
  }

  /** The silence that the link does not survive; null = none is known. */
  get silence(): SilencePattern | null {
    return this.#link.silence;
  }

  /** The last BootNotification of this life; null before the first. */
  get lastBoot(): LastBoot | null {
    return this.#lastBoot;
  }

  get bearer(): BearerState {
    return this.#bearers.state;
  }

  get registrar(): Registrar {
    return this.#registrar;
  }

  /** Whether the backend can be asked at this moment. */
  get online(): boolean {
    return this.#connection !== null && this.#registrar.state.kind === 'accepted';
  }

  /** Begins to connect as soon as a bearer is up. */
  start(): void {
    this.#link.start();
    this.#bearers.start();
  }

  /** Closes politely. May be called twice. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#heartbeat.stop();
    this.#registrar.stop();
    this.#bearers.stop();
    await this.#link.stop();
  }

  /** The hardware driver says whether the connection is up at all. */
  setBearer(up: boolean): void {
    this.#bearers.setDriver(up);
  }

  connectNow(): void {
    this.#link.connectNow();
  }

  reconnect(reason: string): void {
    this.#link.reconnect(reason);
  }

  /** What the open link is secured by; null while there is none. */
  get verified(): VerifiedLink | null {
    return this.#link.verified;
  }

  /** Roots were installed or deleted: it counts from the next attempt on, which is made at once where there is no link. */
  trustChanged(): void {
    this.#link.trustChanged();
    if (this.#link.state.kind === 'backingOff') this.#link.connectNow();
  }

  /** The station logs in with another certificate from now on. */
  credentialChanged(): void {
    this.#applySettings();
  }

  /** Connects anew when the CALL in flight has its answer. */
  reconnectWhenIdle(reason: string): void {
    void this.#deps.scheduler.whenIdle().then(() => this.#link.reconnect(reason));
  }

  /** Connects anew when the answer that is leaving has left, and the CALL in flight has its own. */
  reconnectSoon(reason: string): void {
    this.#deps.station.time.after(0, () => this.reconnectWhenIdle(reason));
  }

  /** In effect at once; what needs another connection waits for the answer that is leaving and for the CALL in flight. */
  settingsChanged(changed: ReadonlySet<ParameterId>): void {
    this.#heartbeat.intervalChanged();
    this.#bearers.rulesChanged();
    if ([...changed].some(needsAnotherConnection)) this.#applySettings();
    else this.#link.settingsChanged();
  }

  #applySettings(): void {
    const { time } = this.#deps.station;
    time.after(0, () => void this.#deps.scheduler.whenIdle().then(() => this.#link.settingsChanged()));
  }

  /**
   * The backend answered SecurityError to a CALL: it does not know this station any more (T-22). One BootNotification may help;
   * a backend that goes on refusing gets no more of them for some minutes.
   */
  forgotten(): void {
    const nowMs = this.#deps.station.time.monotonicMs();
    if (nowMs - this.#forgottenMs < forgottenOnceMs) return;
    this.#forgottenMs = nowMs;
    this.#registrar.dispatch({ kind: 'securityError' });
  }

  /** Sends a Heartbeat now, for a trigger. */
  triggerHeartbeat(): Promise<void> {
    return this.#beat('triggered');
  }

  async #beat(callClass: 'heartbeat' | 'triggered'): Promise<void> {
    const { scheduler, listener } = this.#deps;
    const options = { coalesceKey: 'heartbeat' };
    const outcome = await scheduler.request(callClass, (session) => session.heartbeat(), options);
    if (outcome.kind === 'answered' && outcome.answer.timeMs !== null) listener.timeFromBackend(outcome.answer.timeMs);
    if (outcome.kind === 'refused' && outcome.security) this.forgotten();
  }

  #createLink(spread: Random): Link {
    const { listener, station } = this.#deps;
    const { time, clock, transport } = station;
    return new Link({
      time,
      random: spread,
      transport,
      settings: () => this.#settings(),
      nowMs: () => clock.nowMs(),
      certificateTime: () => clock.certificateTime(),
      listener: {
        opened: ({ subProtocol }) => this.#opened(subProtocol),
        text: (text) => this.#connection?.receive(text),
        closed: (info) => this.#closed(info),
        stateChanged: (state) => listener.linkState(state),
        attemptFailed: (failure) => {
          listener.problem(`connecting failed: ${failure.message}`);
          listener.attemptFailed(failure);
          listener.trial('attemptFailed');
          this.#bearers.attemptFailed();
        },
        warning: (text) => listener.problem(text),
        silence: (pattern) => listener.problem(this.#silenceText(pattern)),
      },
    });
  }

  #createBearerKeeper(): BearerKeeper {
    const { listener, station, scheduler } = this.#deps;
    return new BearerKeeper({
      time: station.time,
      params: station.params,
      network: station.network,
      calls: scheduler,
      use: (bearer, change, reason) => {
        // The keep-alive may depend on the bearer.
        this.#link.settingsChanged();
        this.#link.setBearer(bearer, change, reason);
        if (this.#connection === null) scheduler.resume();
      },
      onState: (state) => listener.bearer(state),
    });
  }

  #createRegistrar(spread: Random): Registrar {
    const { listener, station, scheduler, identity } = this.#deps;
    const { time, params } = station;
    return new Registrar({
      time,
      scheduler,
      identity,
      rules: () => ({ bootOnReconnect: params.get('compat.bootOnReconnect'), random: () => spread.next() }),
      onBoot: (outcome, durationMs) => this.#noteBoot(outcome, durationMs),
      onAnswer: (answer) => this.#bootAnswered(answer),
      onRegistered: (again) => {
        this.#heartbeat.start(!again);
        listener.registered(again);
      },
      onState: (state) => {
        if (state.kind !== 'accepted') this.#unregister();
        listener.registration(state);
      },
      onFailed: () => listener.trial('attemptFailed'),
    });
  }

  #silenceText(pattern: SilencePattern): string {
    const keepAliveMs = this.#deps.station.params.get('backend.keepAliveInterval') * 1000;
    return `${silenceSentence(pattern)} ${silenceRemedy(pattern, keepAliveMs)}`;
  }

  #settings(): LinkSettings {
    const { params, dialects, roots } = this.#deps.station;
    return linkSettings({
      params,
      built: dialects.map((dialect) => dialect.subProtocol),
      roots: this.#readRoots(roots),
      installedRoots: this.#deps.installedRoots(),
      password: params.passwordBytes(),
      credential: this.#deps.credential(),
    });
  }

  /** A file that cannot be read counts for nothing: attempts fail with a reason and go on, until the file can be read again. */
  #readRoots(read: () => readonly string[]): readonly string[] | null {
    try {
      return read();
    } catch (error) {
      this.#deps.listener.problem(messageOf(error));
      return null;
    }
  }

  #opened(subProtocol: string): void {
    const deps = this.#deps;
    const { time, random, params, dialects } = deps.station;
    const dialect = dialects.find((candidate) => candidate.subProtocol === subProtocol);
    if (dialect === undefined) {
      deps.listener.problem(`the backend selected ${subProtocol}, which is not built`);
      this.#link.reconnect('no dialect for the sub-protocol');
      return;
    }
    const connection = dialect.open({
      time,
      random,
      commands: deps.commands,
      vendor: () => deps.identity().vendor,
      messageTimeoutMs: () => params.get('backend.messageTimeout') * 1000,
      send: (text) => this.#connection === connection && this.#link.send(text),
      lateFactAnswer: (messageId, outcome) => deps.outbox.lateAnswer(messageId, outcome),
      observe: (event) => this.#observe(event),
    });
    this.#connection = connection;
    this.#answered = false;
    deps.listener.trial('connected');
    deps.listener.opened(this.#link.tlsWarnings);
    const place = placeOf(this.#settings().endpoint, subProtocol);
    const fresh = place !== this.#registeredAt;
    this.#registeredAt = place;
    deps.scheduler.open(connection.session, 'bootOnly');
    this.#registrar.dispatch({ kind: 'linkOpened', fresh });
  }

  #closed(info: LinkClosed): void {
    this.#lastClosed = { code: info.code, reason: info.reason };
    this.#connection?.close();
    this.#connection = null;
    this.#deps.scheduler.close();
    if (this.#registrar.state.kind !== 'accepted') this.#deps.listener.trial('attemptFailed');
    this.#registrar.dispatch({ kind: 'linkClosed' });
    if (this.#stopping) return;
    const detector = info.detector === undefined ? '' : ` (noticed by ${info.detector})`;
    this.#deps.listener.problem(`the link closed with ${info.code} ${info.reason}${detector}`);
  }

  #noteBoot(outcome: Outcome<BootAnswer>, durationMs: number): void {
    const { time, clock, params } = this.#deps.station;
    const clockDifferenceMs =
      outcome.kind === 'answered' ? Math.round(outcome.answer.timeMs - (clock.nowMs() - durationMs / 2)) : null;
    const limitMs = params.get('backend.messageTimeout') * 1000;
    const closed = outcome.kind === 'linkLost' ? this.#lastClosed : null;
    this.#lastBoot = { outcome, durationMs, clockDifferenceMs, closed, limitMs, endedMs: time.monotonicMs() };
  }

  #bootAnswered(answer: BootAnswer): void {
    this.#deps.listener.bootAnswered(answer);
    this.#rememberIdentity();
    const waits = answer.status !== 'accepted';
    this.#link.stretchWatchdog(waits ? answer.intervalSeconds * 1000 * 2 : 0);
    if (this.#deps.station.clock.valid) this.#link.clockSet();
  }

  #rememberIdentity(): void {
    const { station, identity } = this.#deps;
    const told = identity();
    const text = JSON.stringify(told);
    if (text === this.#toldIdentity) return;
    this.#toldIdentity = text;
    station.store.commitLater([toldIdentityWrite(station.name, told)]);
  }

  #unregister(): void {
    this.#heartbeat.stop();
    this.#deps.listener.unregistered();
  }

  #observe(event: WireEvent): void {
    if (event.kind === 'frame' && event.direction === 'in' && event.messageType !== 'call') {
      this.#heartbeat.sign();
      if (event.messageType === 'callResult' && !this.#answered) {
        this.#answered = true;
        this.#link.noteSuccess();
        this.#bearers.proven();
        this.#deps.listener.trial('callResult');
      }
    }
    this.#deps.listener.wire(event);
  }
}
