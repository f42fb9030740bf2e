import type { AuthorizationCache } from '../../authorization/cache.ts';
import { freeChargingIds, freeTraits, tellsMeter, tellsStatus } from '../../authorization/free-charging.ts';
import type { IdTokenAnswer } from '../../authorization/id-token-answer.ts';
import { WhiteList } from '../../authorization/white-list.ts';
import type { WhiteListLimits } from '../../authorization/white-list-change.ts';
import { messageOf } from '../../core/errors.ts';
import type { EvsePower } from '../../smartcharging/evse-power.ts';
import type { ProfileBook } from '../../smartcharging/profile-book.ts';
import { ChargingDesk } from '../charging/charging-desk.ts';
import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { DiagnosticsStatus, FirmwareStatusReport, LogStatusReport } from '../../delivery/session.ts';
import type { ParameterId } from '../../params/parameters.ts';
import { Authorizer } from './authorizer.ts';
import { AvailabilityDesk } from './availability-desk.ts';
import type { BackendLink } from '../backend/backend-link.ts';
import { CardDesk } from './card-desk.ts';
import { cardDeskRules } from './card-desk-rules.ts';
import { DataTransferDesk } from './data-transfer-desk.ts';
import { DoubtDesk } from './doubt-desk.ts';
import type { HardwareFault } from '../../evse/hardware.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import type { HardwareLine } from '../evse/hardware-line.ts';
import type { MeteredPlace } from '../metering/metered-place.ts';
import { FreeDesk } from './free-desk.ts';
import { IdTokenMemory } from './id-token-memory.ts';
import { LocalListDesk } from './local-list-desk.ts';
import { ownVendor } from './own-vendor.ts';
import type { Reservation } from '../../reservations/reservation.ts';
import type { Standing } from '../../reservations/reservation-rules.ts';
import { RemoteDesk } from './remote-desk.ts';
import { ResumeDesk } from './resume-desk.ts';
import { readReservations } from '../reservations/reservation-book.ts';
import { ReservationDesk } from '../reservations/reservation-desk.ts';
import { makeSample } from '../metering/sample-maker.ts';
import type { StationDeps } from '../station-deps.ts';
import type { StatusBoard } from '../status/status-board.ts';
import { TriggerDesk } from './trigger-desk.ts';
import { TriggeredMeters } from './triggered-meters.ts';
import { UnlockDesk } from './unlock-desk.ts';

/** The parts of a station that its desks share. */
export interface DeskSurroundings {
  readonly hardware: HardwareLine;
  readonly outbox: Outbox;
  readonly scheduler: CallScheduler;
  readonly board: StatusBoard;
  readonly cache: AuthorizationCache;
  /** The charging profiles that are installed. */
  readonly profiles: ProfileBook;
  readonly evses: () => readonly EvseController[];
  readonly backend: () => BackendLink;
  /** How the upload of a log stands. */
  readonly logStatus: () => LogStatusReport;
  /** How the upload of diagnostics stands. */
  readonly diagnosticsStatus: () => DiagnosticsStatus;
  /** How a firmware update stands. */
  readonly firmwareStatus: (kind: 'plain' | 'signed') => FirmwareStatusReport;
  /** Where the station is metered. */
  readonly places: () => readonly MeteredPlace[];
  /** What an EVSE can give now, whatever charging profiles say. */
  readonly powerOf: (evse: EvseController) => EvsePower;
  /** Shows at connector 0 what the station finds wrong with itself, or that it is over. */
  readonly showOwn: (fault: HardwareFault, active: boolean) => void;
  /** What connector 0 shows may have changed. */
  readonly onStation: () => void;
  readonly onLateAuthorization: (idToken: string, answer: IdTokenAnswer) => void;
  readonly onProblem: (problem: string) => void;
}

/** Where people and backends ask for something. Each desk is made when the first one asks: most stations are idle most of the time. */
export class Desks {
  readonly #deps: StationDeps;
  readonly #around: DeskSurroundings;
  /** Knows what holds after a restart, so that it is there from the start. */
  readonly availability: AvailabilityDesk;
  readonly localList: LocalListDesk;
  readonly memory: IdTokenMemory;
  /** The operator's own list of cards. */
  readonly whiteList: WhiteList;
  /** Knows how long the backend has been away. */
  readonly doubt: DoubtDesk;
  /** Knows whom a power failure interrupted. */
  readonly resume: ResumeDesk;
  #charging: ChargingDesk | null = null;
  #free: FreeDesk | null = null;
  #reservations: ReservationDesk | null = null;
  #settled = false;
  #authorizer: Authorizer | null = null;
  #cards: CardDesk | null = null;
  #remote: RemoteDesk | null = null;
  #triggers: TriggerDesk | null = null;
  #unlock: UnlockDesk | null = null;
  #dataTransfer: DataTransferDesk | null = null;

