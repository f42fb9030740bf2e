import { AuthorizationCache } from '../authorization/cache.ts';
import { messageOf } from '../core/errors.ts';
import { CallScheduler } from '../delivery/call-scheduler.ts';
import { Outbox } from '../delivery/outbox.ts';
import type { DeliveryEvent } from '../delivery/delivery-events.ts';
import type { BootAnswer } from '../delivery/session.ts';
import type { StationCommands } from '../dialects/station-commands.ts';
import type { EvseDescription, HardwareDescription, HardwareEvent } from '../evse/hardware.ts';
import type { ParameterId } from '../params/parameters.ts';
import { BackendAnswers } from './backend-answers.ts';
import { BackendLink } from './backend-link.ts';
import { keepClock } from './clock-keeper.ts';
import { configurationCommands } from './configuration-commands.ts';
import { deliverySettings } from './delivery-settings.ts';
import { createDesks, type Desks } from './desks.ts';
import { EndpointKeeper } from './endpoint-keeper.ts';
import { createEvse } from './create-evse.ts';
import type { EvseController } from './evse-controller.ts';
import { passHardwareEvent } from './hardware-events.ts';
import { HardwareLine } from './hardware-line.ts';
import { Readiness } from './readiness.ts';
import { mortalStore, type MortalStore } from './mortal-store.ts';
import { closeLeftOpen } from './recovery.ts';
import { closeTransactions, prepareReset, type ClosingDeps } from './reset-procedure.ts';
import type { StationDeps } from './station-deps.ts';
import { publishStationEvent, type StationEventBody } from './station-events.ts';
import { stationIdentity } from './station-identity.ts';
import { resetFailureShown, stationShown } from './station-shown.ts';
import { StatusBoard } from './status-board.ts';

/** What a station keeps of the last problems, for people. */
export interface Problem {
  readonly atMs: number;
  readonly text: string;
}

const keptProblems = 50;
/** One charging station, composed of its parts. A reset ends it and makes another from the same store. */
export class Station {
  readonly #deps: StationDeps;
  readonly #life: MortalStore;
  readonly #hardware: HardwareLine;
  readonly #board: StatusBoard;
  readonly #cache: AuthorizationCache;
  readonly #desks: Desks;
  readonly #endpoint: EndpointKeeper;
  readonly #readiness: Readiness;
  readonly #answers: BackendAnswers;
  readonly outbox: Outbox;
  readonly scheduler: CallScheduler;
  readonly backend: BackendLink;
  readonly problems: Problem[] = [];
  readonly #undo: (() => void)[] = [];
  readonly #abort = new AbortController();
  #evses: readonly EvseController[] = [];
  #description: HardwareDescription | null = null;
  #resetting = false;
  #stopped = false;
  #bearerUp = true;

  constructor(given: StationDeps) {
    this.#life = mortalStore(given.store);
    this.#deps = { ...given, store: this.#life.store };
    const { name: station, time, clock, store, params, driver } = this.#deps;
    this.#hardware = new HardwareLine(driver, time);
    this.outbox = this.#createOutbox();
    this.scheduler = new CallScheduler({ time, outbox: this.outbox });
    this.#board = this.#createBoard();
    const size = (): number => params.get('authorization.cacheSize');
    this.#cache = new AuthorizationCache({ station, store, nowMs: () => clock.nowMs(), size });
    this.#desks = this.#createDesks();
    this.#endpoint = this.#createEndpointKeeper();
    const onChange = (reason: string | null): void => this.#readinessChanged(reason);
    this.#readiness = new Readiness({ station, store, clock, params, onChange });
    this.#answers = this.#createAnswers();
    this.backend = this.#createBackend();
  }

