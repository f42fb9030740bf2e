/** How many of a kind may still come. */
export interface FloodState {
  readonly left: number;
  /** Since when `left` grows again (monotonic). */
  readonly sinceMs: number;
  /** What was kept back since the last one that passed. */
  readonly keptBack: number;
}

/** How much may pass: `burst` at once, then one each `perMs`. */
export interface FloodRule {
  readonly burst: number;
  readonly perMs: number;
}

/** What becomes of one more: *passes* with the number of those that were kept back before it. */
export type FloodVerdict =
  | { readonly passes: true; readonly keptBack: number; readonly state: FloodState }
  /** The next may pass at this moment (monotonic). */
  | { readonly passes: false; readonly nextMs: number; readonly state: FloodState };

/** Nothing came yet. */
export function noFlood(rule: FloodRule, nowMs: number): FloodState {
  return { left: rule.burst, sinceMs: nowMs, keptBack: 0 };
}

/** Decides about one more. */
export function floodStep(before: FloodState, rule: FloodRule, nowMs: number): FloodVerdict {
  const grown = Math.floor(Math.max(0, nowMs - before.sinceMs) / rule.perMs);
  const left = Math.min(rule.burst, before.left + grown);
  const sinceMs = left === rule.burst ? nowMs : before.sinceMs + grown * rule.perMs;
  if (left > 0) {
    return { passes: true, keptBack: before.keptBack, state: { left: left - 1, sinceMs, keptBack: 0 } };
  }
  const state = { left, sinceMs, keptBack: before.keptBack + 1 };
  return { passes: false, nextMs: sinceMs + rule.perMs, state };
}
