import { AuthorizationCache } from '../authorization/cache.ts';
import { CallScheduler } from '../delivery/call-scheduler.ts';
import type { DeliveryEvent } from '../delivery/delivery-events.ts';
import { Outbox } from '../delivery/outbox.ts';
import type { BootAnswer, StatusReport } from '../delivery/session.ts';
import type { StationCommands } from '../dialects/station-commands.ts';
import type { EvseDescription, HardwareDescription } from '../evse/hardware.ts';
import { supplyFault } from '../evse/own-faults.ts';
import { AlignedMeters } from './metering/aligned-meters.ts';
import { BackendAnswers } from './backend/backend-answers.ts';
import { BackendLink } from './backend/backend-link.ts';
import { createEvse } from './evse/create-evse.ts';
import { deliverySettings } from './backend/delivery-settings.ts';
import { Desks } from './desks/desks.ts';
import { EndpointKeeper } from './backend/endpoint-keeper.ts';
import type { EvseController } from './evse/evse-controller.ts';
import { FaultDesk } from './desks/fault-desk.ts';
import { HardwareLine } from './evse/hardware-line.ts';
import { meteredPlaces, type MeteredPlace } from './metering/metered-place.ts';
import { Readiness } from './readiness.ts';
import { StationCommandLine } from './backend/station-commands.ts';
import type { StationDeps } from './station-deps.ts';
import type { StationEventBody } from './station-events.ts';
import { stationIdentity } from './backend/station-identity.ts';
import { StatusBoard, type SendResult } from './status/status-board.ts';
import { SupplyDesk } from './desks/supply-desk.ts';

/** What the parts of a station need of the station itself. */
export interface StationOwner {
  readonly evses: () => readonly EvseController[];
  readonly description: () => HardwareDescription | null;
  /** The most that an EVSE may offer now. */
  readonly limitMilliamps: (evse: number) => number;
  readonly reset: (kind: 'soft' | 'hard') => 'accepted' | 'rejected';
  readonly onBootAnswered: (answer: BootAnswer) => void;
  readonly onDelivery: (event: DeliveryEvent) => void;
  /** What connector 0 shows may have changed. */
  readonly onStation: () => void;
  /** Whether transactions can be recorded changed; null when they can. */
  readonly onReadiness: (reason: string | null) => void;
  readonly onProblem: (text: string) => void;
  readonly publish: (body: StationEventBody) => void;
}

/** The parts of one station, composed: each knows of the others only what it is given here. */
export class StationParts {
  readonly #deps: StationDeps;
  readonly #owner: StationOwner;
  readonly hardware: HardwareLine;
  readonly outbox: Outbox;
  readonly scheduler: CallScheduler;
  readonly board: StatusBoard;
  readonly faults: FaultDesk;
  readonly cache: AuthorizationCache;
  readonly desks: Desks;
  readonly endpoint: EndpointKeeper;
  readonly readiness: Readiness;
  readonly supply: SupplyDesk;
  readonly answers: BackendAnswers;
  readonly backend: BackendLink;
  readonly aligned: AlignedMeters;
  #places: readonly MeteredPlace[] = [];

  constructor(deps: StationDeps, owner: StationOwner) {
    this.#deps = deps;
    this.#owner = owner;
    const { name: station, time, clock, store, params, driver } = deps;
    this.hardware = new HardwareLine(driver, time);
    this.outbox = this.#createOutbox();
    this.scheduler = new CallScheduler({ time, outbox: this.outbox });
    this.board = this.#createBoard();
    this.faults = new FaultDesk({
      time,
      evses: owner.evses,
      onStation: owner.onStation,
      onDerated: (evse, text) => this.board.inform(evse, text),
    });
    const size = (): number => params.get('authorization.cacheSize');
    this.cache = new AuthorizationCache({ station, store, nowMs: () => clock.nowMs(), size });
    this.desks = this.#createDesks();
    this.endpoint = this.#createEndpointKeeper();
    this.readiness = new Readiness({ station, store, clock, params, onChange: owner.onReadiness });
    this.supply = this.#createSupplyDesk();
    this.answers = this.#createAnswers();
    this.backend = this.#createBackend();
    const { onProblem } = owner;
    this.aligned = new AlignedMeters(deps, { outbox: this.outbox, online: () => this.backend.online, onProblem });
  }

