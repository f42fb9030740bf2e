import { createSeededRandom, type Random } from '@kerbside/station';

import type { World } from '../world/world.ts';

/** A time of day at the station, such as `17:30`; before six o'clock it is of the next day. */
export type TimeOfDay = `${number}:${number}`;

/** The day begins at six in the morning in Berlin. */
export const dayBeginsMs: number = Date.UTC(2027, 5, 15, 4);
const beginsMinute = 6 * 60;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

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
  /** Ids of transactions that the backend did not take for a while: what it refused comes later, and in another order. */
  readonly disturbed: Set<number>;
}

/** Lets time pass until six o'clock; that day. */
export async function dayIn(world: World, seed: string): Promise<Day> {
  await world.pass(dayBeginsMs - world.time.systemWallMs());
  return { world, random: createSeededRandom(seed), beganMs: world.time.monotonicMs(), disturbed: new Set() };
}

/** From six o'clock until a time of day. */
export function sinceSixMs(at: TimeOfDay): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  return ((hours * 60 + minutes - beginsMinute + 1440) % 1440) * minuteMs;
}

/** The next such time of day as messages have it, by the clock of the world. */
export function timestampAt({ world, beganMs }: Day, at: TimeOfDay): string {
  const fromNowMs = beganMs + sinceSixMs(at) - world.time.monotonicMs();
  return new Date(world.status().clock.nowMs + fromNowMs).toISOString();
}

/** A number from 0 to below `limit`. */
export function upTo({ random }: Day, limit: number): number {
  return random.next() * limit;
}

/** Lets the day pass: everything happens in its order, at its time or within the minute after it. */
export async function live(day: Day, happenings: readonly Happening[]): Promise<void> {
  const plan = happenings
    .map((happening) => ({ ...happening, dueMs: sinceSixMs(happening.at) + Math.floor(upTo(day, 50_000)) }))
    .toSorted((one, other) => one.dueMs - other.dueMs);
  for (const { at, what, act, dueMs } of plan) {
    await passUntil(day, dueMs);
    try {
      await act(day);
    } catch (error) {
      throw toldWhen(error, `${at} ${what}`);
    }
  }
  await passUntil(day, dayMs);
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