  constructor(deps: StationDeps, around: DeskSurroundings) {
    this.#deps = deps;
    this.#around = around;
    const { name: station, store, time, params, clock } = deps;
    const { evses, onStation, onProblem, cache, showOwn: show } = around;
    this.availability = new AvailabilityDesk({ station, store, time, evses, onStation, onProblem });
    this.localList = new LocalListDesk({ station, store, params, clock, show, onProblem });
    this.memory = new IdTokenMemory({ params, cache, localList: this.localList });
    const limits = (): WhiteListLimits => ({
      entries: params.get('authorization.whiteListMaxLength'),
      idTokenLength: longestIdToken(deps),
    });
    this.whiteList = new WhiteList({ station, store, limits });
    const standing: ReservationDesk['standing'] = (...question) => this.#standing(...question);
    const { memory } = this;
    this.resume = new ResumeDesk({
      station,
      store,
      time,
      clock,
      params,
      evses,
      memory,
      free: () => this.free,
      onProblem,
    });
    this.doubt = new DoubtDesk({ time, clock, params, evses, memory: this.memory, standing, onProblem });
  }

  get charging(): ChargingDesk {
    const { time, params, clock } = this.#deps;
    const { profiles: book, outbox, evses, powerOf, onProblem } = this.#around;
    this.#charging ??= new ChargingDesk({ time, book, params, clock, outbox, evses, powerOf, onProblem });
    return this.#charging;
  }

  get free(): FreeDesk {
    const { time, params } = this.#deps;
    const { evses, onProblem } = this.#around;
    const standing: ReservationDesk['standing'] = (...question) => this.#standing(...question);
    const parentOf = (idToken: string): string | null => this.memory.parentOf(idToken);
    this.#free ??= new FreeDesk({ time, params, evses, standing, parentOf, onProblem });
    return this.#free;
  }

  /** Parameters have other values. */
  settingsChanged(changed: ReadonlySet<ParameterId>): void {
    this.doubt.changed();
    if (!freeChargingIds.some((id) => changed.has(id))) return;
    this.free.settingsChanged();
    if (!this.tellsStatus) this.#around.scheduler.dropStatuses();
    this.#around.board.audienceChanged();
  }

