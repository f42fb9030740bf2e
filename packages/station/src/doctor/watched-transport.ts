import type { Time } from '../core/time.ts';
import type { Connection, ConnectRequest, Transport } from '../link/transport.ts';
import { toConnectFailure } from '../link/transport-failure.ts';
import { AttemptRecorder } from './attempt-record.ts';
import type { AttemptRecord } from './attempt-record.ts';

/** An attempt of the station's own link, as it was seen. */
export interface WatchedAttempt {
  readonly request: ConnectRequest;
  readonly record: AttemptRecord;
}

/** Who waits for the next attempt. */
interface Watcher {
  readonly began: () => void;
  readonly ended: (attempt: WatchedAttempt) => void;
}

/**
 * The transport of one station, whose next attempt can be watched: what the doctor sees is then what the link does, and no second
 * socket is needed (INV-09).
 */
export class WatchedTransport implements Transport {
  readonly #transport: Transport;
  readonly #time: Time;
  #watchers: Watcher[] = [];
  #lastRequest: ConnectRequest | null = null;

  constructor(transport: Transport, time: Time) {
    this.#transport = transport;
    this.#time = time;
  }

  /** What the link asked for last; null before its first attempt. */
  get lastRequest(): ConnectRequest | null {
    return this.#lastRequest;
  }

  connect(request: ConnectRequest, signal: AbortSignal): Promise<Connection> {
    this.#lastRequest = request;
    const watchers = this.#watchers.splice(0);
    return watchers.length === 0 ? this.#transport.connect(request, signal) : this.#watched(request, signal, watchers);
  }

  /** Watches the next attempt that begins, once. Returns the way to stop waiting for it. */
  watchNext(watcher: Watcher): () => void {
    this.#watchers.push(watcher);
    return () => {
      this.#watchers = this.#watchers.filter((other) => other !== watcher);
    };
  }

  #watched(request: ConnectRequest, signal: AbortSignal, watchers: readonly Watcher[]): Promise<Connection> {
    const recorder = new AttemptRecorder(() => this.#time.monotonicMs());
    for (const { began } of watchers) began();
    const connecting = this.#transport.connect(
      {
        ...request,
        onStage: (stage) => {
          recorder.enter(stage);
          request.onStage?.(stage);
        },
        onFinding: (finding) => recorder.find(finding),
      },
      signal,
    );
    const tell = (failure: AttemptRecord['failure']): void => {
      for (const { ended } of watchers) ended({ request, record: recorder.record(failure) });
    };
    connecting.then(
      () => tell(null),
      (thrown: unknown) => tell(toConnectFailure(thrown)),
    );
    return connecting;
  }
}
