import type { Cancel } from './time.ts';

/** What cancels a timer that is not armed: one function for all, because a station has dozens of such places. */
export const noTimer: Cancel = () => undefined;