  /** Composes one EVSE of the hardware. */
  createEvse(description: EvseDescription): EvseController {
    const { limitMilliamps, publish, onProblem } = this.#owner;
    return createEvse(description, this.#deps, {
      hardware: this.hardware,
      outbox: this.outbox,
      online: () => this.backend.online,
      limitMilliamps,
      onShown: (evse, shown, afterSeq) => this.board.show(evse, shown, afterSeq),
      onTransaction: (evse, event, transaction) => {
        publish({ type: 'transaction', evse, event, transaction });
        this.endpoint.idleChanged();
        this.aligned.transactionChanged(evse);
      },
      onProblem,
    });
  }

  /** Begins to read the meters at the boundaries of the clock. */
  startMeters(evses: readonly EvseController[], description: HardwareDescription): void {
    this.#places = meteredPlaces(evses, description, this.#deps, {
      limitMilliamps: this.#owner.limitMilliamps,
      readMainMeter: () => this.hardware.command({ type: 'readMeter', evse: 0 }),
    });
    this.aligned.start(this.#places);
  }

  /** Reads no meter any more. May be called twice. */
  stopMeters(): void {
    this.aligned.stop();
    this.desks.stop();
  }

  #createOutbox(): Outbox {
    const { name: station, store, time, clock, random, params } = this.#deps;
    return new Outbox({
      station,
      store,
      time,
      clock,
      random,
      settings: deliverySettings(params),
      afterDelivered: (fact, answer) => {
        this.endpoint.idleChanged();
        this.answers.delivered(fact, answer);
      },
      onEvent: this.#owner.onDelivery,
    });
  }

  #createBoard(): StatusBoard {
    const { time, clock, params } = this.#deps;
    return new StatusBoard({
      after: (delayMs, callback) => time.after(delayMs, callback),
      monotonicMs: () => time.monotonicMs(),
      wallOf: (monotonicMs) => (clock.valid ? clock.wallOf(monotonicMs) : null),
      online: () => this.backend.online,
      onReconnect: () => params.get('compat.statusOnReconnect'),
      classes: () => ({
        informative: params.get('status.sendInformative'),
        errors: params.get('status.sendErrors'),
        usbErrors: params.get('status.sendUsbErrors'),
      }),
      minimumMs: () => params.get('status.minimumDuration') * 1000,
      send: (report, afterSeq) => this.#sendStatus(report, afterSeq),
      hurry: (evse) => this.scheduler.hurryStatus(evse),
    });
  }

  async #sendStatus(report: StatusReport, afterSeq: number | null): Promise<SendResult> {
    this.#owner.publish({ type: 'status', report });
    const outcome = await this.scheduler.reportStatus(report, afterSeq === null ? {} : { afterSeq });
    if (outcome.kind === 'refused' && outcome.security) this.backend.forgotten();
    if (outcome.kind === 'answered') return 'delivered';
    const mayHelp = outcome.kind === 'unanswered' || (outcome.kind === 'refused' && !outcome.final);
    return mayHelp ? 'notTaken' : 'over';
  }

  #createDesks(): Desks {
    const { evses, limitMilliamps, onStation, onProblem } = this.#owner;
    return new Desks(this.#deps, {
      hardware: this.hardware,
      outbox: this.outbox,
      scheduler: this.scheduler,
      board: this.board,
      cache: this.cache,
      evses,
      backend: () => this.backend,
      places: () => this.#places,
      limitMilliamps,
      onStation,
      onLateAuthorization: (idToken, answer) => this.answers.lateAuthorization(idToken, answer),
      onProblem,
    });
  }

  #createEndpointKeeper(): EndpointKeeper {
    const { time, params } = this.#deps;
    const { evses, publish, onProblem } = this.#owner;
    return new EndpointKeeper({
      time,
      params,
      idle: () => evses().every((evse) => evse.keeper.record === null) && this.outbox.snapshot().waiting === 0,
      onEvent: (event, detail) => publish({ type: 'endpoint', event, detail }),
      onProblem,
    });
  }

  #createSupplyDesk(): SupplyDesk {
    const { evses, onProblem } = this.#owner;
    return new SupplyDesk({
      time: this.#deps.time,
      evses,
      told: () => !this.backend.online || (this.outbox.snapshot().waiting === 0 && !this.scheduler.busy),
      block: (fails) => this.readiness.supplyFailing(fails),
      show: (fails) => this.faults.reportOwn(supplyFault, fails),
      onProblem,
    });
  }

  #createAnswers(): BackendAnswers {
    const { name: station, store, clock, params } = this.#deps;
    const { evses, publish, onProblem } = this.#owner;
    return new BackendAnswers({
      station,
      store,
      clock,
      params,
      cache: this.cache,
      evses,
      onClock: (jumpMs) => {
        publish({ type: 'clock', jumpMs });
        this.readiness.update();
      },
      onProblem,
    });
  }

  #createBackend(): BackendLink {
    const { description, onBootAnswered, publish, onProblem } = this.#owner;
    return new BackendLink({
      station: this.#deps,
      outbox: this.outbox,
      scheduler: this.scheduler,
      identity: () => stationIdentity(this.#deps.params, description()),
      commands: this.#commands(),
      listener: {
        linkState: (state) => publish({ type: 'link', state }),
        bearer: (state) => {
          this.endpoint.feed({ type: 'bearer', up: state.name !== 'none' });
          publish({ type: 'bearer', state });
        },
        registration: (state) => publish({ type: 'registration', state: state.kind }),
        bootAnswered: onBootAnswered,
        registered: (again) => this.board.online(again),
        unregistered: () => this.board.offline(),
        wire: (event) => publish({ type: 'wire', event }),
        trial: (input) => this.endpoint.feed({ type: input }),
        problem: onProblem,
        timeFromBackend: (timeMs) => this.answers.time({ timeMs }),
      },
    });
  }

  #commands(): StationCommands {
    return new StationCommandLine({
      params: this.#deps.params,
      cache: this.cache,
      desks: this.desks,
      backend: () => this.backend,
      reset: this.#owner.reset,
      onProblem: this.#owner.onProblem,
    });
  }
}
