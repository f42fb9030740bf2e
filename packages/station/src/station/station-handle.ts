import type {
  ApiCharging,
  ApiLimits,
  ApiReservations,
  ApiRoots,
  ApiSecurityLog,
  ApiStation,
  LocalListView,
  ReadingNow,
  StationStatus,
} from '../api/host-port.ts';
import type { ApiArchives } from '../api/archives-port.ts';
import type { ApiDevice } from '../api/device-port.ts';
import type { ApiEichrecht } from '../api/eichrecht-port.ts';
import type { Network } from '../bearers/network.ts';
import { KerbsideError, messageOf } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Random } from '../core/random.ts';
import type { StationClock } from '../core/station-clock.ts';
import { noTimer } from '../core/no-timer.ts';
import type { Cancel, Time } from '../core/time.ts';
import type { DeadLetter } from '../delivery/dead-letters.ts';
import type { DataTransferAnswer, DataTransferRequest, Outcome } from '../delivery/session.ts';
import type { DataTransferVendor } from '../dialects/data-transfer.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { DoctorReport } from '../doctor/doctor-report.ts';
import type { FileTransfer } from '../diagnostics/file-transfer.ts';
import type { DrivableHardware, HardwareDriver } from '../evse/hardware.ts';
import type { Reach } from '../link/reach.ts';
import type { Transport } from '../link/transport.ts';
import type { Parameters } from '../params/parameters.ts';
import type { ParameterOverrides } from '../params/overrides.ts';
import type { Store, StoreHealth } from '../store/store.ts';
import { openClock } from './clock-keeper.ts';
import { containedNetwork, containedWorld } from './containment.ts';
import { readingsNow } from './metering/readings-now.ts';
import { lifelessStatus } from './status/lifeless-status.ts';
import { stationStatus } from './status/station-status.ts';
import { FirmwareSlots, type InstallerSource } from './firmware/firmware-slots.ts';
import { openStationParameters } from './station-parameters.ts';
import type { StationDeps } from './station-deps.ts';
import { securityLogOf } from './security/security-log-api.ts';
import { stationDevice } from './station-device.ts';
import { StationDoctor } from './station-doctor.ts';
import { publishStationEvent } from './station-events.ts';
import { Station } from './station.ts';

/** The hardware of a station, or how to make it; what that throws is tried again and shown. */
export type DriverSource = HardwareDriver | (() => Promise<HardwareDriver>);

/** What a station is made from, life after life. */
export interface StationHandleDeps {
  /** The key in the store; stays when the ChargeBoxIdentity changes. */
  readonly name: string;
  readonly overrides: ParameterOverrides;
  readonly driver: DriverSource;
  /** Why the station may not run, such as a configuration that cannot be used; absent when it may. */
  readonly refusal?: string;
  /** Whether it is the only station of its process, which is called by its identity. */
  readonly alone: boolean;
  readonly time: Time;
  readonly random: Random;
  readonly store: Store;
  readonly transport: Transport;
  /** For the doctor; without it the doctor opens no sockets of its own. */
  readonly reach?: Reach;
  readonly network: Network;
  readonly files: FileTransfer;
  /** What installs its software; absent: nothing does. */
  readonly installer?: InstallerSource;
  readonly dialects: readonly Dialect[];
  /** Names and versions of what the process runs on, for diagnostics. */
  readonly software?: () => readonly (readonly [string, string])[];
  /** Vendors whose DataTransfer messages are known, beside our own. */
  readonly vendors?: readonly DataTransferVendor[];
  readonly roots: (params: Parameters) => readonly string[];
}

/** What a station that is alone in its process keeps of its messages, for the diagnostics log. */
const keptFrames = 300;
/** Between two attempts to bring a station up whose hardware does not answer. */
const retryStartMs = 5_000;
/** How long the end of the process waits for a station that is just being started. */
const startingLimitMs = 5_000;

/** One station behind a name that stays: a reset or a power cycle ends the station and makes it anew from the store. */
export class StationHandle implements ApiStation {
  readonly #deps: StationHandleDeps;
  readonly #startedMs: number;
  readonly #doctor: StationDoctor;
  readonly #slots: FirmwareSlots;
  #driver: HardwareDriver | null = null;
  #life: Life | null = null;
  #starting: Promise<void> = Promise.resolve();
  #startProblem = '';
  #cancelRetry: Cancel = noTimer;
  #stopped = false;

  constructor(deps: StationHandleDeps) {
    this.#deps = deps;
    this.#startedMs = deps.time.systemWallMs();
    const { name: key, time, transport, reach = null } = deps;
    this.#doctor = new StationDoctor({ key, time, transport, reach });
    this.#slots = new FirmwareSlots(deps.installer ?? null, (text) => this.#publishProblem(text));
  }

