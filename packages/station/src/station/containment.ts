import type { Network } from '../bearers/network.ts';
import { KerbsideError } from '../core/errors.ts';
import type { Time } from '../core/time.ts';
import type {
  HardwareAnswer,
  HardwareCommand,
  HardwareDescription,
  HardwareDriver,
  HardwareEvent,
} from '../evse/hardware.ts';
import type { Connection, ConnectionListener, ConnectRequest, Transport } from '../link/transport.ts';

/** Where the world calls into a station. */
export interface OuterWorld {
  readonly time: Time;
  readonly driver: HardwareDriver;
  readonly transport: Transport;
}

/** Told of whatever a station threw where nobody could catch it. */
export type OnDefect = (thrown: unknown) => void;

/** How long a driver may take to say what its hardware is, and to release it. */
const driverStartLimitMs = 60_000;
const driverStopLimitMs = 10_000;

/**
 * The world for one station of a process: what the station throws in a timer, at an event of its hardware or at a message of its
 * backend ends that station, and no other; and a driver that never answers keeps nobody waiting for ever.
 */
export function containedWorld({ time, driver, transport }: OuterWorld, onDefect: OnDefect): OuterWorld {
  return {
    time: new ContainedTime(time, onDefect),
    driver: new ContainedDriver(driver, time, onDefect),
    transport: new ContainedTransport(transport, onDefect),
  };
}

/** The network for one station, likewise. */
export function containedNetwork(network: Network, onDefect: OnDefect): Network {
  return {
    watch: (listener) => network.watch((interfaces) => attempt(() => listener(interfaces), onDefect)),
    route: (bearer) => network.route(bearer),
    stop: () => network.stop(),
  };
}

class ContainedTime implements Time {
  readonly #time: Time;
  readonly #onDefect: OnDefect;

  constructor(time: Time, onDefect: OnDefect) {
    this.#time = time;
    this.#onDefect = onDefect;
  }

  monotonicMs(): number {
    return this.#time.monotonicMs();
  }

  systemWallMs(): number {
    return this.#time.systemWallMs();
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.#time.after(delayMs, () => attempt(callback, this.#onDefect));
  }
}

class ContainedDriver implements HardwareDriver {
  readonly #driver: HardwareDriver;
  readonly #time: Time;
  readonly #onDefect: OnDefect;

  constructor(driver: HardwareDriver, time: Time, onDefect: OnDefect) {
    this.#driver = driver;
    this.#time = time;
    this.#onDefect = onDefect;
  }

  async start(listener: (event: HardwareEvent) => void, signal: AbortSignal): Promise<HardwareDescription> {
    const started = this.#driver.start((event) => attempt(() => listener(event), this.#onDefect), signal);
    return withLimit(this.#time, driverStartLimitMs, 'what the hardware is was not told', started);
  }

  command<C extends HardwareCommand>(command: C, signal: AbortSignal): Promise<HardwareAnswer<C['type']>> {
    return this.#driver.command(command, signal);
  }

  async stop(): Promise<void> {
    await withLimit(this.#time, driverStopLimitMs, 'the hardware was not released', this.#driver.stop());
  }
}

class ContainedTransport implements Transport {
  readonly #transport: Transport;
  readonly #onDefect: OnDefect;

  constructor(transport: Transport, onDefect: OnDefect) {
    this.#transport = transport;
    this.#onDefect = onDefect;
  }

  async connect(request: ConnectRequest, signal: AbortSignal): Promise<Connection> {
    return new ContainedConnection(await this.#transport.connect(request, signal), this.#onDefect);
  }
}

class ContainedConnection implements Connection {
  readonly subProtocol: string;
  readonly tlsWarnings: readonly string[];
  readonly tlsValidity?: NonNullable<Connection['tlsValidity']>;
  readonly tlsAnchor?: string;
  readonly #connection: Connection;
  readonly #onDefect: OnDefect;

  constructor(connection: Connection, onDefect: OnDefect) {
    this.subProtocol = connection.subProtocol;
    this.tlsWarnings = connection.tlsWarnings;
    if (connection.tlsValidity !== undefined) this.tlsValidity = connection.tlsValidity;
    if (connection.tlsAnchor !== undefined) this.tlsAnchor = connection.tlsAnchor;
    this.#connection = connection;
    this.#onDefect = onDefect;
  }

  listen(listener: ConnectionListener): void {
    this.#connection.listen(new ContainedListener(listener, this.#onDefect));
  }

  send(text: string): void {
    this.#connection.send(text);
  }

  ping(): void {
    this.#connection.ping();
  }

  close(code: number, reason: string): void {
    this.#connection.close(code, reason);
  }

  destroy(): void {
    this.#connection.destroy();
  }
}

class ContainedListener implements ConnectionListener {
  readonly #listener: ConnectionListener;
  readonly #onDefect: OnDefect;

  constructor(listener: ConnectionListener, onDefect: OnDefect) {
    this.#listener = listener;
    this.#onDefect = onDefect;
  }

  text(text: string): void {
    attempt(() => this.#listener.text(text), this.#onDefect);
  }

  pong(): void {
    attempt(() => this.#listener.pong(), this.#onDefect);
  }

  activity(): void {
    attempt(() => this.#listener.activity(), this.#onDefect);
  }

  closed(code: number, reason: string): void {
    attempt(() => this.#listener.closed(code, reason), this.#onDefect);
  }
}

function attempt(act: () => void, onDefect: OnDefect): void {
  try {
    act();
  } catch (thrown) {
    onDefect(thrown);
  }
}

async function withLimit<T>(time: Time, limitMs: number, problem: string, work: Promise<T>): Promise<T> {
  const timedOut = Promise.withResolvers<never>();
  const cancel = time.after(limitMs, () =>
    timedOut.reject(new KerbsideError('driver.timeout', `${problem} within ${limitMs / 1000} s`)),
  );
  try {
    return await Promise.race([work, timedOut.promise]);
  } finally {
    cancel();
  }
}
