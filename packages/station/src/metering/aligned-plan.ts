const dayMs = 86_400_000;

/**
 * The first boundary after a wall time: multiples of the interval from 00:00:00 UTC, anew every day (V-02; OCPP 1.6 §9.1.3). The
 * last interval of a day is shorter when the interval does not divide it. Undefined for interval 0.
 */
export function nextBoundaryMs(wallMs: number, intervalMs: number): number | undefined {
  if (intervalMs <= 0) return undefined;
  const midnightMs = Math.floor(wallMs / dayMs) * dayMs;
  const turn = Math.floor((wallMs - midnightMs) / intervalMs) + 1;
  return midnightMs + Math.min(turn * intervalMs, dayMs);
}

/** The boundary before a boundary. */
export function previousBoundaryMs(boundaryMs: number, intervalMs: number): number {
  const midnightMs = Math.floor((boundaryMs - 1) / dayMs) * dayMs;
  return midnightMs + Math.floor((boundaryMs - 1 - midnightMs) / intervalMs) * intervalMs;
}

/** How often power, current and voltage are looked at within an interval, so that their mean means something. */
export function pollMs(intervalMs: number): number {
  return Math.min(10_000, Math.max(1_000, intervalMs / 30));
}
