/** One message between a station and its backend, as a person may see it: secrets are masked. */
export interface LiveMessage {
  /** Counts the messages of this process. */
  readonly seq: number;
  /** Wall time in ms since 1970. */
  readonly atMs: number;
  /** The station's key, see `ApiStation.key`. */
  readonly station: string;
  readonly direction: 'in' | 'out';
  readonly kind: 'call' | 'callResult' | 'callError' | 'other' | 'mishap';
  readonly action: string | null;
  /** The message id; '' for a mishap. */
  readonly id: string;
  /** The frame, or in words what went wrong; cut after some thousand characters. */
  readonly text: string;
  /** At an answer: how long after its CALL it came, in ms; null for everything else. */
  readonly latencyMs: number | null;
  /** The connector (1.6) or EVSE (2.x) that it is about; null when it names none. */
  readonly connector: number | null;
  /** What is wrong: it does not fit the schema, or it is a CALLERROR; null when nothing is. */
  readonly problem: string | null;
  /** The `seq` of the CALL that this answers; null when that is not known any more. */
  readonly answerTo: number | null;
}

/** What happened: a message passed, or the state of a station may be another now. */
export type LiveChange =
  | { readonly kind: 'message'; readonly message: LiveMessage }
  | { readonly kind: 'state'; readonly station: string };

/** What happens in the process, while it happens. */
export interface LiveSource {
  /** Differs from process to process: a `seq` means something only together with it. */
  readonly epoch: string;
  /** The last messages of a station, oldest first; those after `afterSeq` only, when it is given. */
  messages(station: string, afterSeq: number | null): readonly LiveMessage[];
  /** Listens. Returns the way to stop. */
  subscribe(listener: (change: LiveChange) => void): () => void;
}
