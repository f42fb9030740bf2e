/**
 * When the next periodic sample of a transaction is due, on the monotonic clock: multiples of the interval from the start, so
 * that samples do not drift; undefined for interval 0 (V-01).
 */
export function nextSampleMs(startMs: number, intervalMs: number, nowMs: number): number | undefined {
  if (intervalMs <= 0) return undefined;
  const elapsed = Math.max(0, nowMs - startMs);
  const turn = Math.floor(elapsed / intervalMs) + 1;
  const dueMs = startMs + turn * intervalMs;
  // Rounding may find the moment of a sample just before itself; a sample is taken once.
  return dueMs > nowMs ? dueMs : startMs + (turn + 1) * intervalMs;
}

/** Whole watt-hours of a register, always rounded down, so that begin, samples and end agree. */
export function wholeWattHours(registerWh: number): number {
  return Math.floor(registerWh + 1e-6);
}
