import { messageOf } from '../../core/errors.ts';
import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';
import { nextBoundaryMs, pollMs, previousBoundaryMs } from '../../metering/aligned-plan.ts';
import { IntervalMean } from '../../metering/interval-mean.ts';
import type { TrustedReading } from '../../metering/register-guard.ts';
import { wholeWattHours } from '../../metering/sampling-plan.ts';
import type { BoundaryReading } from './sample-maker.ts';

/** What the schedule works with. */
export interface AlignedScheduleDeps {
  readonly time: Time;
  /** The wall clock by which this place is aligned; null while there is none. */
  readonly wallMs: () => number | null;
  /** `ClockAlignedDataInterval` in milliseconds; 0 = none. */
  readonly intervalMs: () => number;
  readonly read: () => Promise<TrustedReading>;
  /** Whether power, current and voltage may change here by themselves. */
  readonly moves: () => boolean;
  /** Whether anybody wants their means. */
  readonly wantsMeans: () => boolean;
  readonly take: (boundary: BoundaryReading) => Promise<void>;
  readonly onProblem: (problem: string) => void;
}

/** A reading that is finished later than this after the boundary says nothing of the boundary. */
const exactMs = 2_000;

interface Boundary {
  readonly boundaryMs: number;
  readonly monotonicMs: number;
  readonly reading: TrustedReading;
}

/**
 * Reads one meter at the boundaries of the clock (V-02). A boundary that was missed – no clock, a clock that was set, a meter
 * that does not answer – is left out and never made up (V-12).
 */
export class AlignedSchedule {
  readonly #deps: AlignedScheduleDeps;
  readonly #mean = new IntervalMean();
  #cancel: Cancel = noTimer;
  #running = false;
  #reading = false;
  #failing = false;
  #previous: Boundary | null = null;
  /** Wall minus monotonic clock: how it was when the next boundary was last determined. */
  #offsetMs = Number.NaN;
  /** Counts the jumps of the clock: a reading belongs to the clock by which it was asked for. */
  #turn = 0;

  constructor(deps: AlignedScheduleDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = true;
    this.#arm();
  }

  /** May be called twice. */
  stop(): void {
    this.#running = false;
    this.#turn++;
    this.#cancel();
  }

  /** The clock was set or the interval changed: the next boundary is that of the present ones (G-03). */
  realign(): void {
    if (this.#running) this.#arm();
  }

  /** Something began or ended here: means need a look at this moment. */
  look(): void {
    if (!this.#running || this.#deps.intervalMs() <= 0) return;
    this.#arm();
    if (this.#deps.wantsMeans()) void this.#poll();
  }

  /** @param afterMs the boundary that was reached, so that it does not come twice by rounding */
  #arm(afterMs = Number.NEGATIVE_INFINITY): void {
    this.#cancel();
    const wallMs = this.#deps.wallMs();
    if (wallMs === null) {
      this.#forget();
      return;
    }
    this.#noticeJump(wallMs);
    const intervalMs = this.#deps.intervalMs();
    const boundaryMs = nextBoundaryMs(Math.max(wallMs, afterMs), intervalMs);
    if (boundaryMs === undefined) {
      this.#forget();
      return;
    }
    const delayMs = boundaryMs - wallMs;
    const looks = this.#deps.moves() && this.#deps.wantsMeans();
    const lookMs = looks ? pollMs(intervalMs) : Number.POSITIVE_INFINITY;
    this.#cancel =
      lookMs < delayMs
        ? this.#deps.time.after(lookMs, () => this.#between())
        : this.#deps.time.after(delayMs, () => this.#reached(boundaryMs));
  }

  #noticeJump(wallMs: number): void {
    const offsetMs = wallMs - this.#deps.time.monotonicMs();
    if (Math.abs(offsetMs - this.#offsetMs) > exactMs) this.#forget();
    this.#offsetMs = offsetMs;
  }

  #forget(): void {
    this.#turn++;
    this.#previous = null;
    this.#mean.reset();
  }

  #between(): void {
    this.#arm();
    void this.#poll();
  }

  async #poll(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    const turn = this.#turn;
    try {
      const reading = await this.#deps.read();
      if (turn === this.#turn) this.#mean.add(reading, this.#deps.time.monotonicMs());
    } catch {
      // A look that fails leaves the mean to the others; the reading at the boundary tells of a meter that is gone.
    } finally {
      this.#reading = false;
    }
  }

  #reached(boundaryMs: number): void {
    const wallMs = this.#deps.wallMs();
    const lateMs = wallMs === null ? Number.POSITIVE_INFINITY : wallMs - boundaryMs;
    if (lateMs < -1) {
      this.#arm();
      return;
    }
    this.#arm(boundaryMs);
    if (lateMs <= exactMs) void this.#take(boundaryMs, lateMs);
    else this.#missed(`the station came ${Math.round(lateMs / 1000)} s too late`);
  }

  async #take(boundaryMs: number, lateMs: number): Promise<void> {
    const { time, read, take } = this.#deps;
    const turn = this.#turn;
    const startedMs = time.monotonicMs();
    try {
      const reading = await read();
      if (turn !== this.#turn) return;
      const endedMs = time.monotonicMs();
      if (lateMs + endedMs - startedMs > exactMs) {
        this.#missed('the meter took too long');
        return;
      }
      this.#failing = false;
      const averaged = this.#mean.close(reading, endedMs);
      const interval = this.#intervalUntil({ boundaryMs, monotonicMs: startedMs, reading });
      await take({ boundaryMs, atMs: startedMs, reading: averaged, interval });
    } catch (error) {
      this.#missed(messageOf(error));
    }
  }

  /** What was counted since the boundary before; null when that one is not known. */
  #intervalUntil(boundary: Boundary): BoundaryReading['interval'] {
    const previous = this.#previous;
    this.#previous = boundary;
    const startMs = previousBoundaryMs(boundary.boundaryMs, this.#deps.intervalMs());
    if (previous === null || previous.boundaryMs !== startMs) return null;
    const passedMs = boundary.monotonicMs - previous.monotonicMs;
    if (Math.abs(passedMs - (boundary.boundaryMs - startMs)) > exactMs) return null;
    return {
      startMs,
      importWh: difference(previous.reading.energyImportWh, boundary.reading.energyImportWh),
      exportWh: difference(previous.reading.energyExportWh, boundary.reading.energyExportWh),
    };
  }

  #missed(why: string): void {
    this.#previous = null;
    if (!this.#failing) this.#deps.onProblem(`clock-aligned values were left out: ${why}`);
    this.#failing = true;
  }
}

/** Of whole registers, so that intervals and registers agree to the watt-hour; a register that went back has no difference. */
function difference(before: number | undefined, after: number | undefined): number | null {
  if (before === undefined || after === undefined) return null;
  const wattHours = wholeWattHours(after) - wholeWattHours(before);
  return wattHours < 0 ? null : wattHours;
}
