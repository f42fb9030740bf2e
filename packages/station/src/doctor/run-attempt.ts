import type { Cancel, Time } from '../core/time.ts';
import type { ConnectRequest, ConnectStage } from '../link/transport.ts';
import type { ConnectFailure } from '../link/transport.ts';
import { toConnectFailure } from '../link/transport-failure.ts';
import { AttemptRecorder } from './attempt-record.ts';
import type { AttemptRecord } from './attempt-record.ts';

/** No stage may take longer, however long the communication timeout is. */
const stageLimitsMs: Readonly<Record<ConnectStage, number>> = {
  dns: 15_000,
  tcp: 20_000,
  proxy: 20_000,
  tls: 20_000,
  upgrade: 30_000,
};

/** How an attempt of the doctor is made. */
export interface AttemptPlan<T> {
  readonly time: Time;
  readonly request: ConnectRequest;
  /** Bounds the stages together (parameters.md row 8). */
  readonly communicationTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly work: (request: ConnectRequest, signal: AbortSignal) => Promise<T>;
  /** Told when a further stage is entered: those before it have ended well. */
  readonly onStage: (stage: ConnectStage, sofar: AttemptRecord) => void;
}

/** Makes one attempt, each stage within its own bound and all within the communication timeout. Never rejects. */
export async function runAttempt<T>(
  plan: AttemptPlan<T>,
): Promise<{ readonly record: AttemptRecord; readonly result: T | null }> {
  const { time, request, work } = plan;
  const recorder = new AttemptRecorder(() => time.monotonicMs());
  const limits = new StageLimits(plan);
  const watched: ConnectRequest = {
    ...request,
    onStage: (stage) => {
      limits.enter(stage);
      recorder.enter(stage);
      plan.onStage(stage, recorder.record(null));
    },
    onFinding: (finding) => recorder.find(finding),
  };
  try {
    const result = await work(watched, limits.signal);
    return { record: recorder.record(null), result };
  } catch (thrown) {
    const failure: ConnectFailure = toConnectFailure(thrown);
    return { record: recorder.record(failure), result: null };
  } finally {
    limits.end();
  }
}

/** Aborts the attempt when a stage, or all together, take too long, or when the caller wants it. */
class StageLimits {
  readonly #time: Time;
  readonly #endMs: number;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  #cancel: Cancel = () => {};

  constructor({
    time,
    communicationTimeoutMs,
    signal,
  }: Pick<AttemptPlan<unknown>, 'time' | 'communicationTimeoutMs' | 'signal'>) {
    this.#time = time;
    this.#endMs = time.monotonicMs() + communicationTimeoutMs;
    this.#outer = signal;
    signal.addEventListener('abort', this.#abort, { once: true });
    if (signal.aborted) this.#abort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  enter(stage: ConnectStage): void {
    this.#cancel();
    const restMs = Math.min(stageLimitsMs[stage], this.#endMs - this.#time.monotonicMs());
    this.#cancel = this.#time.after(Math.max(0, restMs), this.#abort);
  }

  end(): void {
    this.#cancel();
    this.#outer.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => this.#controller.abort();
}
