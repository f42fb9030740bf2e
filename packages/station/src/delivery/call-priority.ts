import type { SendLane } from './send-lane.ts';

/** What may be sent: nothing · BootNotification · that and triggered messages (Pending) · everything (Accepted). */
export type GateLevel = 'nothing' | 'bootOnly' | 'triggeredOnly' | 'all';

/** The classes of CALLs beside the queue and the status lane. */
export type CallClass = 'boot' | 'authorize' | 'triggered' | 'heartbeat' | 'vendor';

/** Which classes each level lets through (B-02 … B-05). */
const classesAt: Readonly<Record<GateLevel, readonly CallClass[]>> = {
  nothing: [],
  bootOnly: ['boot'],
  triggeredOnly: ['boot', 'triggered'],
  all: ['boot', 'authorize', 'triggered', 'heartbeat', 'vendor'],
};

/** First goes first (Q-01: before the next queued message). */
export const classOrder: readonly CallClass[] = ['boot', 'authorize', 'triggered', 'heartbeat', 'vendor'];

/** So many calls in a row may overtake a message of the transaction lane that could go … */
const overtakesAtMost = 64;
/** … and after so long only the boot still may, so that a backend that leaves them unanswered does not hold the queue. */
const overtakenAtMostMs = 10_000;

/** What waits for its turn. */
export interface TurnView {
  readonly level: GateLevel;
  readonly waiting: ReadonlySet<CallClass>;
  /** A status may go now. */
  readonly status: boolean;
  /** Where the next message of the queue comes from; null when none may go now. */
  readonly queue: SendLane | null;
  /** How many calls overtook the message of the transaction lane since it could go, and for how long. */
  readonly overtakes: number;
  readonly overtakenMs: number;
}

/** Whose turn it is. */
export type Turn = CallClass | 'status' | 'queue' | null;

/** Whether a level lets a class through. */
export function allows(level: GateLevel, callClass: CallClass): boolean {
  return classesAt[level].includes(callClass);
}

/** Chooses the next CALL: boot, authorize, triggered, heartbeat, status, queue; the transaction lane is never starved. */
export function chooseTurn(view: TurnView): Turn {
  const { level, waiting, status, queue, overtakes, overtakenMs } = view;
  if (waiting.has('boot') && allows(level, 'boot')) return 'boot';
  const overtaken = overtakes >= overtakesAtMost || (overtakes > 0 && overtakenMs >= overtakenAtMostMs);
  if (level === 'all' && queue === 'transaction' && overtaken) return 'queue';
  const callClass = classOrder.find((each) => waiting.has(each) && allows(level, each));
  if (callClass !== undefined) return callClass;
  if (level !== 'all') return null;
  if (status) return 'status';
  return queue === null ? null : 'queue';
}
