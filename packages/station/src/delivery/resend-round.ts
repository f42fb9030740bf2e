import type { OutboxRow } from '../store/store.ts';
import type { ResendReason } from './delivery-events.ts';
import type { OutboxIndex } from './outbox-index.ts';
import { traitsOf, type RowTraits } from './row-kind.ts';

type Shape = RowTraits['fact'];

/**
 * When parked facts are tried again (row 12). A *round* walks over them in order, one attempt each, while nothing else waits,
 * and leaves out a shape after its first failure. A success elsewhere begins a round at once, but after a failed one only
 * after a pause that doubles: so success → round → failure → success cannot become a storm.
 */
export interface RoundState {
  readonly wanted: ResendReason | null;
  readonly running: { readonly cursor: number; readonly failed: readonly Shape[] } | null;
  /** Shapes that failed in a round: no success begins another one for them before `untilMs` (monotonic). */
  readonly pauses: Readonly<Partial<Record<Shape, { readonly untilMs: number; readonly failures: number }>>>;
  /** The last round that no success began (monotonic), and the chance in [0, 1) that spreads the next. */
  readonly lastMs: number;
  readonly chance: number;
}

const firstPauseMs = 60_000;

/** The state at the start. */
export function idleRounds(nowMs: number, chance: number): RoundState {
  return { wanted: null, running: null, pauses: {}, lastMs: nowMs, chance };
}

/** When the next round is due in any case (monotonic): the interval ± 20 % after the last. */
export function intervalDue(state: RoundState, parkedRetryMs: number): number {
  return state.lastMs + parkedRetryMs * (0.8 + 0.4 * state.chance);
}

/** Asks for a round. Only a success respects the pauses. */
export function wantRound(state: RoundState, reason: ResendReason): RoundState {
  if (reason === 'success')
    return state.running !== null || state.wanted !== null ? state : { ...state, wanted: reason };
  return { ...state, wanted: reason, pauses: {} };
}

/** Begins the wanted round, leaving out the shapes that pause. */
export function beginRound(state: RoundState, nowMs: number, chance: number): RoundState {
  const failed = (Object.keys(state.pauses) as Shape[]).filter((shape) => (state.pauses[shape]?.untilMs ?? 0) > nowMs);
  const begun = { ...state, wanted: null, running: { cursor: -1, failed } };
  return state.wanted === 'success' ? begun : { ...begun, lastMs: nowMs, chance };
}

/** Which parked fact goes next in the running round; `undefined` ends it. */
export function nextOfRound(
  state: RoundState,
  index: OutboxIndex,
  mayGo: (row: OutboxRow) => boolean,
): OutboxRow | undefined {
  if (state.running === null) return undefined;
  const { cursor, failed } = state.running;
  const shapeLeft = [...index.parkedByFact].some(([shape, count]) => count > 0 && !failed.includes(shape));
  if (!shapeLeft) return undefined;
  for (const row of index.parked.after(cursor)) {
    if (!failed.includes(traitsOf(row).fact) && mayGo(row)) return row;
  }
  return undefined;
}

/** A parked fact was tried in vain: its shape is left out from here on, and pauses. */
export function roundFailed(state: RoundState, row: OutboxRow, nowMs: number, parkedRetryMs: number): RoundState {
  const shape = traitsOf(row).fact;
  const failures = (state.pauses[shape]?.failures ?? 0) + 1;
  const untilMs = nowMs + Math.min(firstPauseMs * 2 ** (failures - 1), parkedRetryMs);
  const failed = [...(state.running?.failed ?? []), shape];
  return {
    ...state,
    running: { cursor: row.seq, failed },
    pauses: { ...state.pauses, [shape]: { untilMs, failures } },
  };
}

/** A fact of this shape was delivered: it pauses no longer; whatever is parked is worth a round. */
export function roundEncouraged(state: RoundState, shape: Shape): RoundState {
  const { [shape]: _ended, ...pauses } = state.pauses;
  return wantRound({ ...state, pauses }, 'success');
}

/** A parked fact was delivered, or could not be judged: the round goes on behind it. */
export function roundPassed(state: RoundState, seq: number): RoundState {
  return state.running === null ? state : { ...state, running: { ...state.running, cursor: seq } };
}

/** Nothing is left to try. */
export function endRound(state: RoundState): RoundState {
  return { ...state, running: null };
}
