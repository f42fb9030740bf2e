import { randomBytes } from 'node:crypto';

import type { LiveChange, LiveMessage, LiveSource } from '../api/live/live-source.ts';
import { onStationEvent, type StationEvent } from '../station/station-events.ts';
import { MessageLog } from './message-log.ts';
import { ProcessCounters } from './process-counters.ts';

/** Makes live views of what the stations publish, and remembers the last messages. */
export class LiveFeed implements LiveSource {
  readonly epoch: string = randomBytes(6).toString('hex');
  readonly #listeners = new Set<(change: LiveChange) => void>();
  /** What has happened since the start, for metrics. */
  readonly counters: ProcessCounters = new ProcessCounters();
  readonly #messages = new MessageLog();
  readonly #stopListening: () => void;

  constructor() {
    this.#stopListening = onStationEvent((event) => this.#take(event));
  }

  messages(station: string, afterSeq: number | null): readonly LiveMessage[] {
    const all = this.#messages.of(station);
    return afterSeq === null ? all : all.filter(({ seq }) => seq > afterSeq);
  }

  subscribe(listener: (change: LiveChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Listens no longer. */
  close(): void {
    this.#stopListening();
    this.#listeners.clear();
  }

  #take(event: StationEvent): void {
    this.counters.take(event);
    if (event.type === 'wire') {
      this.#tell({ kind: 'message', message: this.#messages.add(event.station, event.atMs, event.event) });
    }
    this.#tell({ kind: 'state', station: event.station });
  }

  #tell(change: LiveChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
