/** From full until four fifths (row 11). */
export interface OverflowEpisode {
  readonly open: boolean;
  readonly dropped: number;
}

export const noOverflow: OverflowEpisode = { open: false, dropped: 0 };

const endsBelow = 0.8;

/** How an episode goes on; `waiting` is counted before anything was dropped, `left` after. */
export function overflowStep(
  episode: OverflowEpisode,
  counts: { readonly waiting: number; readonly left: number; readonly bound: number },
): { readonly episode: OverflowEpisode; readonly began: boolean; readonly ended: boolean; readonly dropped: number } {
  const { waiting, left, bound } = counts;
  const began = !episode.open && waiting > bound;
  const open = episode.open || began;
  const dropped = episode.dropped + (waiting - left);
  const ended = open && left < bound * endsBelow;
  return { episode: open && !ended ? { open, dropped } : noOverflow, began, ended, dropped };
}
