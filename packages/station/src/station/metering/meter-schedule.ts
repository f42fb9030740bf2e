import { messageOf } from '../../core/errors.ts';
import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { TrustedReading } from '../../metering/register-guard.ts';
import { nextSampleMs } from '../../metering/sampling-plan.ts';

/** What the schedule works with. */
export interface MeterScheduleDeps {
  readonly time: Time;
  /** `MeterValueSampleInterval` in milliseconds; 0 = no samples. */
  readonly intervalMs: () => number;
  readonly read: () => Promise<TrustedReading>;
  readonly sample: (reading: TrustedReading) => Promise<void>;
  readonly checkpoint: (reading: TrustedReading) => Promise<void>;
  /** The meter did not answer several times in a row; or it answers again, or is not asked any more. */
  readonly onAnswering: (answers: boolean) => void;
  readonly onProblem: (problem: string) => void;
}

/** So many readings that fail in a row are a fault of the meter and not of the moment. */
const failuresOfMeter = 3;

/** How long a running transaction may go without a durable register, so that a power cut costs at most this much. */
const checkpointMs = 60_000;

/** Reads the meter of a running transaction at the right moments. A reading that fails is left out, never invented (fault 36). */
export class MeterSchedule {
  readonly #deps: MeterScheduleDeps;
  #startMs: number | null = null;
  #cancel: Cancel = noTimer;
  #reading = false;
  #failures = 0;
  /** Counts the transactions: a reading belongs to the one for which it was asked. */
  #turn = 0;

  constructor(deps: MeterScheduleDeps) {
    this.#deps = deps;
  }

  /** A transaction began. */
  start(): void {
    this.#startMs = this.#deps.time.monotonicMs();
    this.#turn++;
    this.#arm();
  }

  /** The transaction ends; harmless without one. */
  stop(): void {
    this.#answersAgain();
    this.#startMs = null;
    this.#turn++;
    this.#cancel();
  }

  /** The interval changed: the next sample is due by the new one (fault 62). */
  intervalChanged(): void {
    if (this.#startMs !== null) this.#arm();
  }

  #arm(): void {
    this.#cancel();
    if (this.#startMs === null) return;
    const nowMs = this.#deps.time.monotonicMs();
    const sampleMs = nextSampleMs(this.#startMs, this.#deps.intervalMs(), nowMs);
    const checkMs = nextSampleMs(this.#startMs, checkpointMs, nowMs) ?? nowMs + checkpointMs;
    const isSample = sampleMs !== undefined && sampleMs <= checkMs;
    const dueMs = isSample ? sampleMs : checkMs;
    this.#cancel = this.#deps.time.after(dueMs - nowMs, () => {
      this.#arm();
      void this.#take(isSample ? this.#deps.sample : this.#deps.checkpoint);
    });
  }

  #answersAgain(): void {
    const wasTold = this.#failures >= failuresOfMeter;
    this.#failures = 0;
    if (wasTold) this.#deps.onAnswering(true);
  }

  async #readOrCount(): Promise<TrustedReading> {
    try {
      const reading = await this.#deps.read();
      this.#answersAgain();
      return reading;
    } catch (error) {
      this.#failures++;
      if (this.#failures === failuresOfMeter) this.#deps.onAnswering(false);
      throw error;
    }
  }

  async #take(use: (reading: TrustedReading) => Promise<void>): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    const turn = this.#turn;
    try {
      const reading = await this.#readOrCount();
      if (turn === this.#turn) await use(reading);
    } catch (error) {
      this.#deps.onProblem(`a meter reading was left out: ${messageOf(error)}`);
    } finally {
      this.#reading = false;
    }
  }
}
