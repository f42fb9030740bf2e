import type { AuthorizationCache } from '../authorization/cache.ts';
import { CallScheduler } from '../delivery/call-scheduler.ts';
import { OptionalActions } from '../delivery/optional-actions.ts';
import type { Outbox } from '../delivery/outbox.ts';
import type { StatusReport } from '../delivery/session.ts';
import type { StationCommands } from '../dialects/station-commands.ts';
import type { EvseDescription, HardwareDescription } from '../evse/hardware.ts';
import { ProfileBook } from '../smartcharging/profile-book.ts';
import { supplyFault } from '../evse/own-faults.ts';
import { certificateOf } from '../security/certificate-store.ts';
import { AlignedMeters } from './metering/aligned-meters.ts';
import { BackendAnswers } from './backend/backend-answers.ts';
import { BackendLink } from './backend/backend-link.ts';
import { createEvse } from './evse/create-evse.ts';
import { createOutbox } from './backend/create-outbox.ts';
import { LegalBlocks } from './eichrecht/legal-blocks.ts';
import { LegalMeters } from './eichrecht/legal-meters.ts';
import { MeterKeys } from './eichrecht/meter-keys.ts';
import { createArchives, type StationArchives } from './eichrecht/station-archives.ts';
import { createCache } from './desks/create-cache.ts';
import { Desks } from './desks/desks.ts';
import { EndpointKeeper } from './backend/endpoint-keeper.ts';
import { scheduledChanges } from './backend/scheduled-changes.ts';
import type { EvseController } from './evse/evse-controller.ts';
import { createFirmware } from './firmware/create-firmware.ts';
import type { FirmwareDesk } from './firmware/firmware-desk.ts';
import { FaultDesk } from './desks/fault-desk.ts';
import { HardwareLine } from './evse/hardware-line.ts';
import { createLimits } from './limits/create-limits.ts';
import type { StationLimits } from './limits/station-limits.ts';
import { meteredPlaces, type MeteredPlace } from './metering/metered-place.ts';
import { Readiness } from './readiness.ts';
import { StationCommandLine } from './backend/station-commands.ts';
import type { StationDeps } from './station-deps.ts';
import type { StationOwner } from './station-owner.ts';
import { stationIdentity } from './backend/station-identity.ts';
import { OwnSecurity } from './security/own-security.ts';
import { StationLogs } from './logs/station-logs.ts';
import { SecurityEvents } from './security/security-events.ts';
import { clockJumped, watchWire } from './security/security-watch.ts';
import { StationRoots } from './security/station-roots.ts';
import { StatusBoard, type SendResult } from './status/status-board.ts';
import { SupplyDesk } from './desks/supply-desk.ts';

/** The parts of one station, composed: each knows of the others only what it is given here. */
export class StationParts {
  readonly #deps: StationDeps;
  readonly #owner: StationOwner;
  readonly hardware: HardwareLine;
  readonly outbox: Outbox;
  readonly scheduler: CallScheduler;
  readonly board: StatusBoard;
  readonly faults: FaultDesk;
  readonly profiles: ProfileBook;
  readonly limits: StationLimits;
  readonly cache: AuthorizationCache;
  readonly desks: Desks;
  readonly endpoint: EndpointKeeper;
  readonly scheduled: ReturnType<typeof scheduledChanges>;
  readonly readiness: Readiness;
  readonly supply: SupplyDesk;
  readonly answers: BackendAnswers;
  readonly backend: BackendLink;
  readonly roots: StationRoots;
  readonly securityEvents: SecurityEvents;
  readonly logs: StationLogs;
  readonly firmware: FirmwareDesk;
  readonly archives: StationArchives;
  readonly blocks: LegalBlocks;
  readonly legal: LegalMeters;
  readonly keys: MeterKeys;
  /** What the backend does not know. */
  readonly optional: OptionalActions = new OptionalActions();
  readonly security: OwnSecurity;
  readonly aligned: AlignedMeters;
  #places: readonly MeteredPlace[] = [];

