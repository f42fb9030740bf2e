import { isDeepStrictEqual } from 'node:util';

import { loopbackBearer, systemBearer } from '../../bearers/bearer.ts';
import type { Bearer, BearerName } from '../../bearers/bearer.ts';
import type { BearerRules } from '../../bearers/bearer-choice.ts';
import { newBearerMachine, stepBearer } from '../../bearers/bearer-machine.ts';
import type { BearerChange, BearerEffect, BearerInput, BearerMachine } from '../../bearers/bearer-machine-types.ts';
import { bearerTargetOf } from '../../bearers/bearer-target.ts';
import type { Network, PolicyRouting } from '../../bearers/network.ts';
import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';
import { readWordsByBearer } from '../../params/bearer-texts.ts';
import type { ParameterReader } from '../../params/parameters.ts';

/** The bearer as it is shown. */
export interface BearerState {
  readonly name: BearerName | 'none';
  readonly interface: string | null;
  /** The source addresses, IPv4 first; null: the system chooses. */
  readonly address: string | null;
  /** Why it is used, or why none is. */
  readonly reason: string;
  /** `installed`, or why the system's routing decides. */
  readonly policyRouting: string;
}

/** What the keeper works with. */
export interface BearerKeeperDeps {
  readonly time: Time;
  readonly params: ParameterReader;
  readonly network: Network;
  /** Sends the CALLs, which a move must not cut. */
  readonly calls: { hold(): Promise<void>; resume(): void };
  /** Goes over to a bearer; null: none. */
  readonly use: (bearer: Bearer | null, change: BearerChange, reason: string) => void;
  readonly onState: (state: BearerState) => void;
}

/** Keeps the link on the best bearer (parameters.md row 1): watches the network, asks the machine, sees to the routes. */
export class BearerKeeper {
  readonly #deps: BearerKeeperDeps;
  #machine: BearerMachine;
  #routing: PolicyRouting = { kind: 'system', reason: '' };
  #driverUp = true;
  #started = false;
  /** How to go over to the bearer whose routes are being made; null: none is. */
  #pending: BearerChange | null = null;
  #turn = 0;
  #told: BearerState | null = null;
  #unwatch: () => void = () => undefined;
  #cancel: Cancel = noTimer;

  constructor(deps: BearerKeeperDeps) {
    this.#deps = deps;
    this.#machine = newBearerMachine(this.#rules());
  }

  /** Begins to watch the network, and chooses. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#dispatch({ type: 'rules', rules: this.#rules() });
    this.#dispatch({ type: 'driver', up: this.#driverUp });
    this.#unwatch = this.#deps.network.watch((interfaces) => this.#dispatch({ type: 'interfaces', interfaces }));
    this.#tell();
  }

  /** Leaves everything as it is. May be called twice. */
  stop(): void {
    this.#started = false;
    this.#turn += 1;
    this.#unwatch();
    this.#cancel();
  }

  get state(): BearerState {
    const { used, reason } = this.#machine;
    const addresses = [used?.ipv4 ?? null, used?.ipv6 ?? null].filter((address) => address !== null);
    return {
      name: used?.name ?? 'none',
      interface: used?.interface ?? null,
      address: addresses.length === 0 ? null : addresses.join(', '),
      reason,
      policyRouting: used === null ? '' : routingText(this.#routing),
    };
  }

  /** The hardware driver says whether the connection is up at all. */
  setDriver(up: boolean): void {
    this.#driverUp = up;
    this.#dispatch({ type: 'driver', up });
  }

  /** Parameters changed. */
  rulesChanged(): void {
    this.#dispatch({ type: 'rules', rules: this.#rules() });
  }

  /** An attempt to connect over the bearer in use failed. */
  attemptFailed(): void {
    this.#dispatch({ type: 'attemptFailed' });
  }

  /** The backend answered over the bearer in use. */
  proven(): void {
    this.#dispatch({ type: 'proven' });
  }

  #rules(): BearerRules {
    const { params } = this.#deps;
    const patterns = readWordsByBearer(params.get('backend.bearers'));
    const proxy = /^(?:\[([^\]]+)\]|([^:]+))/.exec(params.get('backend.proxy'));
    return {
      connectionType: params.get('backend.connectionType'),
      fallback: params.get('backend.bearerFallback'),
      patterns: patterns.ok ? patterns.words : {},
      holdMs: params.get('backend.bearerHoldTime') * 1000,
      target: bearerTargetOf(proxy?.[1] ?? proxy?.[2] ?? params.get('backend.host')),
    };
  }

  #dispatch(input: BearerInput): void {
    if (!this.#started) return;
    const { state, effects } = stepBearer(this.#machine, input, this.#deps.time.monotonicMs());
    this.#machine = state;
    for (const effect of effects) this.#perform(effect);
    this.#tell();
  }

  #perform(effect: BearerEffect): void {
    switch (effect.type) {
      case 'use':
        return this.#use(effect.bearer, effect.change, effect.reason);
      case 'awaitQuiet':
        void this.#deps.calls.hold().then(() => this.#dispatch({ type: 'quiet' }));
        return;
      case 'resume':
        return this.#deps.calls.resume();
      case 'arm':
        this.#cancel();
        if (effect.delayMs === null) return;
        this.#cancel = this.#deps.time.after(effect.delayMs, () => this.#dispatch({ type: 'timer' }));
        return;
    }
  }

  /** The routes first; a link that is lost is not kept waiting for them. */
  #use(bearer: Bearer | null, change: BearerChange, reason: string): void {
    const turn = (this.#turn += 1);
    const pending = this.#pending;
    this.#pending = null;
    if (bearer === null || change === 'lost') this.#deps.use(null, change, reason);
    if (bearer === null) return;
    const how = change === 'same' && pending !== null ? pending : change === 'lost' ? 'up' : change;
    if (bearer === loopbackBearer || bearer === systemBearer) return this.#handOver(bearer, how, reason, notBound);
    this.#pending = how;
    void this.#deps.network.route(bearer).then((routing) => {
      if (turn === this.#turn) this.#handOver(bearer, how, reason, routing);
    });
  }

  #handOver(bearer: Bearer, how: BearerChange, reason: string, routing: PolicyRouting): void {
    this.#pending = null;
    this.#routing = routing;
    this.#deps.use(bearer, how, reason);
    this.#tell();
  }

  /** Not while the bearer of which to tell is not yet handed over. */
  #tell(): void {
    if (!this.#started || this.#pending !== null || isDeepStrictEqual(this.state, this.#told)) return;
    this.#told = this.state;
    this.#deps.onState(this.#told);
  }
}

const notBound: PolicyRouting = { kind: 'system', reason: 'nothing is bound to an interface' };

function routingText(routing: PolicyRouting): string {
  return routing.kind === 'installed' ? 'installed' : `the routing of the system decides: ${routing.reason}`;
}
