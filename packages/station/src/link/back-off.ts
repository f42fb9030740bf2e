import type { BackOffRule } from './link-state.ts';

/**
 * How long to wait after the `failures`-th failure in a row (1 … ∞), in milliseconds: first a random redial, then base × 2ⁿ up
 * to the cap, plus random spread each time (parameters.md 2, T-06). It never gives up and knows no reason that is final (T-05).
 * @param chance a number in [0, 1), of a source seeded per identity
 */
export function backOffDelayMs(rule: BackOffRule, failures: number, chance: number): number {
  if (failures <= 1) return rule.firstMinMs + chance * Math.max(0, rule.firstMaxMs - rule.firstMinMs);
  const doubled = rule.baseMs * 2 ** Math.min(failures - 2, 30);
  return Math.min(doubled, rule.capMs) + chance * rule.spreadMs;
}
