import type { StoredKey } from '../signing/key-pair.ts';
import type { ComponentState, FormerPoint } from './component-state.ts';
import { lockedPoint, lockProblem } from './signing-point.ts';
import type { Lock, SigningPoint } from './signing-point.ts';

/** What locking needs besides the state. */
export interface LockMeans {
  readonly makeKey: () => StoredKey;
  /** Why what differs is accepted; null: it is not. */
  readonly relock: string | null;
  readonly wallMs: number;
}

/**
 * Locks a point with what is there: a first time by itself, anew only for a reason. A meter of the same number keeps key, numbers
 * and records; another one gets its own, and what was open for the first can never be ended.
 */
export function lockPoint(state: ComponentState, evse: number, lock: Lock, means: LockMeans): ComponentState {
  const point = state.points.find((each) => each.evse === evse);
  if (point === undefined) return withPoint(state, lockedPoint(evse, lock, means.makeKey()));
  const problem = lockProblem(point, lock);
  if (problem === null || means.relock === null) return state;
  const isSameMeter = point.lock.serial === lock.serial;
  const next = isSameMeter
    ? { ...point, lock, failure: null, highestWh: point.failure === null ? point.highestWh : null }
    : lockedPoint(evse, lock, means.makeKey());
  const { relock: reason, wallMs } = means;
  const entry = { number: state.relocks.length + 1, evse, wallMs, reason, problem, before: point.lock, after: lock };
  const former = isSameMeter ? state.former : [...state.former, formerPoint(point)];
  return withPoint({ ...state, relocks: [...state.relocks, entry], former }, next);
}

/** The same state with another version of one point. */
export function withPoint(state: ComponentState, point: SigningPoint): ComponentState {
  const others = state.points.filter(({ evse }) => evse !== point.evse);
  return { ...state, points: [...others, point].toSorted((a, b) => a.evse - b.evse) };
}

function formerPoint({ evse, lock, records = [] }: SigningPoint): FormerPoint {
  return { evse, lock, records };
}
