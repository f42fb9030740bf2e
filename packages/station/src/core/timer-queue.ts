import type { Cancel } from './time.ts';

/** The one timer of the operating system on which a queue runs. */
export interface Alarm {
  nowMs(): number;
  /** Calls back once, `delayMs` from now or a little before; 0: in the next turn of the event loop. */
  wakeAfter(delayMs: number, wake: () => void): Cancel;
}

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  /** Null when it fired or was undone: whoever still holds the way to undo it holds nothing else. */
  callback: (() => void) | null;
  /** In the heap; −1 when it is not in it. */
  position: number;
}

/**
 * All timers of a process on one timer of the operating system: a binary heap, in which undoing a timer takes it out. Timers
 * fire in order of their due time, then of their creation, never early, each in a turn of the event loop of its own.
 */
export class TimerQueue {
  readonly #alarm: Alarm;
  readonly #heap: Entry[] = [];
  #order = 0;
  #wakeMs = Number.POSITIVE_INFINITY;
  #disarm: Cancel | null = null;

  constructor(alarm: Alarm) {
    this.#alarm = alarm;
  }

  /** How many timers wait. */
  get size(): number {
    return this.#heap.length;
  }

  /** Calls back once, `delayMs` (≥ 0, any size) from now. */
  after(delayMs: number, callback: () => void): Cancel {
    const dueMs = this.#alarm.nowMs() + Math.max(0, delayMs);
    const entry: Entry = { dueMs, order: this.#order++, callback, position: this.#heap.length };
    this.#heap.push(entry);
    this.#rise(entry);
    if (dueMs < this.#wakeMs) this.#arm();
    return () => {
      if (entry.position >= 0) this.#remove(entry);
    };
  }

  #remove(entry: Entry): void {
    const { position } = entry;
    const last = this.#heap.pop();
    entry.position = -1;
    entry.callback = null;
    if (last !== undefined && last !== entry) {
      this.#place(last, position);
      this.#rise(last);
      this.#sink(last);
    }
    // Waking for nothing costs less than arming anew; but a queue without timers must not keep the process from ending.
    if (this.#heap.length === 0) this.#arm();
  }

  #wake(): void {
    this.#disarm = null;
    this.#wakeMs = Number.POSITIVE_INFINITY;
    const [first] = this.#heap;
    const callback = first !== undefined && first.dueMs <= this.#alarm.nowMs() ? first.callback : null;
    try {
      if (first !== undefined && callback !== null) {
        this.#remove(first);
        callback();
      }
    } finally {
      this.#arm();
    }
  }

  #arm(): void {
    const dueMs = this.#heap[0]?.dueMs ?? Number.POSITIVE_INFINITY;
    if (dueMs === this.#wakeMs) return;
    this.#disarm?.();
    this.#disarm = null;
    this.#wakeMs = dueMs;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#disarm = this.#alarm.wakeAfter(Math.max(0, dueMs - this.#alarm.nowMs()), () => this.#wake());
  }

  #rise(entry: Entry): void {
    for (let above = this.#above(entry); above !== undefined && isBefore(entry, above); above = this.#above(entry)) {
      this.#swap(entry, above);
    }
  }

  #sink(entry: Entry): void {
    for (let below = this.#below(entry); below !== undefined && isBefore(below, entry); below = this.#below(entry)) {
      this.#swap(below, entry);
    }
  }

  #above({ position }: Entry): Entry | undefined {
    return position === 0 ? undefined : this.#heap[(position - 1) >> 1];
  }

  /** The earlier one of the two below. */
  #below({ position }: Entry): Entry | undefined {
    const [left, right] = [this.#heap[2 * position + 1], this.#heap[2 * position + 2]];
    return left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
  }

  #swap(one: Entry, other: Entry): void {
    const { position } = one;
    this.#place(one, other.position);
    this.#place(other, position);
  }

  #place(entry: Entry, position: number): void {
    this.#heap[position] = entry;
    entry.position = position;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
