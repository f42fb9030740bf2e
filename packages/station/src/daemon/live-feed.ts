import { randomBytes } from 'node:crypto';

import type { LiveChange, LiveMessage, LiveSource } from '../api/live/live-source.ts';
import type { WireEvent } from '../dialects/dialect.ts';
import { onStationEvent, type StationEvent } from '../station/station-events.ts';

/** So many messages of all stations together are kept for people who come later. */
const MOST_MESSAGES = 1_000;

/** They may have so many characters together. */
const MOST_CHARACTERS = 1_000_000;

/** Nobody reads more than the beginning of a longer message here; the log has it whole. */
const LONGEST_TEXT = 8_000;

/** Makes live views of what the stations publish, and remembers the last messages. */
export class LiveFeed implements LiveSource {
  readonly epoch: string = randomBytes(6).toString('hex');
  readonly #listeners = new Set<(change: LiveChange) => void>();
  readonly #messages: LiveMessage[] = [];
  readonly #stopListening: () => void;
  #characters = 0;
  #seq = 0;

  constructor() {
    this.#stopListening = onStationEvent((event) => this.#take(event));
  }

  messages(station: string, afterSeq: number | null): readonly LiveMessage[] {
    return this.#messages.filter((message) => message.station === station && message.seq > (afterSeq ?? 0));
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
    if (event.type === 'wire') {
      const message = this.#remember(event, event.event);
      this.#tell({ kind: 'message', message });
    }
    this.#tell({ kind: 'state', station: event.station });
  }

  #remember({ station, atMs }: StationEvent, wire: WireEvent): LiveMessage {
    const common = { seq: ++this.#seq, atMs, station, action: wire.action };
    const message: LiveMessage =
      wire.kind === 'frame'
        ? {
            ...common,
            direction: wire.direction,
            kind: wire.messageType,
            id: wire.id,
            text: wire.text.slice(0, LONGEST_TEXT),
            latencyMs: wire.latencyMs,
          }
        : {
            ...common,
            direction: 'in',
            kind: 'mishap',
            id: '',
            text: `${wire.what}: ${wire.problem}`,
            latencyMs: null,
          };
    this.#messages.push(message);
    this.#characters += message.text.length;
    while (this.#messages.length > MOST_MESSAGES || this.#characters > MOST_CHARACTERS) {
      this.#characters -= this.#messages.shift()?.text.length ?? 0;
    }
    return message;
  }

  #tell(change: LiveChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