  /** Whether the backend is told what connectors show. */
  get tellsStatus(): boolean {
    return tellsStatus(this.#deps.params);
  }

  /** A car may begin that nobody has to show a card for. */
  carsMayBegin(): void {
    this.doubt.changed();
    if (freeTraits(this.#deps.params)?.card === false) this.free.changed();
  }

  get authorizer(): Authorizer {
    this.#authorizer ??= createAuthorizer(this.#deps, this.#around, this);
    return this.#authorizer;
  }

  get cards(): CardDesk {
    this.#cards ??= this.#createCards();
    return this.#cards;
  }

  get remote(): RemoteDesk {
    this.#remote ??= this.#createRemote();
    return this.#remote;
  }

  get triggers(): TriggerDesk {
    this.#triggers ??= createTriggers(this.#deps, this.#around);
    return this.#triggers;
  }

  get unlock(): UnlockDesk {
    this.#unlock ??= new UnlockDesk({ time: this.#deps.time, evses: this.#around.evses });
    return this.#unlock;
  }

  get dataTransfer(): DataTransferDesk {
    this.#dataTransfer ??= createDataTransfer(this.#deps, this.#around);
    return this.#dataTransfer;
  }

  get reservations(): ReservationDesk {
    return (this.#reservations ??= this.#createReservations([]));
  }

  /** Null while nobody has reserved anything. */
  get madeReservations(): ReservationDesk | null {
    return this.#reservations;
  }

  /** Reads what was reserved in an earlier life. */
  async loadReservations(): Promise<void> {
    const { name: station, store } = this.#deps;
    const kept = await readReservations({ station, store, onProblem: this.#around.onProblem });
    if (kept.length > 0) this.#reservations = this.#createReservations(kept);
  }

  /** What the EVSEs show is what the hardware is: from now on it may end reservations. */
  settled(): void {
    this.#settled = true;
    this.#reservations?.settled();
  }

  /** Begins nothing more. */
  stop(): void {
    this.#triggers?.stop();
    this.doubt.stop();
    this.resume.stop();
    this.#free?.stop();
    this.#reservations?.stop();
  }

  #createCards(): CardDesk {
    const { hardware, evses, onProblem } = this.#around;
    return new CardDesk({
      evses,
      rules: () => cardDeskRules(this.#deps.params),
      authorize: (idToken) => this.authorizer.authorize(idToken),
      parentOf: (idToken) => this.memory.parentOf(idToken),
      standing: (...question) => this.#standing(...question),
      free: this.free,
      tell: (idToken) => this.authorizer.tell(idToken),
      longestIdToken: longestIdToken(this.#deps),
      indicate: (evse, signal) => {
        hardware.command({ type: 'indicate', evse, signal }).catch((error: unknown) => onProblem(messageOf(error)));
      },
      onProblem,
    });
  }

  #createRemote(): RemoteDesk {
    const { time, params } = this.#deps;
    const { outbox, evses } = this.#around;
    return new RemoteDesk({
      time,
      outbox,
      evses,
      authorize: (idToken) => this.authorizer.authorize(idToken),
      authorizeFirst: () => params.get('authorization.authorizeRemoteTxRequests'),
      concurrent: () => params.get('authorization.concurrentTransactions'),
      free: this.free,
      parentOf: (idToken) => this.memory.parentOf(idToken),
      standing: (...question) => this.#standing(...question),
      companionOf: (evse, profile) => this.charging.companionOf(evse, profile),
      onProblem: this.#around.onProblem,
    });
  }

  #createReservations(kept: readonly Reservation[]): ReservationDesk {
    const desk = createReservations(this.#deps, this.#around, kept);
    if (this.#settled) desk.settled();
    return desk;
  }

  #standing(...question: Parameters<ReservationDesk['standing']>): Standing {
    return this.#reservations?.standing(...question) ?? 'open';
  }
}

function createAuthorizer(
  deps: StationDeps,
  around: DeskSurroundings,
  { memory, whiteList }: Pick<Desks, 'memory' | 'whiteList'>,
): Authorizer {
  const { time, clock, params } = deps;
  const { scheduler } = around;
  return new Authorizer({
    time,
    memory,
    params,
    longestIdToken: longestIdToken(deps),
    whiteListed: (idToken) => whiteList.allows(idToken, clock.nowMs()),
    nowMs: () => clock.nowMs(),
    online: () => around.backend().online,
    ask: (idToken) => scheduler.request('authorize', (session) => session.authorize(idToken)),
    onLateAnswer: around.onLateAuthorization,
  });
}

/** The longest that every dialect can carry. */
function longestIdToken({ dialects }: StationDeps): number {
  return Math.min(...dialects.map((dialect) => dialect.longestIdToken));
}

function createReservations(
  deps: StationDeps,
  { evses, onProblem }: DeskSurroundings,
  kept: readonly Reservation[],
): ReservationDesk {
  const { name: station, store, time, clock, params } = deps;
  const around = { station, store, time, clock, params, evses, onProblem };
  return new ReservationDesk(
    { ...around, longestIdToken: () => longestIdToken(deps), cardless: () => freeTraits(params)?.card === false },
    kept,
  );
}

function createDataTransfer(deps: StationDeps, { scheduler, outbox, onProblem }: DeskSurroundings): DataTransferDesk {
  const vendors = [ownVendor({ resendParked: () => outbox.resendParked('backend') }), ...(deps.vendors ?? [])];
  return new DataTransferDesk({ station: deps.name, scheduler, vendors, onProblem });
}

function createTriggers(deps: StationDeps, around: DeskSurroundings): TriggerDesk {
  const { time, random, clock, params } = deps;
  const { scheduler, outbox, board, evses, places, onProblem } = around;
  const meters = new TriggeredMeters({
    time,
    random,
    scheduler,
    outbox,
    places: () => places().filter(({ evse }) => tellsMeter(params, evse?.keeper.record ?? null)),
    nowMs: () => clock.nowMs(),
    sampleOf: (place, reading, timeMs) =>
      makeSample(params, place.context(), { kind: 'periodic', reading, context: 'Trigger', timeMs }),
    onProblem,
  });
  return new TriggerDesk({
    time,
    scheduler,
    board,
    evses,
    tellsStatus: () => tellsStatus(params),
    boot: () => around.backend().registrar.triggered(),
    heartbeat: () => around.backend().triggerHeartbeat(),
    logStatus: around.logStatus,
    diagnosticsStatus: around.diagnosticsStatus,
    firmwareStatus: around.firmwareStatus,
    meters,
    onProblem,
  });
}
