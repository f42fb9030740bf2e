import type { AuthorizationCache } from '../authorization/cache.ts';
import type { IdTokenAnswer } from '../authorization/id-token-answer.ts';
import { messageOf } from '../core/errors.ts';
import type { CallScheduler } from '../delivery/call-scheduler.ts';
import type { Outbox } from '../delivery/outbox.ts';
import { Authorizer } from './authorizer.ts';
import type { BackendLink } from './backend-link.ts';
import { CardDesk } from './card-desk.ts';
import type { EvseController } from './evse-controller.ts';
import type { HardwareLine } from './hardware-line.ts';
import { RemoteDesk } from './remote-desk.ts';
import { makeSample } from './sample-maker.ts';
import type { StationDeps } from './station-deps.ts';
import type { StatusBoard } from './status-board.ts';
import { TriggerDesk } from './trigger-desk.ts';

/** The parts of a station that its desks share. */
export interface DeskSurroundings {
  readonly hardware: HardwareLine;
  readonly outbox: Outbox;
  readonly scheduler: CallScheduler;
  readonly board: StatusBoard;
  readonly cache: AuthorizationCache;
  readonly evses: () => readonly EvseController[];
  readonly backend: () => BackendLink;
  readonly limitMilliamps: (evse: number) => number;
  readonly onLateAuthorization: (idToken: string, answer: IdTokenAnswer) => void;
  readonly onProblem: (problem: string) => void;
}

/** Where people and backends ask for something. */
export interface Desks {
  readonly cards: CardDesk;
  readonly remote: RemoteDesk;
  readonly triggers: TriggerDesk;
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
  return { cards, remote, triggers: createTriggers(deps, around) };
}

function createTriggers(deps: StationDeps, around: DeskSurroundings): TriggerDesk {
  const { time, random, clock, params } = deps;
  const { scheduler, outbox, board, evses, onProblem } = around;
  return new TriggerDesk({
    time,
    random,
    scheduler,
    outbox,
    board,
    evses,
    boot: () => around.backend().registrar.triggered(),
    heartbeat: () => around.backend().triggerHeartbeat(),
    sampleOf: ({ id, description }, reading) => {
      const request = { kind: 'periodic', reading, context: 'Trigger', timeMs: clock.nowMs() } as const;
      return makeSample(params, description, around.limitMilliamps(id), request);
    },
    onProblem,
  });
}