  /** Brings the station up: hardware, what was left open, then the link. Rejects when the hardware cannot be started. */
  async start(): Promise<void> {
    this.#publish({ type: 'lifecycle', event: 'starting', detail: '' });
    const { store, params, name, clock, time } = this.#deps;
    await Promise.all([this.outbox.open(), this.#cache.load(), this.#readiness.load()]);
    this.#description = await this.#hardware.start((event) => this.#hardwareEvent(event), this.#abort.signal);
    this.#evses = this.#description.evses.map((evse) => this.#createEvse(evse));
    this.#board.place(0, stationShown(null));
    for (const evse of this.#evses) this.#board.place(evse.id, evse.shown);
    this.#undo.push(
      params.onChange((changed) => this.#parametersChanged(changed)),
      store.onHealth(() => this.#readiness.update()),
      keepClock(store, name, time, clock),
    );
    this.#readiness.update();
    await closeLeftOpen(this.#evses, { store, station: name, time, onProblem: (text) => this.#problem(text) });
    this.backend.start();
    this.backend.setBearer(this.#bearerUp);
    this.#endpoint.start();
    this.#endpoint.feed({ type: 'bearer', up: this.#bearerUp });
    this.#publish({ type: 'lifecycle', event: 'started', detail: '' });
  }

  /**
   * Takes the station down in order: transactions are closed with reason *reboot* and their ends sent, as far as that is
   * possible in some seconds; what is left is done at the next start. May be called twice.
   */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#publish({ type: 'lifecycle', event: 'stopping', detail: '' });
    await closeTransactions('reboot', this.#closing());
    this.#quiesce();
    await this.backend.stop();
    await this.#hardware.stop().catch(onMessage((text) => this.#problem(text)));
    // What is still under way must not write into the next life.
    this.#life.cut();
  }

  /** Ends the station as a power cut would: nothing is closed, nothing is written or sent any more. */
  drop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#life.cut();
    this.#hardware.cut();
    this.backend.setBearer(false);
    this.#quiesce();
    void this.backend.stop();
  }

  #quiesce(): void {
    this.#abort.abort();
    for (const undo of this.#undo.splice(0)) undo();
    for (const evse of this.#evses) evse.stop();
    this.#endpoint.stop();
    this.#board.offline();
    this.scheduler.close();
    this.outbox.close();
  }

  get evses(): readonly EvseController[] {
    return this.#evses;
  }

  get description(): HardwareDescription | null {
    return this.#description;
  }

  /** Why nobody can start a transaction; null when one can. */
  get blocked(): string | null {
    return this.#readiness.reason;
  }

  get endpoint(): EndpointKeeper {
    return this.#endpoint;
  }

  /** The most that an EVSE may offer now. */
  limitMilliamps(evse: number): number {
    return this.#description?.evses.find((each) => each.id === evse)?.maxMilliamps ?? 0;
  }

  /** Restarts the station after its transactions are closed. */
  reset(kind: 'soft' | 'hard'): 'accepted' | 'rejected' {
    if (this.#resetting) return 'rejected';
    this.#resetting = true;
    this.#readiness.resetting(true);
    this.#publish({ type: 'lifecycle', event: 'resetting', detail: kind });
    this.#deps.time.after(0, () => void this.#reset(kind));
    return 'accepted';
  }

  async #reset(kind: 'soft' | 'hard'): Promise<void> {
    const ready = await prepareReset(kind, {
      ...this.#closing(),
      restartHardware: () => this.#hardware.command({ type: 'restart' }),
      retries: () => this.#deps.params.get('station.resetRetries'),
      onProblem: (text) => this.#problem(text),
    });
    if (!ready) {
      this.#resetting = false;
      this.#board.show(0, resetFailureShown, null);
      this.#readiness.resetting(false);
      return;
    }
    await this.#endpoint.apply(false);
    this.#publish({ type: 'lifecycle', event: 'restarting', detail: kind });
    this.#deps.onRestart(kind);
  }

  #closing(): ClosingDeps {
    return {
      time: this.#deps.time,
      outbox: this.outbox,
      scheduler: this.scheduler,
      evses: () => this.#evses,
      online: () => this.backend.online,
    };
  }

  #createOutbox(): Outbox {
    const { name: station, store, time, clock, random, params } = this.#deps;
    return new Outbox({
      station,
      store,
      time,
      clock,
      random,
      settings: () => deliverySettings(params),
      afterDelivered: (fact, answer) => {
        this.#endpoint.idleChanged();
        this.#answers.delivered(fact, answer);
      },
      onEvent: (event) => this.#deliveryEvent(event),
    });
  }

  #createBoard(): StatusBoard {
    const { time, clock, params } = this.#deps;
    return new StatusBoard({
      after: (delayMs, callback) => time.after(delayMs, callback),
      nowMs: () => (clock.valid ? clock.nowMs() : null),
      online: () => this.backend.online,
      onReconnect: () => params.get('compat.statusOnReconnect'),
      send: async (report, afterSeq) => {
        this.#publish({ type: 'status', report });
        const outcome = await this.scheduler.reportStatus(report, afterSeq === null ? {} : { afterSeq });
        if (outcome.kind === 'refused' && outcome.security) this.backend.forgotten();
        return outcome.kind === 'answered';
      },
    });
  }

  #createDesks(): Desks {
    return createDesks(this.#deps, {
      hardware: this.#hardware,
      outbox: this.outbox,
      scheduler: this.scheduler,
      board: this.#board,
      cache: this.#cache,
      evses: () => this.#evses,
      backend: () => this.backend,
      limitMilliamps: (evse) => this.limitMilliamps(evse),
      onLateAuthorization: (idToken, answer) => this.#answers.lateAuthorization(idToken, answer),
      onProblem: (text) => this.#problem(text),
    });
  }

  #createEndpointKeeper(): EndpointKeeper {
    const { time, params } = this.#deps;
    return new EndpointKeeper({
      time,
      params,
      idle: () => this.#evses.every((evse) => evse.keeper.record === null) && this.outbox.snapshot().waiting === 0,
      onEvent: (event, detail) => this.#publish({ type: 'endpoint', event, detail }),
      onProblem: (text) => this.#problem(text),
    });
  }

