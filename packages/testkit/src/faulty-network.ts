/** What can go wrong between stations and any backend of the testkit: in memory or on a real TCP proxy. */
export interface FaultyNetwork {
  /** One way, in milliseconds; may be changed at any time. */
  latencyMs: number;
  /** Bytes vanish without a word: open connections are dead for ever though both ends think them open, attempts hang. */
  cut(): void;
  /** Bytes of open connections wait, as in a stalled mobile link, until `release`; attempts hang as long. */
  hold(): void;
  release(): void;
  /** All open connections end at once without a close frame, and both ends notice. */
  reset(): void;
  /** New attempts fail at TCP. */
  refuse(): void | Promise<void>;
  /** New attempts succeed again; connections that were cut stay dead. */
  restore(): void | Promise<void>;
}