  /** Brings the station up; what keeps it from running is shown as the reason, and tried again. Never rejects. */
  async start(): Promise<void> {
    this.#starting = this.#begin();
    await this.#starting;
  }

  /** Takes the station down in order. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    this.#doctor.stop();
    const isUp = await this.#settled();
    if (isUp) await this.#life?.station.stop();
    else this.#life?.station.drop();
  }

  /** Ends the station without a word and makes it anew: what cutting and restoring its power does. */
  async powerCycle(): Promise<void> {
    await this.#starting;
    this.#starting = this.#renew('power');
    await this.#starting;
  }

  get key(): string {
    return this.#deps.name;
  }

  /** The identity of the only station, else the key: identities can be changed, and two stations could then have one. */
  get name(): string {
    const { alone, name } = this.#deps;
    return (alone ? this.identity : '') || name;
  }

  /** As it is known to the backend; '' while there is none. */
  get identity(): string {
    return this.#life?.params.get('backend.identity') ?? '';
  }

  /** The living station; null while it is being made. */
  get station(): Station | null {
    return this.#life?.station ?? null;
  }

  get parameters(): Parameters {
    return this.#alive().params;
  }

  get simulator(): { simulate(action: JsonObject): Promise<JsonObject> } | null {
    return this.#driver !== null && isDrivable(this.#driver) ? this.#driver : null;
  }

