/** One moment on both clocks. */
export interface Moment {
  /** For durations. */
  readonly monoMs: number;
  /** For what is stored. */
  readonly wallMs: number;
  /** Whether the wall time may be stored as a date. */
  readonly wallValid: boolean;
}
