import { EventParser, type ReceivedEvent } from './event-parser.ts';
import { headersOf } from './api.ts';

/** How the stream stands. */
export type LiveState = 'connecting' | 'live' | 'lost' | 'signedOut' | 'tooMany' | 'unknownStation';

/** What a stream works with. */
export interface LiveStreamDeps {
  /** Behind `/api/v1/events`, such as `?station=CP-1`. */
  readonly query: string;
  readonly onState: (state: LiveState) => void;
  readonly onEvent: (name: string, data: unknown) => void;
}

/** Between two attempts, in ms. */
const retryMs = 1_500;

/** The daemon says something every 15 s; what is silent for longer is dead. */
const silenceMs = 40_000;

/**
 * Follows the daemon's events, and comes back to them where they broke off. `EventSource` tells neither why it was refused nor
 * that a stream has died silently.
 */
export class LiveStream {
  readonly #deps: LiveStreamDeps;
  readonly #over = new AbortController();
  #lastId = '';

  constructor(deps: LiveStreamDeps) {
    this.#deps = deps;
  }

  /** Follows until `stop`, or until this browser has to sign in again. */
  async run(): Promise<void> {
    while (!this.#over.signal.aborted) {
      const state = await this.#attempt();
      if (this.#over.signal.aborted) return;
      this.#deps.onState(state);
      if (state === 'signedOut') return;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  stop(): void {
    this.#over.abort();
  }

  /** One connection, from its begin to its end; says how it ended. */
  async #attempt(): Promise<LiveState> {
    const silence = new AbortController();
    try {
      const response = await fetch(`/api/v1/events${this.#deps.query}`, {
        headers: { ...headersOf('GET'), ...(this.#lastId === '' ? {} : { 'Last-Event-ID': this.#lastId }) },
        signal: AbortSignal.any([this.#over.signal, silence.signal]),
      });
      const refused = refusalOf(response.status);
      if (refused !== null) return refused;
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

function refusalOf(status: number): LiveState | null {
  if (status === 401 || status === 403) return 'signedOut';
  if (status === 404) return 'unknownStation';
  return status === 503 ? 'tooMany' : null;
}
