import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 25;

/** Waits until `find` gives something else than undefined or false; what it throws counts as nothing. Rejects with the last reason. */
export async function until<T>(
  what: string,
  find: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 15_000,
): Promise<T> {
  const endMs = performance.now() + limitMs;
  for (let reason: unknown; ;) {
    try {
      const found = await find();
      if (found !== undefined && found !== false) return found;
      reason = 'it was not so';
    } catch (error) {
      reason = error;
    }
    if (performance.now() > endMs) throw new Error(`Waited ${limitMs} ms in vain for ${what}: ${String(reason)}`);
    await sleep(pauseMs);
  }
}
