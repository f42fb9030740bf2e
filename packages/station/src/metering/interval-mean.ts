import { LazyMap } from '../core/lazy-map.ts';
import type { TrustedReading } from './register-guard.ts';

/** What is averaged: quantities of the moment. Registers, temperature and state of charge are as they stand at the boundary. */
const averaged = ['powerW', 'phasePowerW', 'currentA', 'voltageV'] as const;

interface Sum {
  total: number;
  weightMs: number;
}

interface Point {
  readonly atMs: number;
  readonly numbers: ReadonlyMap<string, number>;
}

/** The means of one interval, weighted by time: between two looks a quantity is taken to go in a straight line (V-02). */
export class IntervalMean {
  readonly #sums = new LazyMap<string, Sum>();
  #last: Point | null = null;

  /** Takes in what was read at a moment of the monotonic clock. */
  add(reading: TrustedReading, atMs: number): void {
    const point: Point = { atMs, numbers: numbersOf(reading) };
    const last = this.#last;
    this.#last = point;
    if (last === null) return;
    const weightMs = atMs - last.atMs;
    for (const [name, value] of point.numbers) {
      const before = last.numbers.get(name);
      if (before === undefined) continue;
      const sum = this.#sums.get(name) ?? { total: 0, weightMs: 0 };
      this.#sums.set(name, {
        total: sum.total + ((before + value) / 2) * weightMs,
        weightMs: sum.weightMs + weightMs,
      });
    }
  }

  /** The interval ends with this reading: gives it with the means in place of the moment. The next interval begins. */
  close(reading: TrustedReading, atMs: number): TrustedReading {
    this.add(reading, atMs);
    const mean = (name: string, value: number): number => {
      const sum = this.#sums.get(name);
      return sum === undefined || sum.weightMs <= 0 ? value : sum.total / sum.weightMs;
    };
    const { powerW } = reading;
    const lists = averaged.flatMap((quantity) => {
      const values = reading[quantity];
      if (typeof values === 'number' || values === undefined) return [];
      return [[quantity, values.map((value, index) => mean(`${quantity}.${index}`, value))] as const];
    });
    const power = powerW === undefined ? {} : { powerW: mean('powerW', powerW) };
    this.#sums.clear();
    return { ...reading, ...power, ...Object.fromEntries(lists) };
  }

  /** Forgets everything: what comes belongs to another interval. */
  reset(): void {
    this.#sums.clear();
    this.#last = null;
  }
}

function numbersOf(reading: TrustedReading): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const quantity of averaged) {
    const values = reading[quantity];
    if (typeof values === 'number') numbers.set(quantity, values);
    else for (const [index, value] of (values ?? []).entries()) numbers.set(`${quantity}.${index}`, value);
  }
  return numbers;
}
