/** Undoes a timer; harmless after the timer fired and when called twice. */
export type Cancel = () => void;

/** The passing of time, as a port: the operating system's in the daemon, a virtual one in tests. */
export interface Time {
  /** Milliseconds since an arbitrary moment; never jumps. For durations. */
  monotonicMs(): number;
  /** Milliseconds since 1970 as the operating system believes; may be wrong or jump. For `StationClock` only. */
  systemWallMs(): number;
  /** Calls back once, `delayMs` (≥ 0, any size) from now. */
  after(delayMs: number, callback: () => void): Cancel;
}
