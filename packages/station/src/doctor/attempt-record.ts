import type { ConnectFinding } from '../link/connect-finding.ts';
import type { ConnectFailure, ConnectStage } from '../link/transport.ts';

/** One stage of an attempt; times are monotonic. */
interface StageTimes {
  readonly startedMs: number;
  readonly endedMs: number;
}

/** An attempt as it was seen: what each stage took and found, and what it ended with. */
export interface AttemptRecord {
  readonly stages: ReadonlyMap<ConnectStage, StageTimes>;
  readonly findings: readonly ConnectFinding[];
  /** Null: it reached what it wanted. */
  readonly failure: ConnectFailure | null;
}

/** Notes down an attempt while it runs. */
export class AttemptRecorder {
  readonly #nowMs: () => number;
  readonly #stages = new Map<ConnectStage, StageTimes>();
  readonly #findings: ConnectFinding[] = [];
  #current: ConnectStage | null = null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  enter(stage: ConnectStage): void {
    this.#endStage();
    this.#current = stage;
    const nowMs = this.#nowMs();
    this.#stages.set(stage, { startedMs: nowMs, endedMs: nowMs });
  }

  find(finding: ConnectFinding): void {
    this.#findings.push(finding);
  }

  /** The record as of now; `failure` null while the attempt goes on, and when it reached what it wanted. */
  record(failure: ConnectFailure | null): AttemptRecord {
    this.#endStage();
    return { stages: this.#stages, findings: this.#findings, failure };
  }

  #endStage(): void {
    const stage = this.#current;
    const times = stage === null ? undefined : this.#stages.get(stage);
    if (stage !== null && times !== undefined) this.#stages.set(stage, { ...times, endedMs: this.#nowMs() });
  }
}

/** The finding of a kind, the last one if there are several. */
export function findingOf<K extends ConnectFinding['kind']>(
  record: AttemptRecord,
  kind: K,
): Extract<ConnectFinding, { kind: K }> | undefined {
  return record.findings.findLast((finding): finding is Extract<ConnectFinding, { kind: K }> => finding.kind === kind);
}

/** How long a stage took, in milliseconds; null when it was not entered. */
export function stageMs(record: AttemptRecord, stage: ConnectStage): number | null {
  const times = record.stages.get(stage);
  return times === undefined ? null : times.endedMs - times.startedMs;
}

/** Where the attempt failed: the stage, or the sub-protocol behind the upgrade; null when it did not. */
export function failedAt({ failure }: AttemptRecord): ConnectStage | 'subProtocol' | null {
  if (failure === null) return null;
  return failure.detail.stage === 'timeout' ? failure.detail.during : failure.detail.stage;
}
