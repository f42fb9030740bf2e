import type { Connection, ConnectRequest, Time, Transport } from '@kerbside/station';

/** What the network sees of a station, beside the frames; times are on the world's monotonic clock. */
export type TappedEvent = {
  readonly atMs: number;
  /** Counts the attempts to connect, from 1. */ readonly attempt: number;
} & (
  | { readonly kind: 'connect'; readonly request: ConnectRequest }
  | { readonly kind: 'opened'; readonly connection: Connection }
  | { readonly kind: 'failed'; readonly failure: unknown }
  /** The station ended the attempt before it was decided. */
  | { readonly kind: 'givenUp' }
  | { readonly kind: 'ping' }
  | { readonly kind: 'close'; readonly code: number }
  | { readonly kind: 'destroy' }
);

type Happening = TappedEvent extends infer E ? (E extends TappedEvent ? Omit<E, 'atMs' | 'attempt'> : never) : never;

/** Sits between a station and its transport and notes attempts, pings and ends of connections. */
export class WireTap {
  readonly transport: Transport;
  readonly #time: Time;
  readonly #events: TappedEvent[] = [];
  #attempts = 0;

  constructor(time: Time, transport: Transport) {
    this.#time = time;
    this.transport = { connect: (request, signal) => this.#connect(transport, request, signal) };
  }

  get events(): readonly TappedEvent[] {
    return this.#events;
  }

  /** The happenings of one kind. */
  of<K extends TappedEvent['kind']>(kind: K): readonly Extract<TappedEvent, { readonly kind: K }>[] {
    return this.#events.filter((event): event is Extract<TappedEvent, { readonly kind: K }> => event.kind === kind);
  }

  async #connect(transport: Transport, request: ConnectRequest, signal: AbortSignal): Promise<Connection> {
    this.#attempts += 1;
    const attempt = this.#attempts;
    const note = (happening: Happening): void => {
      this.#events.push({ ...happening, attempt, atMs: this.#time.monotonicMs() });
    };
    note({ kind: 'connect', request });
    const abort = (): void => note({ kind: 'givenUp' });
    signal.addEventListener('abort', abort, { once: true });
    try {
      const connection = await transport.connect(request, signal);
      note({ kind: 'opened', connection });
      return tapped(connection, note);
    } catch (failure) {
      note({ kind: 'failed', failure });
      throw failure;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

function tapped(connection: Connection, note: (happening: Happening) => void): Connection {
  const { subProtocol, tlsWarnings, tlsValidity, tlsAnchor } = connection;
  return {
    subProtocol,
    tlsWarnings,
    ...(tlsValidity === undefined ? {} : { tlsValidity }),
    ...(tlsAnchor === undefined ? {} : { tlsAnchor }),
    listen: (listener) => connection.listen(listener),
    send: (text) => connection.send(text),
    ping: () => {
      note({ kind: 'ping' });
      connection.ping();
    },
    close: (code, reason) => {
      note({ kind: 'close', code });
      connection.close(code, reason);
    },
    destroy: () => {
      note({ kind: 'destroy' });
      connection.destroy();
    },
  };
}
