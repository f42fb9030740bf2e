import { messageOf } from '../../core/errors.ts';
import type { Time } from '../../core/time.ts';
import type { DrivableHardware, HardwareDescription } from '../../evse/hardware.ts';
import { wait } from '../wait.ts';
import { CheckBench } from './check-bench.ts';
import { skipReason } from './driver-case.ts';
import type { CheckSetting, DriverCase } from './driver-case.ts';
import { CaseFailure, CaseSkipped } from './verdict.ts';

/** What is checked, and how. */
export interface CheckOptions extends CheckSetting {
  readonly cases: readonly DriverCase[];
  /** Makes a client of the driver; it is not started. */
  readonly open: () => DrivableHardware;
  readonly time: Time;
  /** The charging point that is checked. */
  readonly evse: number;
  /** Told after each case. */
  readonly onResult?: (result: CaseResult) => void;
  /** Ends the check after the case that runs. */
  readonly signal?: AbortSignal;
}

/** How a case ended; `detail` says why it failed or was skipped. */
export interface CaseResult {
  readonly id: string;
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly detail: string;
  readonly durationMs: number;
}

/** What was found out about a driver. */
export interface CheckReport {
  readonly description: HardwareDescription;
  readonly results: readonly CaseResult[];
}

/** No case needs so long; one that hangs has failed. */
const caseLimitMs = 120_000;

/** Runs the cases one after another. Rejects with `driver.lost` or `driver.refused` when the driver cannot be started at all. */
export async function runDriverCheck(options: CheckOptions): Promise<CheckReport> {
  const { description, point } = await readDescription(options);
  const results: CaseResult[] = [];
  for (const each of options.cases) {
    if (options.signal?.aborted === true) break;
    const skipped = skipReason(each, description, point, options);
    const result = skipped === null ? await runCase(each, options) : resultOf(each, 'skipped', skipped, 0);
    results.push(result);
    options.onResult?.(result);
  }
  return { description, results };
}

async function readDescription(options: CheckOptions): Promise<Pick<CheckBench, 'description' | 'point'>> {
  const bench = newBench(options);
  try {
    const description = await bench.start();
    return { description, point: bench.point };
  } finally {
    await bench.close();
  }
}

async function runCase(each: DriverCase, options: CheckOptions): Promise<CaseResult> {
  const { time } = options;
  const startedMs = time.monotonicMs();
  const bench = newBench(options);
  const over = new AbortController();
  const limit = wait(time, caseLimitMs, [{ signal: over.signal, error: () => new CaseSkipped('') }]).then(() => {
    throw new CaseFailure(`it did not end within ${caseLimitMs / 1_000} s`);
  });
  limit.catch(() => undefined);
  let ended: readonly [CaseResult['outcome'], string] = ['passed', ''];
  try {
    await Promise.race([bench.start().then(() => each.run(bench)), limit]);
  } catch (error) {
    ended = [error instanceof CaseSkipped ? 'skipped' : 'failed', messageOf(error)];
  } finally {
    over.abort();
    await bench.close().catch(() => undefined);
  }
  return resultOf(each, ...ended, time.monotonicMs() - startedMs);
}

function newBench({ open, time, socketPath, evse }: CheckOptions): CheckBench {
  const elapse = (ms: number): Promise<void> => wait(time, ms, []);
  return new CheckBench({ driver: open(), time, elapse, socketPath, evse });
}

function resultOf(
  { id, title }: DriverCase,
  outcome: CaseResult['outcome'],
  detail: string,
  durationMs: number,
): CaseResult {
  return { id, title, outcome, detail, durationMs: Math.round(durationMs) };
}
