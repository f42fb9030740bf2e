import {
  ConnectFailure,
  type Connection,
  type ConnectRequest,
  type ConnectStage,
  type Transport,
} from '@kerbside/station';

import { Backend } from '../backend.ts';
import { basicPassword } from '../csms/basic-auth.ts';
import { Csms, type CsmsOptions } from '../csms/csms.ts';
import type { Behaviour } from '../script/rule.ts';
import { FakeConnection } from './fake-connection.ts';
import { FakeNetwork } from './fake-network.ts';

/** What a FakeBackend is made from. */
export interface FakeBackendOptions extends CsmsOptions {
  /** The password that each identity must give; without an entry none is asked for. */
  readonly passwords?: Readonly<Record<string, string | Uint8Array>>;
  /** Sub-protocols that it speaks, in its order of preference; default ocpp1.6. */
  readonly subProtocols?: readonly string[];
}

/** A backend in memory, on whatever time it is given: for scenarios on the virtual clock. */
export class FakeBackend extends Backend {
  readonly network: FakeNetwork = new FakeNetwork();
  readonly #passwords: Record<string, string | Uint8Array>;
  readonly #subProtocols: readonly string[];

  constructor(options: FakeBackendOptions) {
    super(new Csms(options));
    this.#passwords = { ...options.passwords };
    this.#subProtocols = options.subProtocols ?? ['ocpp1.6'];
  }

  /** Asks an identity for this password from now on. */
  setPassword(identity: string, password: string | Uint8Array): void {
    this.#passwords[identity] = password;
  }

  /** What a station connects with; any URL leads here, its last path segment is the identity. */
  transport(): Transport {
    return { connect: (request, signal) => this.#connect(request, signal) };
  }

  async #connect(request: ConnectRequest, signal: AbortSignal): Promise<Connection> {
    const identity = identityOf(request.url);
    const { url, subProtocols, authorization } = request;
    const attempt = { identity, url, subProtocols, authorized: authorization !== undefined };
    this.csms.attempted(attempt);
    // As with a real server, an attempt that does not get through meets no rule.
    const reaches = this.network.trouble.kind === 'none';
    const behaviour = (reaches ? this.csms.rules.take({ action: '@connect', identity }) : undefined) ?? {};
    for (const stage of stagesOf(request)) {
      request.onStage?.(stage);
      await this.#pass(stage, behaviour, signal);
    }
    this.#refuseUpgrade(identity, request, behaviour);
    return this.#open(identity, this.#select(request, behaviour));
  }

  /** Goes through one stage: hangs, fails, or takes a round trip. */
  async #pass(stage: ConnectStage, behaviour: Behaviour, signal: AbortSignal): Promise<void> {
    const { trouble } = this.network;
    if (trouble.kind === 'fail' && trouble.failure().detail.stage === stage) throw trouble.failure();
    if (stage === 'dns' && behaviour.dnsFailure !== undefined) {
      const { code = 'ENOTFOUND' } = behaviour.dnsFailure;
      throw new ConnectFailure({ stage, code }, `getaddrinfo ${code}`);
    }
    if (stage === 'tcp' && behaviour.refuseTcp !== undefined) {
      throw new ConnectFailure({ stage, code: 'ECONNREFUSED' }, 'connect ECONNREFUSED');
    }
    const hangs = behaviour.stall?.stage === stage || (trouble.kind === 'stall' && trouble.stage === stage);
    await this.#roundTrip(hangs ? Number.POSITIVE_INFINITY : 2 * this.network.latencyMs, stage, signal);
  }

  async #roundTrip(ms: number, stage: ConnectStage, signal: AbortSignal): Promise<void> {
    const givenUp = (): ConnectFailure =>
      new ConnectFailure({ stage: 'timeout', during: stage }, `given up during ${stage}`);
    if (signal.aborted) throw givenUp();
    if (ms === 0) {
      await Promise.resolve();
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        cancel();
        reject(givenUp());
      };
      const arrive = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const cancel = Number.isFinite(ms) ? this.csms.time.after(ms, arrive) : ignore;
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  #refuseUpgrade(identity: string, { authorization }: ConnectRequest, behaviour: Behaviour): void {
    const password = this.#passwords[identity];
    const given = authorization === undefined ? undefined : basicPassword(authorization, identity);
    const wrong = password !== undefined && (given === undefined || !Buffer.from(password).equals(given));
    const status = behaviour.refuseUpgrade?.status ?? (wrong ? 401 : undefined);
    if (status !== undefined) throw new ConnectFailure({ stage: 'upgrade', status }, `HTTP ${status}`);
  }

  #select({ subProtocols }: ConnectRequest, { selectSubProtocol }: Behaviour): string {
    const usual = this.#subProtocols.find((name) => subProtocols.includes(name)) ?? null;
    const selected = selectSubProtocol === undefined ? usual : selectSubProtocol.name;
    if (selected !== null && subProtocols.includes(selected)) return selected;
    throw new ConnectFailure({ stage: 'subProtocol', selected }, `sub-protocol ${selected ?? 'none'} selected`);
  }

  #open(identity: string, subProtocol: string): Connection {
    const { csms, network } = this;
    const connection = new FakeConnection({
      csms,
      latencyMs: () => network.latencyMs,
      onOver: (over) => network.remove(over),
      identity,
      subProtocol,
    });
    const second = network.openFor(identity);
    network.add(connection);
    csms.opened(connection.line, second);
    return connection.station;
  }
}

function stagesOf({ url, proxy }: ConnectRequest): readonly ConnectStage[] {
  const secure = url.startsWith('wss:');
  return [
    'dns',
    'tcp',
    ...(proxy === undefined ? [] : (['proxy'] as const)),
    ...(secure ? (['tls'] as const) : []),
    'upgrade',
  ];
}

function identityOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
}

function ignore(): void {
  // Nothing to cancel.
}
