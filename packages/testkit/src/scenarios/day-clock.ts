import { createSeededRandom, type Random } from '@kerbside/station';

import type { World } from '../world/world.ts';

/** A time of day at the station, such as `17:30`; before six o'clock it is of the next day. */
export type TimeOfDay = `${number}:${number}`;

/** The day begins at six in the morning in Berlin. */
export const dayBeginsMs: number = Date.UTC(2027, 5, 15, 4);
const beginsMinute = 6 * 60;
const minutesOfDay = 24 * 60;
/** How late things happen at most, in minutes. */
const latest = 0.8;

/** One thing that happens at a time of the day. */
export interface Happening {
  readonly at: TimeOfDay;
  readonly what: string;
  readonly act: (day: Day) => Promise<unknown>;
}

/** The world of one day, with its chance. */
export interface Day {
  readonly world: World;
  readonly random: Random;
  /** The monotonic clock at six o'clock. */
  readonly beganMs: number;
  /** How long a minute of the timetable lasts. */
  readonly minuteMs: number;
  /** Ids of transactions that the backend did not take for a while: what it refused comes later, and in another order. */
  readonly disturbed: Set<number>;
}

/** Lets time pass until six o'clock where it can be moved, else it is six now; that day. */
export async function dayIn(world: World, seed: string, minuteMs = 60_000): Promise<Day> {
  if (world.kind === 'virtual') await world.pass(dayBeginsMs - world.time.systemWallMs());
  const beganMs = world.time.monotonicMs();
  return { world, random: createSeededRandom(seed), beganMs, minuteMs, disturbed: new Set() };
}

/** Minutes from six o'clock until a time of day. */
export function sinceSix(at: TimeOfDay): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  return (hours * 60 + minutes - beginsMinute + minutesOfDay) % minutesOfDay;
}

/** The next such time of day as messages have it, by the clock of the station. */
export function timestampAt({ world, beganMs, minuteMs }: Day, at: TimeOfDay): string {
  const fromNowMs = beganMs + sinceSix(at) * minuteMs - world.time.monotonicMs();
  return new Date(world.status().clock.nowMs + fromNowMs).toISOString();
}

/** A number from 0 to below `limit`. */
export function upTo({ random }: Day, limit: number): number {
  return random.next() * limit;
}

/** Lets the day pass until so many minutes after six: everything happens in its order, at its time or within the minute after it. */
export async function live(day: Day, happenings: readonly Happening[], minutes: number = minutesOfDay): Promise<void> {
  const { minuteMs } = day;
  const plan = happenings
    .map((happening) => ({ ...happening, dueMs: Math.floor((sinceSix(happening.at) + upTo(day, latest)) * minuteMs) }))
    .toSorted((one, other) => one.dueMs - other.dueMs);
  for (const { at, what, act, dueMs } of plan) {
    await passUntil(day, dueMs);
    try {
      await act(day);
    } catch (error) {
      throw toldWhen(error, `${at} ${what}`);
    }
  }
  await passUntil(day, minutes * minuteMs);
}

async function passUntil({ world, beganMs }: Day, dueMs: number): Promise<void> {
  const waitMs = beganMs + dueMs - world.time.monotonicMs();
  if (waitMs > 0) await world.pass(waitMs);
}

/** Adds to a failure at which time of the day it happened, and in which story. */
function toldWhen(error: unknown, when: string): unknown {
  if (!(error instanceof Error)) return error;
  const before = error.message;
  error.message = `${when}: ${before}`;
  if (error.stack !== undefined) error.stack = error.stack.replace(before, () => error.message);
  return error;
}
