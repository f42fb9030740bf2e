/** One figure of a bench. */
export interface Measurement {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** The value in proportion to what `against` names, where there is something to compare with. */
  readonly ratio?: number;
  readonly against?: string;
}

/** What a bench hands back; printed as the last line, as JSON. */
export interface BenchReport {
  readonly bench: string;
  readonly results: readonly Measurement[];
}

/** The middle of some numbers; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Rounds to some digits after the point. */
export function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
