import type { ApiStation, EvseStatus, StationStatus } from '../api/host-port.ts';
import { KerbsideError, messageOf } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Random } from '../core/random.ts';
import type { StationClock } from '../core/station-clock.ts';
import type { Cancel, Time } from '../core/time.ts';
import type { DeadLetter } from '../delivery/outbox.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { DrivableHardware, HardwareDescription, HardwareDriver } from '../evse/hardware.ts';
import type { Transport } from '../link/transport.ts';
import { openParameters, type Parameters } from '../params/parameters.ts';
import type { ParameterOverrides } from '../params/overrides.ts';
import type { Store } from '../store/store.ts';
import { openClock } from './clock-keeper.ts';
import type { EvseController } from './evse-controller.ts';
import { firmwareVersionOf } from './station-identity.ts';
import { publishStationEvent } from './station-events.ts';
import { Station } from './station.ts';

/** What a station is made from, life after life. */
export interface StationHandleDeps {
  /** The key in the store; stays when the ChargeBoxIdentity changes. */
  readonly name: string;
  readonly overrides: ParameterOverrides;
  readonly driver: HardwareDriver;
  readonly time: Time;
  readonly random: Random;
  readonly store: Store;
  readonly transport: Transport;
  readonly dialects: readonly Dialect[];
  readonly roots: (params: Parameters) => readonly string[];
}

/** Between two attempts to bring a station up whose hardware does not answer. */
const retryStartMs = 5_000;

/** One station behind a name that stays: a reset or a power cycle ends the station and makes it anew from the store. */
export class StationHandle implements ApiStation {
  readonly #deps: StationHandleDeps;
  readonly #startedMs: number;
  #life: Life | null = null;
  #starting: Promise<void> = Promise.resolve();
  #startProblem = '';
  #cancelRetry: Cancel = () => undefined;
  #stopped = false;

  constructor(deps: StationHandleDeps) {
    this.#deps = deps;
    this.#startedMs = deps.time.systemWallMs();
  }

  /** Brings the station up; hardware that does not answer is tried again, and shown as the reason. */
  async start(): Promise<void> {
    this.#starting = this.#begin();
    await this.#starting;
  }

  /** Takes the station down in order. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    await this.#starting;
    await this.#life?.station.stop();
  }

  /** Ends the station without a word and makes it anew: what cutting and restoring its power does. */
  async powerCycle(): Promise<void> {
    await this.#starting;
    this.#starting = this.#renew('power');
    await this.#starting;
  }

  get name(): string {
    const identity = this.#life?.params.get('backend.identity') ?? '';
    return identity === '' ? this.#deps.name : identity;
  }

  /** The living station; null while it is being made. */
  get station(): Station | null {
    return this.#life?.station ?? null;
  }

  get parameters(): Parameters {
    return this.#alive().params;
  }

  get simulator(): { simulate(action: JsonObject): Promise<JsonObject> } | null {
    const { driver } = this.#deps;
    return isDrivable(driver) ? driver : null;
  }

  deadLetters(): Promise<readonly DeadLetter[]> {
    return this.#alive().station.outbox.deadLetters();
  }

  resendParked(): void {
    this.#alive().station.outbox.resendParked('operator');
  }

  connectNow(): void {
    this.#alive().station.backend.connectNow();
  }

  async applyEndpoint(confirmed: boolean): Promise<void> {
    await this.#alive().station.endpoint.apply(confirmed);
  }

  reset(kind: 'soft' | 'hard'): void {
    this.#alive().station.reset(kind);
  }

