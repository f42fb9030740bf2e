/** Time as the RPC peer needs it: the operating system's, or a virtual one in tests. */
export interface RpcTimers {
  /** Milliseconds since an arbitrary moment; never jumps. */
  monotonicMs(): number;
  /** Calls back once, `ms` from now; the function returned cancels that, and does nothing when it is too late. */
  after(ms: number, callback: () => void): () => void;
}