  async readings(): Promise<readonly ReadingNow[]> {
    return readingsNow(this.#alive().station.evses);
  }

  deadLetters(): Promise<readonly DeadLetter[]> {
    return this.#alive().station.outbox.deadLetters();
  }

  resendParked(): void {
    this.#alive().station.outbox.resendParked('operator');
  }

  /**
   * Sends a DataTransfer of a registered vendor, once; ends as `linkLost` while the station is not registered at its backend.
   * @throws KerbsideError `vendor.unknown`
   */
  dataTransfer(request: DataTransferRequest): Promise<Outcome<DataTransferAnswer>> {
    return this.#alive().station.dataTransfer(request);
  }

  connectNow(): void {
    this.#alive().station.backend.connectNow();
  }

  async doctor(options: { readonly disconnect: boolean }): Promise<DoctorReport> {
    const { station, params, clock } = this.#alive();
    const notices = (): readonly string[] => station.roots.notices();
    return this.#doctor.look({ name: this.name, backend: station.backend, params, clock, notices }, options);
  }

  async applyEndpoint(confirmed: boolean): Promise<void> {
    await this.#alive().station.endpoint.apply(confirmed);
  }

  reset(kind: 'soft' | 'hard'): void {
    this.#alive().station.reset(kind);
  }

  get certificates(): ApiRoots {
    return this.#alive().station.roots.local;
  }

  get charging(): ApiCharging {
    return this.#alive().station.charging;
  }

  get reservations(): ApiReservations {
    return this.#alive().station.reservations;
  }

  get archives(): ApiArchives {
    return this.#alive().station.archives;
  }

  get eichrecht(): ApiEichrecht {
    return this.#alive().station.eichrecht;
  }

  get limits(): ApiLimits {
    return this.#alive().station.limits.api;
  }

  get whiteList(): ApiStation['whiteList'] {
    return this.#alive().station.parts.desks.whiteList;
  }

  get device(): ApiDevice {
    return stationDevice(this.#alive(), this.key);
  }

  get securityLog(): ApiSecurityLog {
    return securityLogOf(this.#alive().station);
  }

  /** The diagnostics as a zip archive, as a backend gets it: without secrets, cards under other names unless the operator wants them. */
  diagnostics(): Promise<Uint8Array> {
    return this.#alive().station.logs.archive();
  }

  localList(from: number, count: number): LocalListView {
    return this.#alive().station.localList.view(from, count);
  }

  status(): StationStatus {
    const { health } = this.#deps.store;
    if (this.#life === null) return this.#lifeless(health);
    const { name } = this;
    const around = { name, startedMs: this.#startedMs, startProblem: this.#startProblem, health };
    return stationStatus(this.#life, around);
  }

  #lifeless(health: StoreHealth): StationStatus {
    const { time } = this.#deps;
    const { name } = this;
    const nowMs = time.systemWallMs();
    return lifelessStatus({ name, problem: this.#startProblem, startedMs: this.#startedMs, nowMs, health });
  }

  #alive(): Life {
    if (this.#life !== null) return this.#life;
    const reason = this.#startProblem === '' ? 'it is being started' : this.#startProblem;
    throw new KerbsideError('station.notRunning', `The station ${this.name} does not run: ${reason}`);
  }

  async #begin(): Promise<void> {
    const { refusal } = this.#deps;
    if (refusal !== undefined) return this.#tellProblem(refusal);
    try {
      const { station } = await this.#newLife();
      if (this.#stopped) return;
      await station.start();
      this.#startProblem = '';
    } catch (error) {
      this.#life?.station.drop();
      this.#tellProblem(`the station did not start: ${messageOf(error)}`);
      this.#later(() => this.#begin());
    }
  }

  async #newLife(): Promise<Life> {
    this.#life = null;
    const { name, store, time: worldTime, random, dialects, vendors = [], roots } = this.#deps;
    this.#driver ??= await madeDriver(this.#deps.driver);
    await this.#slots.starting();
    const clock = await openClock(store, name, worldTime);
    const params = await openStationParameters({
      ...this.#deps,
      clock,
      firmware: () => this.#slots.state,
      life: () => this.#life,
    });
    const onRestart = (kind: 'soft' | 'hard' | 'firmware'): void => {
      this.#starting = this.#renew(kind);
    };
    const world = { time: worldTime, driver: this.#driver, transport: this.#doctor.transport };
    const onDefect = (thrown: unknown): void => this.#defect(life, thrown);
    const network = containedNetwork(this.#deps.network, onDefect);
    const parts = {
      name,
      ...containedWorld(world, onDefect),
      network,
      random,
      clock,
      store,
      params,
      dialects,
      vendors,
      files: this.#deps.files,
      installer: this.#slots.installer,
      firmware: this.#slots.state,
      keptFrames: this.#deps.alone ? keptFrames : 0,
      about: this.#about(),
    };
    const station = new Station({ ...parts, roots: () => roots(params), onRestart });
    const life: Life = { station, params, clock };
    this.#life = life;
    return life;
  }

  /** What is told of the station beside what it knows itself. */
  #about(): NonNullable<StationDeps['about']> {
    const { software = nothing } = this.#deps;
    return { software, status: () => this.status(), doctor: () => this.#doctor.last };
  }

  /** Nothing in the memory of this life can be trusted any more: the next one begins from what is on disk. */
  #defect(life: Life, thrown: unknown): void {
    if (this.#life !== life || this.#stopped) return;
    const place = thrown instanceof Error ? (thrown.stack?.split('\n', 2)[1]?.trim() ?? '') : '';
    life.station.drop();
    this.#tellProblem(`a defect ended the station, it begins anew: ${messageOf(thrown)} ${place}`.trim());
    this.#later(() => this.#renew('power'));
  }

  #tellProblem(text: string): void {
    this.#startProblem = text;
    this.#publishProblem(text);
  }

  #publishProblem(text: string): void {
    const { name, time } = this.#deps;
    publishStationEvent({ type: 'problem', text, station: name, atMs: time.systemWallMs() });
  }

  #later(again: () => Promise<void>): void {
    if (this.#stopped) return;
    this.#cancelRetry();
    this.#cancelRetry = this.#deps.time.after(retryStartMs, () => {
      this.#starting = again();
    });
  }

  /** Waits for what is under way, for some seconds; whether that has ended. */
  async #settled(): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const cancel = this.#deps.time.after(startingLimitMs, () => late.resolve(false));
    const isSettled = await Promise.race([this.#starting.then(() => true), late.promise]);
    cancel();
    return isSettled;
  }

  async #renew(kind: 'soft' | 'hard' | 'firmware' | 'power'): Promise<void> {
    const before = this.#life?.station;
    try {
      if (kind === 'soft' || kind === 'firmware') await before?.stop();
      else before?.drop();
      await this.#releaseDriver();
      if (kind === 'firmware') await this.#slots.restart();
    } catch (error) {
      this.#tellProblem(messageOf(error));
    }
    this.#slots.ended();
    if (!this.#stopped) await this.#begin();
  }

  async #releaseDriver(): Promise<void> {
    const { time, transport } = this.#deps;
    if (this.#driver === null) return;
    const world = { time, driver: this.#driver, transport };
    await containedWorld(world, (thrown) => this.#tellProblem(messageOf(thrown))).driver.stop();
  }
}

function nothing(): [] {
  return [];
}

interface Life {
  readonly station: Station;
  readonly params: Parameters;
  readonly clock: StationClock;
}

async function madeDriver(source: DriverSource): Promise<HardwareDriver> {
  return typeof source === 'function' ? source() : source;
}

function isDrivable(driver: HardwareDriver): driver is DrivableHardware {
  return 'simulate' in driver && typeof driver.simulate === 'function';
}