  constructor(deps: StationDeps, owner: StationOwner) {
    this.#deps = deps;
    this.#owner = owner;
    const { name: station, time, clock, store, params, driver } = deps;
    this.hardware = new HardwareLine(driver, time);
    this.outbox = createOutbox(deps, this, owner.onDelivery);
    this.archives = createArchives(deps, this, owner.onProblem);
    this.blocks = new LegalBlocks(deps, owner, this);
    this.legal = new LegalMeters(deps, this, owner);
    this.keys = new MeterKeys(deps, this, owner.onProblem);
    this.securityEvents = this.#createSecurityEvents();
    this.scheduler = new CallScheduler({ time, outbox: this.outbox });
    this.board = this.#createBoard();
    this.faults = new FaultDesk({
      time,
      evses: owner.evses,
      onStation: owner.onStation,
      onDerated: (evse, text) => this.board.inform(evse, text),
    });
    this.profiles = new ProfileBook({ station, store, time, onProblem: owner.onProblem });
    this.limits = createLimits(deps, owner, this);
    this.cache = createCache(deps);
    this.desks = this.#createDesks();
    this.endpoint = this.#createEndpointKeeper();
    this.scheduled = scheduledChanges(this.#deps, this.#owner);
    this.readiness = new Readiness({ station, store, clock, params, onChange: owner.onReadiness });
    this.supply = this.#createSupplyDesk();
    this.answers = this.#createAnswers();
    this.roots = this.#createRoots();
    this.security = this.#createSecurity();
    this.logs = new StationLogs(deps, owner, this);
    this.firmware = createFirmware(deps, owner, this);
    this.backend = this.#createBackend();
    const { onProblem } = owner;
    this.aligned = new AlignedMeters(deps, { outbox: this.outbox, online: () => this.backend.online, onProblem });
  }

  /** Reads what holds from an earlier life. */
  async load(): Promise<void> {
    await Promise.all([
      this.outbox.open(),
      this.cache.load(),
      this.limits.load(),
      this.readiness.load(),
      this.roots.load(),
      this.securityEvents.load(),
      this.logs.load(),
      this.firmware.load(),
      this.security.certificate.load(),
      this.desks.availability.load(),
      this.desks.localList.list.load(),
      this.desks.whiteList.load(),
      this.desks.resume.load(),
      this.profiles.load(),
      this.desks.loadReservations(),
    ]);
    await this.blocks.load();
  }

  /** Composes one EVSE of the hardware. */
  createEvse(description: EvseDescription): EvseController {
    const { publish, onProblem } = this.#owner;
    return createEvse(description, this.#deps, {
      hardware: this.hardware,
      outbox: this.outbox,
      archives: this.archives,
      legal: this.legal,
      online: () => this.backend.online,
      limits: this.limits,
      reservations: () => this.desks.madeReservations,
      onShown: (evse, shown, afterSeq) => {
        this.board.show(evse, shown, afterSeq);
        this.desks.madeReservations?.changed();
        if (shown.status === 'Preparing' || shown.status === 'Finishing') this.desks.carsMayBegin();
      },
      onTransaction: (evse, event, transaction) => {
        publish({ type: 'transaction', evse, event, transaction });
        if (event === 'ended') void this.profiles.transactionEnded(transaction);
        else this.desks.resume.began(evse);
        this.endpoint.idleChanged();
        this.scheduled.transactionsChanged();
        this.aligned.transactionChanged(evse);
        this.limits.changed();
      },
      onPowerLoss: (record) => this.desks.resume.interrupted(record),
      onProblem,
    });
  }

