import type { CheckerRule } from './checker-rules.ts';

/** What a scenario allows the station, because the backend or the world itself misbehaves in it. */
export interface Expectations {
  /** The station's MessageTimeout: after it an unanswered CALL is over (T-10). */
  readonly callTimeoutMs: number;
  /** Play for real sockets and clocks. */
  readonly toleranceMs: number;
  /** Within this a CALL of the backend must be answered (G-05). */
  readonly answerWithinMs: number;
  /** False: bytes may get lost on the way, so that answers may stay out. */
  readonly answersArrive: boolean;
  /** True: the station was registered before this backend process began. */
  readonly registeredAtStart: boolean;
  /** False: statuses may be left out (MinimumStatusDuration, a slow backend), so edges prove nothing. */
  readonly allStatuses: boolean;
  /** True: statuses may overtake a delayed StopTransaction. */
  readonly finishingMayOvertake: boolean;
  /** True: parked messages are sent again, out of their order. */
  readonly parkedResends: boolean;
  /** True: messages of a transaction whose Start got no answer come with -1. */
  readonly orphanTransactions: boolean;
  /** True: the clock is set back in the story (G-03). */
  readonly clockJumps: boolean;
  /** Rules that do not apply. */
  readonly ignore: readonly CheckerRule[];
}

export const defaultExpectations: Expectations = {
  callTimeoutMs: 30_000,
  toleranceMs: 250,
  answerWithinMs: 1000,
  answersArrive: true,
  registeredAtStart: false,
  allStatuses: true,
  finishingMayOvertake: false,
  parkedResends: false,
  orphanTransactions: false,
  clockJumps: false,
  ignore: [],
};