  status(): StationStatus {
    const { station, params, clock } = this.#alive();
    const { health } = this.#deps.store;
    const link = station.backend.state;
    const registration = station.backend.registrar.standing;
    const notReady = [this.#startProblem, station.blocked ?? ''].filter((reason) => reason !== '');
    const wantsBackend = params.get('backend.communicationType') !== 'off' && params.get('backend.host') !== '';
    if (wantsBackend && !station.backend.online)
      notReady.push(`not registered at the backend: ${link.kind} ${link.reason}`.trim());
    return {
      name: this.name,
      identity: params.get('backend.identity'),
      simulated: station.description?.simulated ?? false,
      vendor: station.description?.vendor ?? '',
      model: station.description?.model ?? '',
      startedMs: this.#startedMs,
      notReady,
      link,
      registration,
      clock: { nowMs: clock.nowMs(), source: clock.source },
      store: { health: health.kind, problem: health.kind === 'ok' ? '' : health.problem },
      blocked: station.blocked,
      evses: station.evses.map((evse) => evseStatus(evse, station)),
      outbox: station.outbox.snapshot(),
      problems: [...station.problems],
    };
  }

  #alive(): Life {
    if (this.#life === null) throw new KerbsideError('internal.bug', 'the station has not been started');
    return this.#life;
  }

  async #begin(): Promise<void> {
    const { name, store, time, driver, random, transport, dialects, roots } = this.#deps;
    const clock = await openClock(store, name, time);
    const params = await this.#openParameters(clock);
    const onRestart = (kind: 'soft' | 'hard'): void => {
      this.#starting = this.#renew(kind);
    };
    const parts = { name, time, random, clock, store, params, driver, transport, dialects };
    const station = new Station({ ...parts, roots: () => roots(params), onRestart });
    this.#life = { station, params, clock };
    try {
      await station.start();
      this.#startProblem = '';
    } catch (error) {
      this.#startProblem = `the station did not start: ${messageOf(error)}`;
      publishStationEvent({ type: 'problem', text: this.#startProblem, station: name, atMs: clock.nowMs() });
      station.drop();
      if (!this.#stopped) this.#cancelRetry = time.after(retryStartMs, () => void this.start());
    }
  }

  #openParameters(clock: StationClock): Promise<Parameters> {
    const { name: station, store, time, overrides } = this.#deps;
    const description = (): HardwareDescription | null => this.#life?.station.description ?? null;
    return openParameters({
      station,
      store,
      clock,
      time,
      overrides,
      provide: {
        'station.numberOfConnectors': () => description()?.evses.length ?? 0,
        'station.firmwareVersion': () => firmwareVersionOf(this.#life?.station.description ?? null),
        'station.supportedFeatureProfiles': () => ['Core', 'RemoteTrigger'],
      },
      measurands: () => measurandsOf(description()),
    });
  }

  async #renew(kind: 'soft' | 'hard' | 'power'): Promise<void> {
    const before = this.#life?.station;
    if (kind === 'soft') await before?.stop();
    else before?.drop();
    await this.#deps.driver.stop();
    if (!this.#stopped) await this.#begin();
  }
}

interface Life {
  readonly station: Station;
  readonly params: Parameters;
  readonly clock: StationClock;
}

/** What the meters can measure; undefined until the hardware has said so. */
function measurandsOf(description: HardwareDescription | null): ReadonlySet<string> | undefined {
  if (description === null) return undefined;
  return new Set(description.evses.flatMap((evse) => evse.meter?.measurands ?? []));
}

function isDrivable(driver: HardwareDriver): driver is DrivableHardware {
  return 'simulate' in driver && typeof driver.simulate === 'function';
}

function evseStatus(evse: EvseController, station: Station): EvseStatus {
  const { state, shown, keeper, id } = evse;
  const record = keeper.record;
  return {
    id,
    status: shown.status,
    errorCode: shown.errorCode,
    info: shown.info,
    pilot: state.pilot,
    plugged: state.plugged,
    contactor: evse.contactorClosed ? 'closed' : 'open',
    phase: state.phase.kind,
    limitMilliamps: station.limitMilliamps(id),
    transaction:
      record === null
        ? null
        : {
            key: record.key,
            backendId: station.outbox.backendTransaction(record.key),
            startedMs: record.startedMs,
            meterStartWh: record.meterStartWh,
            lastWh: record.lastWh,
            stage: record.stage,
          },
  };
}
