import type { Time } from '../core/time.ts';
import { onStationEvent, type StationEvent } from './station-events.ts';

/** What is started. */
export interface Startable {
  readonly key: string;
  start(): Promise<void>;
}

/** So many stations may be on their way from their start to the first answer of their backend. */
const mostAtOnce = 64;
/** So long a station holds up the next one: a slow backend must not make the whole start slow. */
const longestTurnMs = 100;

/**
 * Starts stations some at a time: all at once they would compete for the processor, none would be registered before the last,
 * and the memory that the rush takes would never be given back. Resolves when each has been started; that can take longer than
 * its turn, and nobody waits for it.
 */
export async function startPaced(stations: readonly Startable[], time: Time): Promise<void> {
  const turns = new Map<string, () => void>();
  const stopListening = onStationEvent((event) => {
    if (isAnswered(event)) turns.get(event.station)?.();
  });
  const waiting = [...stations].toReversed();
  const started: Promise<void>[] = [];
  const startNext = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { key } = next;
      const turn = Promise.withResolvers<void>();
      const cancel = time.after(longestTurnMs, turn.resolve);
      turns.set(key, turn.resolve);
      started.push(next.start());
      if (stations.length > mostAtOnce) await turn.promise;
      turns.delete(key);
      cancel();
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, stations.length) }, startNext));
  stopListening();
  await Promise.all(started);
}

/** Whether an event tells that the backend has answered, or that there is nothing to wait for. */
export function isAnswered(event: StationEvent): boolean {
  if (event.type === 'registration') return ['accepted', 'pending', 'rejected'].includes(event.state);
  if (event.type === 'link') return ['disabled', 'backingOff'].includes(event.state.kind);
  return event.type === 'problem';
}
