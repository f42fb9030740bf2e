/** Spreads the messages that an outage left behind (`traffic.backlogRate`), so that a fleet does not flood its backend. */
export interface BacklogPace {
  /** Facts up to this seq are backlog; −1 = none. */
  readonly untilSeq: number;
  /** Not before this time (monotonic). */
  readonly nextMs: number;
}

export const noBacklog: BacklogPace = { untilSeq: -1, nextMs: 0 };

/** At the connection: a single message is no backlog. */
export function paceAtConnect(waiting: number, highestSeq: number): BacklogPace {
  return waiting > 1 ? { untilSeq: highestSeq, nextMs: 0 } : noBacklog;
}

/** After a message that keeps to the pace left. */
export function paced(pace: BacklogPace, nowMs: number, perSecond: number): BacklogPace {
  return perSecond > 0 ? { ...pace, nextMs: nowMs + 1000 / perSecond } : pace;
}
