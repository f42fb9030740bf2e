import { EventParser, type ReceivedEvent } from '../net/event-parser.ts';

/** How the feed stands. */
export type FeedState = 'connecting' | 'live' | 'lost' | 'unauthorized' | 'tooMany' | 'unknownStation';

/** What a feed works with. */
export interface FeedDeps {
  readonly token: string;
  /** The station that is shown in full; null = all in short. */
  readonly station: string | null;
  readonly onState: (state: FeedState) => void;
  readonly onEvent: (name: string, data: unknown) => void;
}

/** Between two attempts, in ms. */
const retryMs = 2_000;

/** The daemon says something every 15 s; what is silent for longer is dead. */
const silenceMs = 40_000;

/**
 * Follows the daemon's stream of events, and comes back to it when it breaks. `EventSource` cannot send a token, and tokens do
 * not belong into addresses, which end up in logs.
 */
export class Feed {
  readonly #deps: FeedDeps;
  readonly #over = new AbortController();
  #lastId = '';

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  /** Follows until `stop`. */
  async run(): Promise<void> {
    while (!this.#over.signal.aborted) {
      const state = await this.#attempt();
      if (this.#over.signal.aborted) return;
      this.#deps.onState(state);
      if (state === 'unauthorized') return;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  stop(): void {
    this.#over.abort();
  }

  /** One connection, from its begin to its end; says how it ended. */
  async #attempt(): Promise<FeedState> {
    const { token, station } = this.#deps;
    const silence = new AbortController();
    try {
      const response = await fetch(
        `/api/v1/events${station === null ? '' : `?station=${encodeURIComponent(station)}`}`,
        {
          headers: {
            Authorization: `Bearer ${token}`,
            ...(this.#lastId === '' ? {} : { 'Last-Event-ID': this.#lastId }),
          },
          signal: AbortSignal.any([this.#over.signal, silence.signal]),
        },
      );
      if (response.status === 401 || response.status === 429) return 'unauthorized';
      if (response.status === 404) return 'unknownStation';
      if (response.status === 503) return 'tooMany';
      if (!response.ok || response.body === null) return 'lost';
      this.#deps.onState('live');
      await this.#read(response.body, silence);
    } catch {
      // Whatever broke the connection: the next attempt shows whether it lasts.
    }
    return 'lost';
  }

  async #read(body: ReadableStream<Uint8Array>, silence: AbortController): Promise<void> {
    const parser = new EventParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const timer = setTimeout(() => silence.abort(), silenceMs);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (done) return;
      for (const event of parser.take(decoder.decode(value, { stream: true }))) this.#tell(event);
    }
  }

  #tell({ name, data, id }: ReceivedEvent): void {
    if (id !== null) this.#lastId = id;
    this.#deps.onEvent(name, JSON.parse(data));
  }
}
