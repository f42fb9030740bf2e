import {
  createSeededRandom,
  createSimulator,
  Host,
  onStationEvent,
  overridesOf,
  VirtualTime,
  type FileTransfer,
  type FirmwareInstaller,
  type HardwareDriver,
  type JsonObject,
  type MeterState,
  type StationHandle,
} from '@kerbside/station';

import { createCrashableStore, type CrashableStore, type CrashableStoreOptions } from '../crashable-store.ts';
import { FakeBackend } from '../fake/fake-backend.ts';
import { HardwareTap } from './hardware-tap.ts';

/** When the power goes, counted in durable steps of the first life. */
export type CutPlan = Pick<CrashableStoreOptions, 'cutAfter' | 'cutBefore' | 'lossy'>;

/** What differs from the usual station. */
export interface PowerWorldOptions {
  readonly evses?: Parameters<typeof createSimulator>[0]['evses'];
  readonly defaults?: Parameters<typeof overridesOf>[0]['defaults'];
  /** Where files go and come from. */
  readonly files?: FileTransfer;
  /** What installs the firmware; like the hardware it lives on. */
  readonly installer?: FirmwareInstaller;
  /** What happens to the hardware while the station has no power. */
  readonly whileOff?: (sim: (action: JsonObject) => Promise<unknown>) => Promise<void>;
}

const identity = 'CS-1';

/** A station whose power can go at any durable step: the store keeps what was on disk, hardware and backend live on. */
export class PowerWorld {
  readonly time: VirtualTime = new VirtualTime();
  readonly backend: FakeBackend = new FakeBackend({ time: this.time });
  /** Starts and ends of transactions that a station said were on disk. */
  readonly recorded: { readonly event: 'started' | 'ended'; readonly transaction: string }[] = [];
  /** What the hardware is told, in all lives. */
  readonly hardware: HardwareTap;
  readonly #driver: HardwareDriver & { simulate(action: JsonObject): Promise<JsonObject> };
  readonly #random = createSeededRandom(identity);
  readonly #stopListening: () => void;
  readonly #defaults: PowerWorldOptions['defaults'];
  readonly #whileOff: PowerWorldOptions['whileOff'];
  readonly #firmware: Pick<PowerWorldOptions, 'files' | 'installer'>;
  #store: CrashableStore;
  #host: Host;
  #cuts = 0;

  constructor(plan: CutPlan, options: PowerWorldOptions = {}) {
    const { evses } = options;
    const simulator = createSimulator({
      time: this.time,
      random: createSeededRandom('hardware'),
      ...(evses === undefined ? {} : { evses }),
    });
    this.#defaults = options.defaults ?? {};
    this.#whileOff = options.whileOff;
    this.#firmware = options;
    this.hardware = new HardwareTap(this.time, simulator);
    this.#driver = this.hardware.driver;
    this.#store = this.#newStore(plan);
    this.#host = this.#newHost();
    this.#stopListening = onStationEvent((event) => {
      if (event.type === 'transaction') this.recorded.push({ event: event.event, transaction: event.transaction });
    });
  }

  /** How often the power went. */
  get cuts(): number {
    return this.#cuts;
  }

  get durableSteps(): number {
    return this.#store.durableSteps;
  }

  get station(): StationHandle | undefined {
    return this.#host.stations()[0];
  }

  /** Switches the station on. */
  async start(): Promise<void> {
    const starting = this.#host.start();
    await this.time.advance(0);
    if (this.#store.isCut) return this.#restart();
    let isUp = false;
    void starting.then(() => (isUp = true));
    // Closing what was left open may take some seconds.
    while (!isUp && !this.#store.isCut) await this.time.advance(100);
    if (this.#store.isCut) return this.#restart();
    await starting;
  }

  /** Lets time pass; a station whose power went meanwhile is switched on again. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      await this.time.advance(Math.min(100, ms - passed));
      if (this.#store.isCut) await this.#restart();
    }
  }

  /** Does something at the hardware; what it refuses now (a plug that is locked …) does not stop the story. */
  async sim(action: JsonObject): Promise<void> {
    await this.#driver.simulate(action).catch(() => undefined);
    await this.pass(0);
    if (this.#store.isCut) await this.#restart();
  }

  /** How the meter of an EVSE says it is, asked beside the station. */
  meterState(evse: number): Promise<MeterState> {
    return this.#driver.command({ type: 'meterState', evse }, new AbortController().signal);
  }

  /** Ends the world. */
  async end(): Promise<void> {
    this.#stopListening();
    const stopped = this.#host.stop();
    await this.time.advance(60_000);
    await stopped;
  }

  async #restart(): Promise<void> {
    this.#cuts += 1;
    this.station?.station?.drop();
    await this.#driver.stop();
    this.backend.network.reset();
    await this.#whileOff?.((action) => this.#driver.simulate(action));
    await this.time.advance(500);
    this.#store = this.#newStore({}, this.#store);
    this.#host = this.#newHost();
    await this.start();
  }

  #newStore(plan: CutPlan, from?: CrashableStore): CrashableStore {
    const image = from === undefined ? {} : { image: from.image() };
    return createCrashableStore({ time: this.time, ...plan, ...image });
  }

  #newHost(): Host {
    const overrides = overridesOf({
      defaults: {
        'backend.communicationType': 'ocpp1.6',
        'backend.protocol': 'ws',
        'backend.host': 'backend.test',
        'backend.identity': identity,
        'authorization.allowOfflineTxForUnknownId': true,
        'metering.sampleInterval': 10,
        'metering.stopTxnSampledData': ['Energy.Active.Import.Register'],
        ...this.#defaults,
      },
    });
    const { files, installer } = this.#firmware;
    return new Host({
      store: this.#store,
      time: this.time,
      random: this.#random,
      transport: this.backend.transport(),
      ...(files === undefined ? {} : { files }),
      stations: [
        { name: identity, overrides, driver: this.#driver, ...(installer === undefined ? {} : { installer }) },
      ],
      version: 'test',
    });
  }
}
