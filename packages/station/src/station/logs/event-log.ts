import type { LogLine } from '../../diagnostics/log-file.ts';
import { onStationEvent, type StationEvent } from '../station-events.ts';

/** The last events of the station, for its diagnostics; frames are in the message log. */
export class EventLog {
  readonly #station: string;
  readonly #size: number;
  #events: StationEvent[] = [];
  #stop: (() => void) | null = null;

  /** @param size how many events are kept; 0 keeps none */
  constructor(station: string, size: number) {
    this.#station = station;
    this.#size = size;
  }

  get lines(): readonly LogLine[] {
    return this.#events.map(({ atMs, station: _station, ...body }) => ({ atMs, text: JSON.stringify(body) }));
  }

  /** Begins to listen; may be called twice. */
  start(): void {
    if (this.#size > 0) this.#stop ??= onStationEvent((event) => this.#note(event));
  }

  /** Listens no more; may be called twice. */
  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #note(event: StationEvent): void {
    if (event.station !== this.#station || (event.type === 'wire' && event.event.kind === 'frame')) return;
    this.#events.push(event);
    if (this.#events.length >= this.#size * 2) this.#events = this.#events.slice(-this.#size);
  }
}
