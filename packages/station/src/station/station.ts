import type { ApiArchives } from '../api/archives-port.ts';
import type { ApiEichrecht } from '../api/eichrecht-port.ts';
import type { FirmwareView } from '../api/firmware-port.ts';
import type { ApiCharging } from '../api/host-port.ts';
import { messageOf } from '../core/errors.ts';
import type { CallScheduler } from '../delivery/call-scheduler.ts';
import type { DeliveryEvent } from '../delivery/delivery-events.ts';
import type { Outbox } from '../delivery/outbox.ts';
import type { BootAnswer, DataTransferAnswer, DataTransferRequest, Outcome } from '../delivery/session.ts';
import type { HardwareDescription, HardwareEvent } from '../evse/hardware.ts';
import { resetFailure, storeFault } from '../evse/own-faults.ts';
import type { ShownStatus } from '../evse/shown-status.ts';
import type { ParameterId } from '../params/parameters.ts';
import type { BackendLink } from './backend/backend-link.ts';
import { keepClock } from './clock-keeper.ts';
import { EarlyEvents } from './evse/early-events.ts';
import type { EndpointKeeper } from './backend/endpoint-keeper.ts';
import type { EvseController } from './evse/evse-controller.ts';
import { passHardwareEvent } from './evse/hardware-events.ts';
import type { LocalListDesk } from './desks/local-list-desk.ts';
import type { ReservationDesk } from './reservations/reservation-desk.ts';
import type { StationLogs } from './logs/station-logs.ts';
import { mortalStore, type MortalStore } from './mortal-store.ts';
import { closeLeftOpen } from './evse/recovery.ts';
import { closeTransactions, prepareReset, type ClosingDeps } from './reset-procedure.ts';
import type { StationDeps } from './station-deps.ts';
import type { SecurityEvents } from './security/security-events.ts';
import { tampered, watchSecurity } from './security/security-watch.ts';
import { publishStationEvent, type StationEventBody } from './station-events.ts';
import { StationParts } from './station-parts.ts';
import type { OwnSecurity } from './security/own-security.ts';
import type { StationRoots } from './security/station-roots.ts';
import type { StationLimits } from './limits/station-limits.ts';
import { stationShown } from './status/station-shown.ts';

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
  readonly #parts: StationParts;
  readonly outbox: Outbox;
  readonly scheduler: CallScheduler;
  readonly backend: BackendLink;
  readonly endpoint: EndpointKeeper;
  readonly problems: Problem[] = [];
  #undo: readonly (() => void)[] = [];
  readonly #abort = new AbortController();
  readonly #early = new EarlyEvents((event) => this.#hardwareEvent(event));
  #evses: readonly EvseController[] = [];
  #description: HardwareDescription | null = null;
  #resetting = false;
  #stopped = false;

  constructor(given: StationDeps) {
    this.#life = mortalStore(given.store);
    this.#deps = { ...given, store: this.#life.store };
    this.#parts = this.#createParts();
    this.outbox = this.#parts.outbox;
    this.scheduler = this.#parts.scheduler;
    this.backend = this.#parts.backend;
    this.endpoint = this.#parts.endpoint;
  }

  /** Brings the station up: hardware, what was left open, then the link. Rejects when the hardware cannot be started. */
  async start(): Promise<void> {
    this.#publish({ type: 'lifecycle', event: 'starting', detail: '' });
    const { store, params, name, clock, time } = this.#deps;
    this.#tellUnusable();
    await this.#parts.load();
    this.#description = await this.#parts.hardware.start((event) => this.#early.take(event), this.#abort.signal);
    this.#evses = this.#description.evses.map((evse) => this.#parts.createEvse(evse));
    this.#parts.desks.availability.apply();
    this.#parts.desks.madeReservations?.changed();
    this.#parts.faults.adopt();
    this.#parts.blocks.update();
    // The supply may have failed before there was an EVSE to tell.
    for (const evse of this.#evses) evse.dispatch({ kind: 'blocked', reason: this.blocked });
    this.#parts.board.place(0, this.#stationShown());
    for (const evse of this.#evses) this.#parts.board.place(evse.id, evse.shown);
    this.#undo = [
      params.onChange((changed) => this.#parametersChanged(changed)),
      store.onHealth(() => this.#parts.readiness.update()),
      keepClock(store, name, time, clock),
      watchSecurity(this.#deps, this.#parts.securityEvents),
    ];
    this.#parts.securityEvents.start(params.get('station.firmwareVersion'));
    this.#parts.readiness.update();
    this.#parts.limits.start();
    await this.#closeLeftOpen();
    this.#parts.desks.settled();
    this.#parts.startMeters(this.#evses, this.#description);
    this.#parts.firmware.start();
    this.endpoint.start();
    this.#parts.scheduled.start();
    this.backend.start();
    this.#publish({ type: 'lifecycle', event: 'started', detail: '' });
  }

  async #closeLeftOpen(): Promise<void> {
    const { store, name, time } = this.#deps;
    await closeLeftOpen(this.#evses, {
      store,
      station: name,
      time,
      onClosed: (evse) => this.#parts.desks.availability.apply([evse]),
      onAdopted: (evse) => {
        this.#early.adopted(evse);
        this.#parts.desks.resume.adopted(evse);
      },
      onProblem: (text) => this.#problem(text),
    });
  }

  #tellUnusable(): void {
    for (const id of this.#deps.params.unusable)
      this.#problem(`what is stored as ${id} cannot be used by this version and does not count; set it anew`);
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
    await this.#parts.hardware.stop().catch(onMessage((text) => this.#problem(text)));
    // What is still under way must not write into the next life.
    this.#life.cut();
  }

  /** Ends the station as a power cut would: nothing is closed, nothing is written or sent any more. */
  drop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#life.cut();
    this.#parts.hardware.cut();
    this.backend.setBearer(false);
    this.#quiesce();
    void this.backend.stop();
  }

  #quiesce(): void {
    this.#abort.abort();
    for (const undo of this.#undo) undo();
    this.#undo = [];
    for (const evse of this.#evses) evse.stop();
    this.#parts.stopMeters();
    this.#parts.logs.stop();
    this.#parts.firmware.stop();
    this.#parts.faults.stop();
    this.limits.stop();
    this.#parts.supply.stop();
    this.#parts.roots.stop();
    this.#parts.security.stop();
    this.endpoint.stop();
    this.#parts.scheduled.stop();
    this.#parts.board.offline();
    this.scheduler.close();
    this.outbox.close();
  }

  /** Sends a message of a registered vendor, once. */
  dataTransfer(request: DataTransferRequest): Promise<Outcome<DataTransferAnswer>> {
    return this.#parts.desks.dataTransfer.send(request);
  }

  get evses(): readonly EvseController[] {
    return this.#evses;
  }

  get roots(): StationRoots {
    return this.#parts.roots;
  }

  get security(): OwnSecurity {
    return this.#parts.security;
  }

  get description(): HardwareDescription | null {
    return this.#description;
  }

  /** Why nobody can start a transaction; null when one can. */
  get blocked(): string | null {
    return this.#parts.readiness.reason;
  }

  /** The most that an EVSE may offer now. */
  limitMilliamps(evse: number): number {
    return this.limits.milliamps(evse);
  }

  /** What its EVSEs may offer, and why. */
  get limits(): StationLimits {
    return this.#parts.limits;
  }

  /** For people and programs who ask something of it. */
  get parts(): StationParts {
    return this.#parts;
  }

  get archives(): ApiArchives {
    return this.#parts.archives;
  }

  /** Calibration law, for people on site. */
  get eichrecht(): ApiEichrecht {
    return this.#parts.blocks.api(this.#parts.hardware, this.#parts.legal);
  }

  /** Whether calibration law applies at any EVSE. */
  get eichrechtApplies(): boolean {
    return this.#evses.some(({ id }) => this.#parts.blocks.applies(id));
  }

  /** The backend's list of identifiers. */
  get charging(): ApiCharging {
    return this.#parts.desks.charging;
  }

  /** The software that runs. */
  get firmware(): FirmwareView {
    return this.#parts.firmware.view;
  }

  get reservations(): ReservationDesk {
    return this.#parts.desks.reservations;
  }

  get securityEvents(): SecurityEvents {
    return this.#parts.securityEvents;
  }

  /** What leaves the station as files. */
  get logs(): StationLogs {
    return this.#parts.logs;
  }

  get localList(): LocalListDesk {
    return this.#parts.desks.localList;
  }

  /** Restarts the station after its transactions are closed. */
  reset(kind: 'soft' | 'hard'): 'accepted' | 'rejected' {
    if (this.#resetting) return 'rejected';
    this.#resetting = true;
    this.#parts.readiness.resetting(true);
    this.#publish({ type: 'lifecycle', event: 'resetting', detail: kind });
    this.#deps.time.after(0, () => void this.#reset(kind));
    return 'accepted';
  }

  async #reset(kind: 'soft' | 'hard'): Promise<void> {
    const ready = await prepareReset(kind, {
      ...this.#closing(),
      restartHardware: () => this.#parts.hardware.command({ type: 'restart' }),
      retries: () => this.#deps.params.get('station.resetRetries'),
      onProblem: (text) => this.#problem(text),
    });
    if (!ready) {
      this.#resetting = false;
      this.#parts.faults.reportOwn(resetFailure, true);
      this.#parts.readiness.resetting(false);
      return;
    }
    // It is told after the restart; what was sent now could be cut.
    this.scheduler.close();
    await this.#parts.securityEvents.raise('ResetOrReboot', `${kind} reset`);
    await this.endpoint.apply(false);
    this.#publish({ type: 'lifecycle', event: 'restarting', detail: kind });
    this.#deps.onRestart(kind);
  }

  #restartForFirmware(): void {
    this.#resetting = true;
    this.#parts.readiness.resetting(true);
    this.#publish({ type: 'lifecycle', event: 'restarting', detail: 'firmware' });
    this.#deps.onRestart('firmware');
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

  #createParts(): StationParts {
    return new StationParts(this.#deps, {
      evses: () => this.#evses,
      description: () => this.#description,
      reset: (kind) => this.reset(kind),
      restartForFirmware: () => this.#restartForFirmware(),
      onBootAnswered: (answer) => this.#bootAnswered(answer),
      onDelivery: (event) => this.#deliveryEvent(event),
      onStation: () => this.#parts.board.show(0, this.#stationShown(), null),
      onReadiness: (reason) => this.#readinessChanged(reason),
      problems: () => this.problems,
      onProblem: (text) => this.#problem(text),
      publish: (body) => this.#publish(body),
    });
  }

  #hardwareEvent(event: HardwareEvent): void {
    if (event.type === 'pilot' && event.state === 'A') this.#parts.desks.resume.unplugged(event.evse);
    passHardwareEvent(event, {
      limits: this.limits,
      legal: this.#parts.legal,
      evses: this.#evses,
      cards: this.#parts.desks.cards,
      faults: this.#parts.faults,
      onNotice: (evse, text) => this.#parts.board.inform(evse, text),
      onBearer: (up) => this.backend.setBearer(up),
      onTamper: (evse, fault) => tampered(evse, fault, this.#parts.securityEvents),
      onSupply: (failing) => {
        this.#parts.supply.report(failing);
        this.#parts.desks.resume.supply(failing);
      },
      onProblem: (text) => this.#problem(text),
    });
  }

  #bootAnswered(answer: BootAnswer): void {
    this.#parts.answers.time(answer);
    this.#parts.firmware.answered();
    this.endpoint.feed({ type: 'registration', status: answer.status });
    if (answer.status !== 'accepted') return;
    this.#parts.answers.heartbeatInterval(answer.intervalSeconds);
    this.#parts.readiness.accepted();
    this.#parts.optional.registered();
    void this.#parts.securityEvents.release();
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
    this.#parts.aligned.settingsChanged(changed);
    this.limits.parametersChanged(changed);
    this.#parts.desks.localList.settingsChanged(changed);
    this.#parts.legal.settingsChanged(changed);
    this.#parts.keys.settingsChanged(changed);
    this.#parts.desks.settingsChanged(changed);
    this.#parts.blocks.update();
    this.backend.settingsChanged(changed);
    this.#parts.readiness.update();
  }

  /** Whether transactions can be recorded or not: every EVSE has to know, and connector 0 shows it. */
  #readinessChanged(reason: string | null): void {
    const { health } = this.#deps.store;
    if (health.kind !== 'ok') this.#problem(reason ?? '');
    this.#publish({ type: 'store', health: health.kind, detail: health.kind === 'ok' ? '' : health.problem });
    for (const evse of this.#evses) evse.dispatch({ kind: 'blocked', reason });
    this.#parts.desks.carsMayBegin();
    this.#parts.faults.reportOwn(storeFault, health.kind !== 'ok');
  }

  #stationShown(): ShownStatus {
    return stationShown(this.#parts.faults.station, this.#parts.desks.availability.stationOperative);
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