  /** Begins to read the meters at the boundaries of the clock. */
  startMeters(evses: readonly EvseController[], description: HardwareDescription): void {
    this.#places = meteredPlaces(evses, description, this.#deps, {
      limits: this.limits,
      readMainMeter: () => this.hardware.command({ type: 'readMeter', evse: 0 }),
    });
    this.aligned.start(this.#places);
  }

  /** Reads no meter any more. May be called twice. */
  stopMeters(): void {
    this.aligned.stop();
    this.legal.stop();
    this.keys.stop();
    this.archives.stop();
    this.desks.stop();
  }

  #createSecurityEvents(): SecurityEvents {
    const { name: station, store, time, clock, params } = this.#deps;
    const { publish, onProblem } = this.#owner;
    return new SecurityEvents({
      station,
      store,
      time,
      clock,
      params,
      outbox: this.outbox,
      optional: this.optional,
      onEvent: (event, detail) => publish({ type: 'security', event, detail }),
      onProblem,
    });
  }

  #createBoard(): StatusBoard {
    const { time, clock, params } = this.#deps;
    return new StatusBoard({
      after: (delayMs, callback) => time.after(delayMs, callback),
      monotonicMs: () => time.monotonicMs(),
      wallOf: (monotonicMs) => (clock.valid ? clock.wallOf(monotonicMs) : null),
      online: () => this.backend.online && this.desks.tellsStatus,
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
    if (outcome.kind === 'linkLost') return 'dropped';
    const mayHelp = outcome.kind === 'unanswered' || (outcome.kind === 'refused' && !outcome.final);
    return mayHelp ? 'notTaken' : 'over';
  }

  #createDesks(): Desks {
    const { evses, onStation, onProblem } = this.#owner;
    return new Desks(this.#deps, {
      hardware: this.hardware,
      outbox: this.outbox,
      scheduler: this.scheduler,
      board: this.board,
      cache: this.cache,
      profiles: this.profiles,
      evses,
      backend: () => this.backend,
      logStatus: () => this.logs.logStatus,
      diagnosticsStatus: () => this.logs.diagnosticsStatus,
      firmwareStatus: (kind) => this.firmware.current(kind),
      places: () => this.#places,
      powerOf: (evse) => this.limits.powerOf(evse),
      showOwn: (fault, active) => this.faults.reportOwn(fault, active),
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
      idle: () =>
        evses().every(({ keeper: { record } }) => record === null || record.untold === true) &&
        this.outbox.snapshot().waiting === 0,
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
      memory: this.desks.memory,
      evses,
      onClock: (jumpMs) => {
        publish({ type: 'clock', jumpMs });
        clockJumped(jumpMs, clock.nowMs(), this.securityEvents);
        this.readiness.update();
        this.limits.changed();
      },
      onProblem,
    });
  }

  #createRoots(): StationRoots {
    return new StationRoots(this.#deps, {
      link: () => this.backend.verified,
      onTrust: () => this.backend.trustChanged(),
      isOwn: (hashes) => this.security.certificate.isOwn(hashes),
      onSecurityEvent: (type, detail) => void this.securityEvents.raise(type, detail),
      onProblem: this.#owner.onProblem,
    });
  }

  #createSecurity(): OwnSecurity {
    return new OwnSecurity(this.#deps, {
      scheduler: this.scheduler,
      identity: () => stationIdentity(this.#deps.params, this.#owner.description()),
      roots: () => this.roots.desk.roots.map(certificateOf),
      onCredential: () => this.backend.credentialChanged(),
      onSecurityEvent: (type, detail) => void this.securityEvents.raise(type, detail),
      onProblem: this.#owner.onProblem,
    });
  }

  #registered(again: boolean): void {
    this.board.online(again);
    this.desks.doubt.linkChanged(true);
    this.logs.registered();
    this.firmware.registered();
    this.limits.linkChanged(true);
    this.security.certificate.registered();
    this.keys.registered(again);
  }

  #unregistered(): void {
    this.board.offline();
    this.desks.doubt.linkChanged(false);
    this.limits.linkChanged(false);
    this.keys.unregistered();
  }

  #attemptFailed(failure: Parameters<OwnSecurity['attemptFailed']>[0]): void {
    this.security.attemptFailed(failure);
    this.firmware.attemptFailed();
  }

  #createBackend(): BackendLink {
    const { description, onBootAnswered, publish, onProblem } = this.#owner;
    return new BackendLink({
      station: this.#deps,
      outbox: this.outbox,
      scheduler: this.scheduler,
      identity: () => stationIdentity(this.#deps.params, description()),
      commands: this.#commands(),
      credential: () => this.security.certificate.credential,
      installedRoots: () => this.roots.desk.trusted,
      listener: {
        linkState: (state) => publish({ type: 'link', state }),
        bearer: (state) => {
          this.endpoint.feed({ type: 'bearer', up: state.name !== 'none' });
          publish({ type: 'bearer', state });
        },
        opened: (tlsWarnings) => {
          this.roots.opened();
          this.security.opened(tlsWarnings);
        },
        attemptFailed: (failure) => this.#attemptFailed(failure),
        registration: (state) => publish({ type: 'registration', state: state.kind }),
        bootAnswered: onBootAnswered,
        registered: (again) => this.#registered(again),
        unregistered: () => this.#unregistered(),
        wire: (event) => {
          publish({ type: 'wire', event });
          watchWire(event, this.securityEvents);
          this.logs.messages.note(event, this.#deps.clock.nowMs());
        },
        trial: (input) => {
          this.endpoint.feed({ type: input });
          if (input === 'callResult') this.security.answered();
        },
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
      certificates: this.roots.desk,
      stationCertificate: this.roots.guard(this.security.certificate),
      logs: this.logs,
      firmware: this.firmware,
      meterKeys: this.keys.readable,
      backend: () => this.backend,
      reset: this.#owner.reset,
      onProblem: this.#owner.onProblem,
    });
  }
}
