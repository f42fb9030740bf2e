import { test } from 'node:test';

import { createStrictWorld } from './strict-world.ts';
import { createVirtualWorld } from './virtual-world.ts';
import type { Allowed, World, WorldOptions } from './world.ts';

/** How a scenario is played. */
export interface ScenarioOptions extends WorldOptions {
  /** Stories of hours, or of things that real sockets cannot do, are played on the virtual clock only; some need real sockets. */
  readonly only?: 'virtual' | 'strict';
  readonly allow?: Allowed;
  /** Play before the station is registered; by default a story begins with a registered station. */
  readonly unregistered?: boolean;
}

/**
 * One story, played against FakeBackend on the virtual clock and against the strict server on real sockets. The books and the
 * protocol checker have to be clean at its end.
 */
export function scenario(name: string, options: ScenarioOptions, story: (world: World) => Promise<void>): void {
  if (options.only !== 'strict') test(name, () => play(options, createVirtualWorld, story));
  if (options.only !== 'virtual')
    test(`${name} [strict]`, { timeout: 60_000 }, () => play(options, createStrictWorld, story));
}

/** Plays a story in a world of its own, and ends it; rejects with the last frames when anything is wrong. */
export async function play(
  options: ScenarioOptions,
  create: (options: WorldOptions) => Promise<World>,
  story: (world: World) => Promise<void>,
): Promise<void> {
  const world = await create(options);
  try {
    if (options.unregistered !== true)
      await world.until('registration', () => world.status().registration === 'accepted');
    await story(world);
  } catch (error) {
    await world.end().catch(() => undefined);
    throw withFrames(error, world);
  }
  await world.end(options.allow);
}

/** Adds the last frames to a failure: they tell most stories. */
function withFrames(error: unknown, world: World): unknown {
  if (!(error instanceof Error)) return error;
  const frames = world.backend.frames.all().slice(-40);
  const lines = frames.map((frame) => {
    const at = new Date(frame.atMs).toISOString().slice(11, 23);
    return `${at} ${frame.direction === 'in' ? '→' : '←'} ${frame.text.slice(0, 300)}`;
  });
  const before = error.message;
  error.message = `${before}\n${lines.join('\n')}`;
  // What a reporter prints is the stack, which has the message of the moment when the error was made.
  if (error.stack !== undefined) error.stack = error.stack.replace(before, () => error.message);
  return error;
}
