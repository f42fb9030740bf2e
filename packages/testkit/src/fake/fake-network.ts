import { ConnectFailure, type ConnectStage } from '@kerbside/station';

import type { FaultyNetwork } from '../faulty-network.ts';
import type { FakeConnection } from './fake-connection.ts';

/** What is wrong with the way to the backend, for new attempts. */
type Trouble =
  | { readonly kind: 'none' }
  | { readonly kind: 'stall'; readonly stage: ConnectStage }
  | { readonly kind: 'fail'; readonly failure: () => ConnectFailure };

/** The network between stations and a FakeBackend: everything that can go wrong below the WebSocket. */
export class FakeNetwork implements FaultyNetwork {
  latencyMs = 0;
  readonly #connections = new Set<FakeConnection>();
  #trouble: Trouble = { kind: 'none' };
  #held = false;

  /**
   * The link goes without a word: open connections are dead for ever (bytes vanish, nobody is told), attempts hang at TCP.
   * Use `reset` when both ends shall notice.
   */
  cut(): void {
    this.#trouble = { kind: 'stall', stage: 'tcp' };
    for (const connection of this.#connections) connection.cut();
  }

  /** New attempts succeed again; connections that were cut stay dead. Also ends `stall`, `refuse` and `failDns`. */
  restore(): void {
    this.#trouble = { kind: 'none' };
  }

  /** Bytes of open connections wait, as in a stalled mobile link, until `release`; attempts hang at TCP. */
  hold(): void {
    this.#held = true;
    this.#trouble = { kind: 'stall', stage: 'tcp' };
    for (const connection of this.#connections) connection.hold();
  }

  release(): void {
    this.#held = false;
    this.#trouble = { kind: 'none' };
    for (const connection of this.#connections) connection.release();
  }

  /** All open connections end at once with code 1006 at both ends. */
  reset(): void {
    for (const connection of this.#connections) connection.reset();
  }

  /** New attempts hang at a stage until they are given up. */
  stall(stage: ConnectStage): void {
    this.#trouble = { kind: 'stall', stage };
  }

  /** New attempts fail at TCP. */
  refuse(code = 'ECONNREFUSED'): void {
    const failure = (): ConnectFailure => new ConnectFailure({ stage: 'tcp', code }, `connect ${code}`);
    this.#trouble = { kind: 'fail', failure };
  }

  /** New attempts fail at the name resolution. */
  failDns(code = 'ENOTFOUND'): void {
    const failure = (): ConnectFailure => new ConnectFailure({ stage: 'dns', code }, `getaddrinfo ${code}`);
    this.#trouble = { kind: 'fail', failure };
  }

  get trouble(): Trouble {
    return this.#trouble;
  }

  /** How many connections are open, seen from the stations. */
  get openConnections(): number {
    return [...this.#connections].filter((connection) => connection.openAtStation).length;
  }

  /** Whether a station has a connection that it has not closed itself. */
  openFor(identity: string): boolean {
    return [...this.#connections].some((one) => one.openAtStation && one.line.identity === identity);
  }

  add(connection: FakeConnection): void {
    this.#connections.add(connection);
    if (this.#held) connection.hold();
  }

  remove(connection: FakeConnection): void {
    this.#connections.delete(connection);
  }
}
