import { computed, effect, signal } from '@preact/signals';

import { LiveStream, type LiveState } from '../net/live-stream.ts';
import type { MessageShape, ProcessState, ReadingShape, StationShape, SummaryShape } from '../net/shapes.ts';
import { route } from '../app/route.ts';
import { refreshSession, session } from './session.ts';

/** How the stream of news stands. */
export const live = signal<LiveState>('connecting');

/** The process; null until it has told. */
export const processState = signal<ProcessState | null>(null);

/** The station that the address names; null until it has told, and in the list of stations. */
export const station = signal<StationShape | null>(null);

/** The stations of a list, by name. */
export const summaries = signal<ReadonlyMap<string, SummaryShape>>(new Map());

/** The name of the station that the address names; null in what belongs to no station. */
const stationName = computed<string | null>(() => route.value.station);

/** What its meters show, told each second. */
export const readings = signal<readonly ReadingShape[]>([]);

type Listener<T> = (news: T) => void;
const messageListeners = new Set<Listener<MessageShape>>();

/** Calls back for each message of the station; returns the way to stop. */
export function onMessage(listener: Listener<MessageShape>): () => void {
  messageListeners.add(listener);
  return () => messageListeners.delete(listener);
}

/** Follows the station that the address names, as long as somebody is signed in. */
export function followLive(): void {
  const signedIn = computed(() => session.value?.signedIn === true && !session.value.mustChangePassword);
  effect(() => {
    if (!signedIn.value) return;
    const name = stationName.value;
    station.value = null;
    readings.value = [];
    live.value = 'connecting';
    const stream = new LiveStream({
      query: name === null ? '' : `?station=${encodeURIComponent(name)}`,
      onState: (state) => {
        live.value = state;
        if (state === 'signedOut') void refreshSession();
      },
      onEvent: take,
    });
    void stream.run();
    return () => stream.stop();
  });
}

function take(name: string, data: unknown): void {
  switch (name) {
    case 'process':
      processState.value = data as ProcessState;
      break;
    case 'summary': {
      const summary = data as SummaryShape;
      summaries.value = new Map(summaries.value).set(summary.name, summary);
      break;
    }
    case 'station':
      station.value = data as StationShape;
      break;
    case 'readings':
      readings.value = (data as { readonly evses: readonly ReadingShape[] }).evses;
      break;
    case 'message':
      for (const listener of messageListeners) listener(data as MessageShape);
      break;
  }
}
