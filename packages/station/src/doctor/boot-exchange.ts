import { KerbsideError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { Cancel, Time } from '../core/time.ts';
import type { StationIdentity } from '../delivery/session.ts';
import type { Dialect, DialectConnection } from '../dialects/dialect.ts';
import type { StationCommands } from '../dialects/station-commands.ts';
import type { Connection } from '../link/transport.ts';
import type { BootExchange } from './judge-boot.ts';

/** How long the polite close of the doctor's own connection may take. */
const CLOSE_MS = 2000;

/** What a BootNotification of the doctor needs. */
export interface BootDeps {
  readonly time: Time;
  readonly random: Random;
  readonly dialect: Dialect;
  readonly identity: StationIdentity;
  readonly messageTimeoutMs: number;
  readonly wallMs: () => number;
  readonly signal: AbortSignal;
}

function refuse(): never {
  throw new KerbsideError('link.lost', 'only the connection is being checked; the station is not running');
}

/** Nobody is there who could do what the backend asks: as a station that was rejected, it answers SecurityError (B-05). */
const nobody: StationCommands = new Proxy(Object.create(null), {
  get: (_target, name) => (name === 'registration' ? () => 'rejected' : refuse),
});

/** Sends one BootNotification over a connection that nothing else uses, and closes it. Also tells what the backend asked. */
export async function exchangeBoot(
  connection: Connection,
  deps: BootDeps,
): Promise<{ readonly exchange: BootExchange; readonly asked: readonly string[] }> {
  const { time, identity, messageTimeoutMs, signal } = deps;
  const asked: string[] = [];
  const line = new Line(connection);
  const talk = deps.dialect.open({
    time,
    random: deps.random,
    commands: nobody,
    vendor: () => identity.vendor,
    messageTimeoutMs: () => messageTimeoutMs,
    send: (text) => line.send(text),
    lateFactAnswer: () => {},
    observe: (event) => {
      if (event.kind === 'frame' && event.direction === 'in' && event.messageType === 'call')
        asked.push(event.action ?? '');
    },
  });
  line.carry(talk);
  const stop = (): void => talk.close();
  signal.addEventListener('abort', stop, { once: true });
  const startedMs = time.monotonicMs();
  const outcome = await talk.session.boot(identity);
  const durationMs = time.monotonicMs() - startedMs;
  signal.removeEventListener('abort', stop);
  const middleMs = deps.wallMs() - durationMs / 2;
  const clockDifferenceMs = outcome.kind === 'answered' ? Math.round(outcome.answer.timeMs - middleMs) : null;
  const { closed } = line;
  await line.close(time);
  return { exchange: { outcome, durationMs, clockDifferenceMs, closed, limitMs: messageTimeoutMs }, asked };
}

/** The connection, and how it ended. */
class Line {
  readonly #connection: Connection;
  readonly #ended = Promise.withResolvers<void>();
  #talk: DialectConnection | null = null;
  closed: { readonly code: number; readonly reason: string } | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  carry(talk: DialectConnection): void {
    this.#talk = talk;
    this.#connection.listen({
      text: (text) => talk.receive(text),
      pong: () => {},
      activity: () => {},
      closed: (code, reason) => {
        this.closed = { code, reason };
        this.#ended.resolve();
        talk.close();
      },
    });
  }

  send(text: string): boolean {
    if (this.closed !== null) return false;
    this.#connection.send(text);
    return true;
  }

  /** Politely, within some seconds. */
  async close(time: Time): Promise<void> {
    this.#talk?.close();
    if (this.closed !== null) return;
    this.#connection.close(1000, 'the check is done');
    const cancel: Cancel = time.after(CLOSE_MS, () => this.#connection.destroy());
    await this.#ended.promise;
    cancel();
  }
}
