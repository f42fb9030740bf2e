import { mkdirSync } from 'node:fs';

import type { FreshPasswords } from '../api/access/accounts.ts';
import type { ApiHost } from '../api/host-port.ts';
import type { ApiTokens } from '../api/token-gate.ts';
import { createNetwork } from '../bearers/linux-network.ts';
import { KerbsideError, messageOf } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { Cancel, Time } from '../core/time.ts';
import type { HardwareDriver } from '../evse/hardware.ts';
import { Host } from '../host.ts';
import type { HostedStation } from '../host.ts';
import { createReach } from '../link/reach.ts';
import { createWsTransport } from '../link/ws-transport.ts';
import type { Store } from '../store/store.ts';
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { compactMemory } from './compact-memory.ts';
import { openDaemonApi, type DaemonApi } from './daemon-api.ts';
import type { DaemonConfiguration } from './daemon-configuration.ts';
import { DaemonHost } from './daemon-host.ts';
import { checkDescriptors, descriptorLimit } from './descriptor-limit.ts';
import { createDriver, driverProblem, socketsEach } from './driver-choice.ts';
import { installerOf } from './installer-choice.ts';
import { LiveFeed } from './live-feed.ts';
import type { DriverChoice } from './driver-choice.ts';
import type { Tell } from './notice.ts';
import { firstCalm } from './first-calm.ts';
import { tellStoreEvent } from './store-notices.ts';
import { version } from './version.ts';

/** What a daemon is made from. */
export interface DaemonOptions {
  readonly configuration: DaemonConfiguration;
  readonly dataFolder: string;
  /** Null: no hardware was named; the daemon then comes up in safe mode. */
  readonly driver: DriverChoice | null;
  /** The program that installs the software of the stations; null: simulated slots where the hardware is simulated. */
  readonly firmwareInstaller?: string | null;
  readonly time: Time;
  readonly random: Random;
  /** The file that runs as the store's worker, for a program that is a single file. */
  readonly workerEntry?: URL;
  readonly tell: Tell;
  readonly onFreshTokens: (tokens: Partial<ApiTokens>) => void;
  readonly onFreshPasswords: (passwords: FreshPasswords) => void;
  readonly onListening?: (url: string, operatorToken: string) => void;
  /** The new software is installed, and somebody outside has to start it when this process has ended. */
  readonly onEndForFirmware?: () => void;
}

/** A daemon that could not start tries again so often; a full disk or a missing folder may be put right meanwhile. */
const RETRY_MS = 10_000;
/** After so long nothing of the start is left but its garbage. */
const COMPACT_AFTER_MS = 5_000;

