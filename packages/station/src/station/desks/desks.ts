import type { AuthorizationCache } from '../../authorization/cache.ts';
import type { IdTokenAnswer } from '../../authorization/id-token-answer.ts';
import { messageOf } from '../../core/errors.ts';
import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import { Authorizer } from './authorizer.ts';
import { AvailabilityDesk } from './availability-desk.ts';
import type { BackendLink } from '../backend/backend-link.ts';
import { CardDesk } from './card-desk.ts';
import { DataTransferDesk } from './data-transfer-desk.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import type { HardwareLine } from '../evse/hardware-line.ts';
import type { MeteredPlace } from '../metering/metered-place.ts';
import { ownVendor } from './own-vendor.ts';
import { RemoteDesk } from './remote-desk.ts';
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
  readonly evses: () => readonly EvseController[];
  readonly backend: () => BackendLink;
  /** Where the station is metered. */
  readonly places: () => readonly MeteredPlace[];
  readonly limitMilliamps: (evse: number) => number;
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
  #authorizer: Authorizer | null = null;
  #cards: CardDesk | null = null;
  #remote: RemoteDesk | null = null;
  #triggers: TriggerDesk | null = null;
  #unlock: UnlockDesk | null = null;
  #dataTransfer: DataTransferDesk | null = null;

  constructor(deps: StationDeps, around: DeskSurroundings) {
    this.#deps = deps;
    this.#around = around;
    const { name: station, store, time } = deps;
    const { evses, onStation, onProblem } = around;
    this.availability = new AvailabilityDesk({ station, store, time, evses, onStation, onProblem });
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

  /** Begins nothing more. */
  stop(): void {
    this.#triggers?.stop();
  }

  #createCards(): CardDesk {
    const { hardware, evses, onProblem } = this.#around;
    return new CardDesk({
      evses,
      authorize: (idToken) => this.#authorize(idToken),
      longestIdToken: longestIdToken(this.#deps),
      indicate: (evse, signal) => {
        hardware.command({ type: 'indicate', evse, signal }).catch((error: unknown) => onProblem(messageOf(error)));
      },
      onProblem,
    });
  }

  #createRemote(): RemoteDesk {
    const { time, params } = this.#deps;
    const { outbox, evses, cache } = this.#around;
    return new RemoteDesk({
      time,
      outbox,
      evses,
      authorize: (idToken) => this.#authorize(idToken),
      authorizeFirst: () => params.get('authorization.authorizeRemoteTxRequests'),
      parentOf: (idToken) => cache.find(idToken)?.parentIdToken ?? null,
    });
  }

  #authorize(idToken: string): ReturnType<Authorizer['authorize']> {
    this.#authorizer ??= createAuthorizer(this.#deps, this.#around);
    return this.#authorizer.authorize(idToken);
  }
}

function createAuthorizer(deps: StationDeps, around: DeskSurroundings): Authorizer {
  const { time, clock, params } = deps;
  const { scheduler, cache } = around;
  return new Authorizer({
    time,
    cache,
    params,
    longestIdToken: longestIdToken(deps),
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

function createDataTransfer(deps: StationDeps, { scheduler, outbox, onProblem }: DeskSurroundings): DataTransferDesk {
  const resendParked = (): number => {
    const { parked } = outbox.snapshot();
    outbox.resendParked('backend');
    return parked;
  };
  const vendors = [ownVendor({ resendParked }), ...(deps.vendors ?? [])];
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
    places,
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
    boot: () => around.backend().registrar.triggered(),
    heartbeat: () => around.backend().triggerHeartbeat(),
    meters,
    onProblem,
  });
}
