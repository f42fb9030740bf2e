import type { AuthorizationCache } from '../authorization/cache.ts';
import type { IdTokenAnswer } from '../authorization/id-token-answer.ts';
import { messageOf } from '../core/errors.ts';
import type { CallScheduler } from '../delivery/call-scheduler.ts';
import type { Outbox } from '../delivery/outbox.ts';
import { Authorizer } from './authorizer.ts';
import { AvailabilityDesk } from './availability-desk.ts';
import type { BackendLink } from './backend-link.ts';
import { CardDesk } from './card-desk.ts';
import { DataTransferDesk } from './data-transfer-desk.ts';
import type { EvseController } from './evse-controller.ts';
import type { HardwareLine } from './hardware-line.ts';
import type { MeteredPlace } from './metered-place.ts';
import { ownVendor } from './own-vendor.ts';
import { RemoteDesk } from './remote-desk.ts';
import { makeSample } from './sample-maker.ts';
import type { StationDeps } from './station-deps.ts';
import type { StatusBoard } from './status-board.ts';
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

/** Where people and backends ask for something. */
export interface Desks {
  readonly cards: CardDesk;
  readonly remote: RemoteDesk;
  readonly triggers: TriggerDesk;
  readonly availability: AvailabilityDesk;
  readonly unlock: UnlockDesk;
  readonly dataTransfer: DataTransferDesk;
}

/** Composes the desks of one station. */
export function createDesks(deps: StationDeps, around: DeskSurroundings): Desks {
  const { time, clock, params, dialects } = deps;
  const { hardware, outbox, scheduler, cache, evses, onProblem } = around;
  const longestIdToken = Math.min(...dialects.map((dialect) => dialect.longestIdToken));
  const authorizer = new Authorizer({
    time,
    cache,
    params,
    longestIdToken,
    nowMs: () => clock.nowMs(),
    online: () => around.backend().online,
    ask: (idToken) => scheduler.request('authorize', (session) => session.authorize(idToken)),
    onLateAnswer: around.onLateAuthorization,
  });
  const authorize = (idToken: string): ReturnType<Authorizer['authorize']> => authorizer.authorize(idToken);
  const indicate = (evse: number, signal: 'refused' | 'waiting'): void => {
    hardware.command({ type: 'indicate', evse, signal }).catch((error: unknown) => onProblem(messageOf(error)));
  };
  const cards = new CardDesk({ evses, authorize, longestIdToken, indicate, onProblem });
  const remote = new RemoteDesk({
    time,
    outbox,
    evses,
    authorize,
    authorizeFirst: () => params.get('authorization.authorizeRemoteTxRequests'),
    parentOf: (idToken) => cache.find(idToken)?.parentIdToken ?? null,
  });
  const availability = new AvailabilityDesk({
    station: deps.name,
    store: deps.store,
    time,
    evses,
    onStation: around.onStation,
    onProblem,
  });
  const unlock = new UnlockDesk({ time, evses });
  const dataTransfer = createDataTransfer(deps, around);
  return { cards, remote, triggers: createTriggers(deps, around), availability, unlock, dataTransfer };
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
