import { messageOf } from '../core/errors.ts';
import type { Time } from '../core/time.ts';
import type { CallScheduler } from '../delivery/call-scheduler.ts';
import type { Outbox } from '../delivery/outbox.ts';
import type { StopReason } from '../evse/evse-state.ts';
import type { EvseController } from './evse-controller.ts';

/** What a reset works with. */
export interface ResetDeps {
  readonly time: Time;
  readonly outbox: Outbox;
  readonly scheduler: CallScheduler;
  readonly evses: () => readonly EvseController[];
  readonly online: () => boolean;
  /** Restarts the hardware controller; rejects when it refuses. */
  readonly restartHardware: () => Promise<unknown>;
  /** `ResetRetries`. */
  readonly retries: () => number;
  readonly onProblem: (problem: string) => void;
}

/** How long a reset waits for transactions to be closed, and then for their StopTransactions to be answered (Z-01, Z-02). */
const patience = {
  soft: { closeMs: 40_000, sendMs: 30_000 },
  hard: { closeMs: 10_000, sendMs: 5_000 },
} as const;

const pollMs = 50;

/** Brings the station to where it can be restarted. False: the hardware refused every attempt, the station goes on (ResetFailure). */
export async function prepareReset(kind: 'soft' | 'hard', deps: ResetDeps): Promise<boolean> {
  await closeTransactions(deps.evses(), kind === 'soft' ? 'softReset' : 'hardReset', patience[kind].closeMs, deps.time);
  const told = (): boolean => deps.outbox.snapshot().waiting === 0 && !deps.scheduler.busy;
  await waitUntil(() => !deps.online() || told(), patience[kind].sendMs, deps.time);
  return kind === 'soft' || restartHardware(deps);
}

/** Ends every running transaction and waits until the ends are on disk, at most so long. */
export async function closeTransactions(
  evses: readonly EvseController[],
  reason: StopReason,
  limitMs: number,
  time: Time,
): Promise<void> {
  for (const evse of evses) evse.dispatch({ kind: 'stop', cause: { reason, idToken: null } });
  await waitUntil(() => evses.every((evse) => evse.keeper.record === null), limitMs, time);
}

async function restartHardware(deps: ResetDeps): Promise<boolean> {
  for (let attempt = 0; attempt <= deps.retries(); attempt++) {
    try {
      await deps.restartHardware();
      return true;
    } catch (error) {
      deps.onProblem(`the hardware did not restart: ${messageOf(error)}`);
    }
  }
  return false;
}

async function waitUntil(condition: () => boolean, limitMs: number, time: Time): Promise<void> {
  const endMs = time.monotonicMs() + limitMs;
  while (!condition() && time.monotonicMs() < endMs) {
    const { promise, resolve } = Promise.withResolvers<void>();
    time.after(pollMs, () => resolve());
    await promise;
  }
}