/**
 * The process with all its stations: store, host, and the HTTP side, which is loaded when the links are on their way. What
 * keeps it from starting leads to safe mode (API up, problems shown, no OCPP), never to an exit that a supervisor would repeat.
 */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #shown: DaemonHost = new DaemonHost(version);
  readonly #live = new LiveFeed();
  #running: { readonly store: Store; readonly host: Host } | null = null;
  #api: DaemonApi | null = null;
  #cancelRetry: Cancel | undefined;
  #cancelCompaction: Cancel | undefined;
  #attempt: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: DaemonOptions) {
    this.#options = options;
  }

  /** What the API shows: the stations, or in safe mode the problems. */
  get host(): ApiHost {
    return this.#shown;
  }

  /**
   * Starts; resolves when the API is open. Throws `store.locked`: another daemon uses the folder, and `daemon.tooManyStations`
   * before anything is started.
   */
  async start(): Promise<void> {
    const { configuration, driver, tell } = this.#options;
    for (const text of configuration.warnings) tell({ level: 'warn', area: 'configuration', text });
    const problems = configuration.problems.map(({ where, problem }) => `${where}: ${problem}`);
    const { length: stations } = configuration.stations;
    checkDescriptors({ stations, socketsEach: socketsEach(driver), limit: descriptorLimit() });
    const withoutHardware = driverProblem(driver, stations);
    if (withoutHardware !== null) problems.push(withoutHardware);
    if (problems.length > 0) this.#enterSafeMode(problems);
    else {
      this.#attempt = this.#bringUp();
      await this.#attempt;
    }
    const api = await openDaemonApi({
      host: this.#shown,
      live: this.#live,
      time: this.#options.time,
      overrides: configuration.shared,
      dataFolder: this.#options.dataFolder,
      tell,
      onFreshTokens: this.#options.onFreshTokens,
      onFreshPasswords: this.#options.onFreshPasswords,
      onListening: (url, operatorToken) => this.#options.onListening?.(url, operatorToken),
    });
    if (this.#stopped) await api.stop();
    else this.#api = api;
  }

  /** Stops the API, then the stations in order, then the store. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    this.#cancelCompaction?.();
    this.#live.close();
    await this.#api?.stop();
    // An attempt that fails now has nobody to tell any more.
    await this.#attempt.catch(() => {});
    await this.#takeDown();
  }

  /** One attempt to open the store and to start the stations. */
  async #bringUp(): Promise<void> {
    try {
      const store = await this.#openStore();
      const host = await this.#createHost(store);
      this.#running = { store, host };
      let started = Promise.resolve();
      await firstCalm({ host, time: this.#options.time, start: () => (started = host.start()) });
      this.#shown.show(host);
      started.then(
        () => this.#compactSoon(),
        (error: unknown) => this.#failed(error),
      );
    } catch (error) {
      if (error instanceof KerbsideError && error.code === 'store.locked') throw error;
      await this.#failed(error);
    }
  }

  #compactSoon(): void {
    if (!this.#stopped) this.#cancelCompaction = this.#options.time.after(COMPACT_AFTER_MS, compactMemory);
  }

  async #openStore(): Promise<Store> {
    const { dataFolder, time, tell, workerEntry } = this.#options;
    try {
      mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new KerbsideError('store.unavailable', `The data folder cannot be made: ${messageOf(error)}`, {
        cause: error,
      });
    }
    return createSqliteStore({
      folder: dataFolder,
      time,
      onEvent: (event) => tellStoreEvent(event, tell),
      ...(workerEntry === undefined ? {} : { workerEntry }),
    });
  }

  async #createHost(store: Store): Promise<Host> {
    const { configuration, time, random } = this.#options;
    let host: Host | undefined;
    const stations = configuration.stations.map(({ name, overrides, problems }, index): HostedStation => {
      const onPowerCycle = (): void => void this.#powerCycle(host, index);
      const driver = (): Promise<HardwareDriver> => this.#createDriver(name, onPowerCycle);
      const refusal = problems.map(({ where, problem }) => `${where}: ${problem}`).join(' ');
      const installer = this.#installerOf(name);
      return { name, overrides, driver, ...(refusal === '' ? {} : { refusal }), ...(installer && { installer }) };
    });
    try {
      const outside = {
        transport: createWsTransport({ time }),
        reach: createReach({ time }),
        network: createNetwork({ time }),
      };
      host = new Host({ store, time, random, version, ...outside, stations });
      return host;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async #createDriver(station: string, onPowerCycle: () => void): Promise<HardwareDriver> {
    const { driver: choice, dataFolder, time, random } = this.#options;
    if (choice === null) throw new KerbsideError('internal.bug', 'A station was to be made without hardware.');
    return createDriver({ choice, station, dataFolder, time, random, onPowerCycle });
  }

  #installerOf(station: string): HostedStation['installer'] {
    const { firmwareInstaller: program = null, onEndForFirmware: endProcess = () => {} } = this.#options;
    return installerOf({ ...this.#options, program, endProcess }, station);
  }

  async #powerCycle(host: Host | undefined, index: number): Promise<void> {
    try {
      await host?.stations()[index]?.powerCycle();
    } catch (error) {
      this.#options.tell({ level: 'error', area: 'driver', text: `After a power cycle: ${messageOf(error)}` });
    }
  }

  async #failed(error: unknown): Promise<void> {
    const remedy = error instanceof KerbsideError ? ` ${error.remedy}` : '';
    this.#enterSafeMode([`${messageOf(error)}${remedy}`]);
    await this.#takeDown();
    if (this.#stopped) return;
    this.#cancelRetry = this.#options.time.after(RETRY_MS, () => {
      this.#attempt = this.#bringUp().catch((again: unknown) => this.#failed(again));
    });
  }

  async #takeDown(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    try {
      await running?.host.stop();
    } finally {
      await running?.store.close();
    }
  }

  #enterSafeMode(problems: readonly string[]): void {
    const { tell } = this.#options;
    this.#shown.showProblems(problems);
    tell({ level: 'error', area: 'daemon', text: 'Safe mode: no station runs until these problems are solved.' });
    for (const text of problems) tell({ level: 'error', area: 'daemon', text });
  }
}
