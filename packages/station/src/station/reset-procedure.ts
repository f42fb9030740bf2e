import { messageOf } from '../core/errors.ts';
import type { Time } from '../core/time.ts';
import type { CallScheduler } from '../delivery/call-scheduler.ts';
import type { Outbox } from '../delivery/outbox.ts';
import type { StopReason } from '../evse/evse-state.ts';
import type { EvseController } from './evse/evse-controller.ts';
import { waitUntil } from './wait-until.ts';

/** What closing works with. */
export interface ClosingDeps {
  readonly time: Time;
  readonly outbox: Outbox;
  readonly scheduler: CallScheduler;
  readonly evses: () => readonly EvseController[];
  readonly online: () => boolean;
}

/** What a reset works with. */
export interface ResetDeps extends ClosingDeps {
  /** Restarts the hardware controller; rejects when it refuses. */
  readonly restartHardware: () => Promise<unknown>;
  /** `ResetRetries`. */
  readonly retries: () => number;
  readonly onProblem: (problem: string) => void;
}

type ClosingReason = Extract<StopReason, 'softReset' | 'hardReset' | 'reboot'>;

/** How long it may take until transactions are closed, and then until their StopTransactions are answered (Z-01, Z-02). */
const patience: Readonly<Record<ClosingReason, { readonly closeMs: number; readonly sendMs: number }>> = {
  softReset: { closeMs: 40_000, sendMs: 30_000 },
  hardReset: { closeMs: 10_000, sendMs: 5_000 },
  reboot: { closeMs: 10_000, sendMs: 5_000 },
};

/** Brings the station to where it can be restarted. False: the hardware refused every attempt, the station goes on (ResetFailure). */
export async function prepareReset(kind: 'soft' | 'hard', deps: ResetDeps): Promise<boolean> {
  await closeTransactions(kind === 'soft' ? 'softReset' : 'hardReset', deps);
  return kind === 'soft' || restartHardware(deps);
}

/**
 * Ends every running transaction, waits until the ends are on disk, and then until they are sent when that is possible; without
 * any, until the answer to what is in flight is here.
 */
export async function closeTransactions(reason: ClosingReason, deps: ClosingDeps): Promise<void> {
  const { time, outbox, scheduler, evses, online } = deps;
  const running = !evses().every(isClosed);
  // A start that is under way can only be ended once it has begun.
  const closed = (): boolean => {
    for (const evse of evses()) evse.dispatch({ kind: 'stop', cause: { reason, idToken: null } });
    return evses().every(isClosed);
  };
  await waitUntil(closed, patience[reason].closeMs, time);
  // An old backlog delays nothing, but what is on its way has its answer first: cut, it would be sent twice.
  const told = (): boolean =>
    running ? outbox.snapshot().waiting === 0 && !scheduler.busy : outbox.snapshot().inFlight === null;
  await waitUntil(() => !online() || told(), patience[reason].sendMs, time);
}

function isClosed({ keeper, state }: EvseController): boolean {
  return keeper.record === null && state.phase.kind !== 'starting';
}

/** Hardware that refuses is busy, as a rule: asked again at once it would refuse again. */
const betweenRestartsMs = 5_000;

async function restartHardware(deps: ResetDeps): Promise<boolean> {
  for (let attempt = 0; attempt <= deps.retries(); attempt++) {
    if (attempt > 0) await pause(betweenRestartsMs, deps.time);
    try {
      await deps.restartHardware();
      return true;
    } catch (error) {
      deps.onProblem(`the hardware did not restart: ${messageOf(error)}`);
    }
  }
  return false;
}

function pause(ms: number, time: Time): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  time.after(ms, () => resolve());
  return promise;
}
