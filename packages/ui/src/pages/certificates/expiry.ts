import type { Tone } from '../../parts/notice.tsx';

const dayMs = 86_400_000;

/** Whole days until a certificate ends; negative when it has. */
export function daysLeft(toMs: number, nowMs: number): number {
  return Math.floor((toMs - nowMs) / dayMs);
}

/** A month before the end somebody should care. */
export function expiryTone(left: number): Tone {
  if (left < 0) return 'bad';
  return left <= 30 ? 'warn' : 'good';
}