  #createAnswers(): BackendAnswers {
    const { name: station, store, clock, params } = this.#deps;
    return new BackendAnswers({
      station,
      store,
      clock,
      params,
      cache: this.#cache,
      evses: () => this.#evses,
      onClock: (jumpMs) => {
        this.#publish({ type: 'clock', jumpMs });
        this.#readiness.update();
      },
      onProblem: (text) => this.#problem(text),
    });
  }

  #createBackend(): BackendLink {
    return new BackendLink({
      station: this.#deps,
      outbox: this.outbox,
      scheduler: this.scheduler,
      identity: () => stationIdentity(this.#deps.params, this.#description),
      commands: this.#commands(),
      listener: {
        linkState: (state) => this.#publish({ type: 'link', state }),
        registration: (state) => this.#publish({ type: 'registration', state: state.kind }),
        bootAnswered: (answer) => this.#bootAnswered(answer),
        registered: (again) => this.#board.online(again),
        unregistered: () => this.#board.offline(),
        wire: (event) => this.#publish({ type: 'wire', event }),
        trial: (input) => this.#endpoint.feed({ type: input }),
        problem: (text) => this.#problem(text),
        timeFromBackend: (timeMs) => this.#answers.time({ timeMs }),
      },
    });
  }

  #createEvse(description: EvseDescription): EvseController {
    return createEvse(description, this.#deps, {
      hardware: this.#hardware,
      outbox: this.outbox,
      online: () => this.backend.online,
      limitMilliamps: (evse) => this.limitMilliamps(evse),
      onShown: (evse, shown, afterSeq) => this.#board.show(evse, shown, afterSeq),
      onTransaction: (evse, event, transaction) => {
        this.#publish({ type: 'transaction', evse, event, transaction });
        this.#endpoint.idleChanged();
      },
      onProblem: (text) => this.#problem(text),
    });
  }

  #commands(): StationCommands {
    const { params } = this.#deps;
    return {
      registration: () => this.backend.registrar.standing,
      remoteStart: (request) => this.#desks.remote.start(request),
      remoteStop: (transaction) => this.#desks.remote.stop(transaction),
      reset: (kind) => this.reset(kind),
      trigger: (request) => this.#desks.triggers.trigger(request),
      clearCache: () => this.#clearCache(),
      resendParked: () => {
        const { parked } = this.outbox.snapshot();
        this.outbox.resendParked('backend');
        return parked;
      },
      configuration: configurationCommands(params),
    };
  }

  async #clearCache(): Promise<'accepted' | 'rejected'> {
    if (!this.#deps.params.get('authorization.cacheEnabled')) return 'rejected';
    try {
      await this.#cache.clear();
      return 'accepted';
    } catch (error) {
      this.#problem(`the authorization cache could not be cleared: ${messageOf(error)}`);
      return 'rejected';
    }
  }

  #hardwareEvent(event: HardwareEvent): void {
    passHardwareEvent(event, {
      evses: this.#evses,
      cards: this.#desks.cards,
      onBearer: (up) => {
        this.#bearerUp = up;
        this.backend.setBearer(up);
        this.#endpoint.feed({ type: 'bearer', up });
      },
    });
  }

  #bootAnswered(answer: BootAnswer): void {
    this.#answers.time(answer);
    this.#endpoint.feed({ type: 'registration', status: answer.status });
    if (answer.status !== 'accepted') return;
    this.#answers.heartbeatInterval(answer.intervalSeconds);
    this.#readiness.accepted();
    this.outbox.resendParked('boot');
  }

  #deliveryEvent(event: DeliveryEvent): void {
    if (event.kind === 'refused' && event.security) this.backend.forgotten();
    if (event.kind === 'resetConnection')
      this.backend.reconnect('the outbox is full (traffic.overflowResetsConnection)');
    this.#publish({ type: 'delivery', event });
  }

  #parametersChanged(changed: ReadonlySet<ParameterId>): void {
    this.#publish({ type: 'parameters', changed: [...changed] });
    if (changed.has('metering.sampleInterval')) for (const evse of this.#evses) evse.sampleIntervalChanged();
    this.backend.settingsChanged(changed);
    this.#readiness.update();
  }

  /** Whether transactions can be recorded or not: every EVSE has to know, and connector 0 shows it. */
  #readinessChanged(reason: string | null): void {
    const { health } = this.#deps.store;
    if (health.kind !== 'ok') this.#problem(reason ?? '');
    this.#publish({ type: 'store', health: health.kind, detail: health.kind === 'ok' ? '' : health.problem });
    for (const evse of this.#evses) evse.dispatch({ kind: 'blocked', reason });
    // A ResetFailure stays shown; it says nothing of the store.
    if (health.kind === 'ok' && this.#board.shown(0)?.status !== 'Faulted') return;
    this.#board.show(0, stationShown(health.kind === 'ok' ? null : 'Transactions cannot be recorded'), null);
  }

  #problem(text: string): void {
    this.problems.push({ atMs: this.#deps.clock.nowMs(), text });
    if (this.problems.length > keptProblems) this.problems.shift();
    this.#publish({ type: 'problem', text });
  }

  #publish(body: StationEventBody): void {
    publishStationEvent({ ...body, station: this.#deps.name, atMs: this.#deps.clock.nowMs() });
  }
}

function onMessage(tell: (text: string) => void): (error: unknown) => void {
  return (error) => tell(messageOf(error));
}
