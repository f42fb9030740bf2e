import { createServer } from 'node:net';
import type { Socket } from 'node:net';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import { isRecord } from '../../core/json.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { DrivableHardware, HardwareDriver } from '../../evse/hardware.ts';
import { hardwareCommandShape } from '../hardware-shapes.ts';
import { parse } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { protocolVersion, safeAfterMs, versionProblem } from './driver-protocol.ts';
import { RpcRefusal, rpcErrorNumbers } from './rpc-message.ts';
import { RpcPeer } from './rpc-peer.ts';
import { listenAt } from './socket-file.ts';

/** How a driver is served. */
export interface DriverServerOptions {
  readonly socketPath: string;
  /** Real time, also in a world that runs faster: heartbeats go between processes. */
  readonly time: Time;
  /** Told of what went wrong without anybody waiting for it. */
  readonly onProblem?: (problem: string) => void;
}

/** A driver that is being served. */
export interface DriverServer {
  /** Tells the station that the power of the whole station was cut; it has to start anew. */
  powerCycled(): void;
  /** Stops listening, makes the hardware safe. May be called twice. */
  close(): Promise<void>;
}

/** Serves a driver at a Unix socket. One connection at a time is the station (it called `start`); any may `simulate`. */
export async function serveDriver(driver: HardwareDriver, options: DriverServerOptions): Promise<DriverServer> {
  const service = new DriverService(driver, options);
  const server = createServer((socket) => service.accept(socket));
  await listenAt(server, options.socketPath);
  server.on('error', (error) => options.onProblem?.(`a connection could not be taken: ${error.message}`));
  return {
    powerCycled: () => service.powerCycled(),
    async close() {
      server.close();
      await service.close();
    },
  };
}

class DriverService {
  readonly #driver: HardwareDriver;
  readonly #options: DriverServerOptions;
  readonly #peers = new Set<RpcPeer>();
  #station: RpcPeer | undefined;
  #safeTimer: Cancel | undefined;

  constructor(driver: HardwareDriver, options: DriverServerOptions) {
    this.#driver = driver;
    this.#options = options;
  }

  accept(socket: Socket): void {
    const peer: RpcPeer = new RpcPeer({
      socket,
      time: this.#options.time,
      onRequest: (method, params, signal) => this.#request(peer, method, params, signal),
      onNotification: () => {},
      onEnd: () => this.#ended(peer),
      onProblem: (problem) => this.#options.onProblem?.(problem),
    });
    this.#peers.add(peer);
    peer.start();
  }

  powerCycled(): void {
    const station = this.#station;
    this.#station = undefined;
    // After the answer to the action that cut the power.
    if (station !== undefined) this.#options.time.after(0, () => station.notify('powerCycle', {}));
  }

  async close(): Promise<void> {
    this.#safeTimer?.();
    this.#station = undefined;
    for (const peer of this.#peers) peer.close();
    await this.#driver.stop();
  }

  async #request(peer: RpcPeer, method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    switch (method) {
      case 'start':
        return this.#start(peer, params, signal);
      case 'command': {
        this.#mustBeStation(peer);
        const command = readParams(hardwareCommandShape, params, 'this is no command');
        return this.#driver.command(command, signal);
      }
      case 'stop':
        this.#mustBeStation(peer);
        this.#station = undefined;
        return this.#driver.stop();
      case 'simulate':
        return this.#simulate(params);
      default:
        throw new RpcRefusal(rpcErrorNumbers.unknownMethod, `the driver knows no method ${JSON.stringify(method)}`);
    }
  }

  async #start(peer: RpcPeer, params: unknown, signal: AbortSignal): Promise<unknown> {
    const version = versionProblem(isRecord(params) ? params['protocol'] : undefined, 'station');
    if (version !== null) throw new KerbsideError('driver.refused', version);
    if (this.#station !== undefined && this.#station !== peer) {
      throw new KerbsideError('driver.refused', 'another station uses this hardware');
    }
    this.#station = peer;
    this.#safeTimer?.();
    const description = await this.#driver.start((event) => {
      if (this.#station === peer) peer.notify('event', event);
    }, signal);
    return { protocol: protocolVersion, ...description };
  }

  #simulate(params: unknown): Promise<JsonObject> {
    if (!isDrivable(this.#driver)) {
      throw new RpcRefusal(rpcErrorNumbers.unknownMethod, 'this hardware is real: it cannot be played with');
    }
    if (!isJsonObject(params)) throw new RpcRefusal(rpcErrorNumbers.invalidParams, 'an action is an object');
    return this.#driver.simulate(params);
  }

  #mustBeStation(peer: RpcPeer): void {
    if (this.#station !== peer) throw new KerbsideError('driver.lost', 'start the driver first');
  }

  #ended(peer: RpcPeer): void {
    this.#peers.delete(peer);
    if (this.#station !== peer) return;
    this.#station = undefined;
    const { time } = this.#options;
    const delayMs = Math.max(0, peer.heardMs + safeAfterMs - time.monotonicMs());
    this.#safeTimer = time.after(delayMs, () => {
      this.#driver.stop().catch((error: unknown) => {
        this.#options.onProblem?.(`the hardware could not be made safe: ${messageOf(error)}`);
      });
    });
  }
}

function readParams<T>(shape: Shape<T>, params: unknown, what: string): T {
  try {
    return parse(shape, params, { code: 'driver.refused', what });
  } catch (error) {
    throw new RpcRefusal(rpcErrorNumbers.invalidParams, messageOf(error));
  }
}

function isDrivable(driver: HardwareDriver): driver is DrivableHardware {
  return 'simulate' in driver;
}

/** What came through `JSON.parse` is JSON already; only its outermost kind is open. */
function isJsonObject(value: unknown): value is { readonly [key: string]: Json } {
  return isRecord(value);
}
