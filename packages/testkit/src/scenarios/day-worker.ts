import { parentPort, workerData } from 'node:worker_threads';

import { play } from '../world/scenario.ts';
import { createVirtualWorld } from '../world/virtual-world.ts';
import { wholeDay } from './day-story.ts';

/** Lives the whole day; what went wrong, empty when nothing did. */
async function lived(seed: string): Promise<string> {
  const day = wholeDay(seed);
  try {
    await play(day.options, createVirtualWorld, day.play);
    return '';
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

// A thread of its own: a test runner that watches every promise makes a day of promises three times as long.
parentPort?.postMessage(await lived(String(workerData)), []);
