/** One who wants a part of a whole. */
export interface PartWish {
  /** More than this is not taken. */
  readonly most: number;
  /** Less than this is of no use. */
  readonly least: number;
}

/**
 * Shares a whole in equal parts: what one does not take goes to the others in equal parts too. Where the parts would be too small to
 * be of use, the last in the list go without, one after another, until those of the others are not. The parts are whole numbers, in the
 * order of the wishes; their sum never exceeds `total` (SC-05).
 */
export function equalParts(total: number, wishes: readonly PartWish[]): readonly number[] {
  let served = wishes.flatMap(({ most, least }, index) => (most > 0 && most >= least ? index : []));
  for (;;) {
    const parts = filled(total, wishes, served);
    const short = served.findLast((index) => (parts[index] ?? 0) < (wishes[index]?.least ?? 0));
    if (short === undefined) return parts;
    // Whoever is last gives way, even if it would be content: it may be the one whose part the others lack.
    const last = served.at(-1);
    served = served.filter((index) => index !== last);
  }
}

function filled(total: number, wishes: readonly PartWish[], served: readonly number[]): readonly number[] {
  const parts = wishes.map(() => 0);
  let left = Math.max(0, Math.floor(total));
  const bySize = served.toSorted((one, other) => (wishes[one]?.most ?? 0) - (wishes[other]?.most ?? 0));
  for (const [position, index] of bySize.entries()) {
    const part = Math.min(wishes[index]?.most ?? 0, Math.floor(left / (bySize.length - position)));
    parts[index] = part;
    left -= part;
  }
  return parts;
}
