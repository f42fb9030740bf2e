import { KerbsideError, messageOf } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type {
  DrivableHardware,
  ExternalLimitReport,
  HardwareAnswer,
  HardwareCommand,
  HardwareDescription,
  HardwareEvent,
  MeterReading,
} from '../../evse/hardware.ts';
import type { ActionTarget, PlugOptions } from './action-target.ts';
import { actionTable } from './action-table.ts';
import { performAction } from './actions.ts';
import { displayOf } from './display.ts';
import {
  changeFault,
  changeQuantity,
  changeVehicle,
  jamLock,
  losePower,
  makeSafe,
  plugIn,
  pullAtVehicle,
  pullOut,
  refused,
  weld,
} from './evse-actions.ts';
import type { ElectricVehicle } from './ev-model.ts';
import type { EvseConfig, EvseState, Quantities } from './evse-state.ts';
import { faultRow, hardwareFault } from './fault-table.ts';
import type { FaultId } from './fault-table.ts';
import { mainMeterDescription, mainMeterReading } from './main-meter.ts';
import {
  changeCondition,
  changeKey,
  changeMeter,
  exchangeMeter,
  loseClock,
  powerMeter,
  restartMeter,
  shiftClock,
} from './meter-actions.ts';
import type { KeyChange, NewMeter } from './meter-actions.ts';
import { readMeter } from './meter-commands.ts';
import type { MeterMode } from './meter-model.ts';
import { SimulatedEvse } from './simulated-evse.ts';
import { imageOf, stateOf } from './simulator-image.ts';
import type { SimulatorState } from './simulator-image.ts';
import { evseConfigs } from './simulator-options.ts';
import type { SimulatorOptions } from './simulator-options.ts';

/** One list for all simulators of the process. */
const actionNames: readonly string[] = Object.keys(actionTable);

/** Makes simulated hardware: a full driver, and the actions of the world around it. Refuses with `simulator.refused`. */
export function createSimulator(options: SimulatorOptions): Simulator {
  return new Simulator(options);
}

/** A simulated charging station's hardware. */
export class Simulator implements DrivableHardware, ActionTarget {
  readonly #options: SimulatorOptions;
  readonly #evses: readonly SimulatedEvse[];
  readonly #queue: HardwareEvent[] = [];
  #listener: ((event: HardwareEvent) => void) | undefined;
  #power = new AbortController();
  #emitting = false;
  #saveFailed = false;
  #linkUp: boolean;
  /** Not part of the image: with power there is a supply. */
  #supply: 'failing' | 'back' = 'back';
  #stationFaults: readonly FaultId[];

  constructor(options: SimulatorOptions) {
    const { time, random, state } = options;
    this.#options = options;
    this.#linkUp = state?.linkUp ?? true;
    this.#stationFaults = state?.stationFaults ?? [];
    this.#evses = evseConfigs(options.evses).map((config) => {
      const image = state?.evses.find((candidate) => candidate.id === config.id);
      return new SimulatedEvse({
        config,
        time,
        random,
        state: stateOf(config, image, time.monotonicMs()),
        mechanics: { contactorMs: 0, lockMs: 0, ...options.mechanics },
        save: () => this.#save(),
        emit: (events) => this.#emit(events),
      });
    });
  }

  async start(listener: (event: HardwareEvent) => void, signal: AbortSignal): Promise<HardwareDescription> {
    if (signal.aborted) throw new KerbsideError('driver.timeout', 'the start of the simulator was given up');
    for (const evse of this.#evses) evse.resume();
    this.#listener = listener;
    if (!this.#linkUp) this.#emit([{ type: 'bearer', up: false }]);
    if (this.#supply === 'failing') this.#emit([{ type: 'supply', state: 'failing' }]);
    this.#emit(this.#stationFaults.map((id) => stationFault(id, true)));
    return {
      simulated: true,
      vendor: 'Kerbside',
      model: 'Simulator',
      serial: 'SIM-1',
      firmwareVersion: 'simulated',
      actions: actionNames,
      evses: this.#evses.map((evse) => evse.description),
      ...(this.#options.mainMeter === true ? { mainMeter: mainMeterDescription } : {}),
    };
  }

  async command<C extends HardwareCommand>(command: C, signal: AbortSignal): Promise<HardwareAnswer<C['type']>> {
    // The switch over the command's type in `SimulatedEvse` gives each its own answer; the compiler cannot follow it here.
    return (await this.#perform(command, signal)) as HardwareAnswer<C['type']>;
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
    this.#cutCommands();
    for (const evse of this.#evses) {
      evse.update(makeSafe);
      evse.stop();
    }
  }

  /** Does an action given as plain data; the table in `actions.ts` says which there are. */
  async simulate(action: JsonObject): Promise<JsonObject> {
    return performAction(this, action);
  }

  /** Everything that outlives a power cut, as it is at this moment. */
  image(): SimulatorState {
    return {
      version: 1,
      linkUp: this.#linkUp,
      stationFaults: this.#stationFaults,
      evses: this.#evses.map((evse) => imageOf(evse.config.id, evse.present)),
    };
  }

  /** The whole state for people, or of one EVSE. */
  display(evse?: number): JsonObject {
    if (evse !== undefined) return displayOf(this.#evse(evse));
    return {
      simulated: true,
      linkUp: this.#linkUp,
      supply: this.#supply,
      stationFaults: [...this.#stationFaults],
      evses: this.#evses.map((each) => displayOf(each)),
    };
  }

  /** A vehicle comes and plugs in, with its cable unless one is in the socket already. */
  plug(evse: number, plug: PlugOptions = {}): void {
    const { config, update } = this.#bound(evse);
    const ev = this.#vehicle(plug);
    const cableMilliamps = plug.cable === undefined ? null : plug.cable * 1000;
    update((state) => plugIn(config, state, ev, cableMilliamps));
  }

  /** Vehicle and cable leave; a locked plug stays unless forced. */
  unplug(evse: number, options: { readonly force?: boolean } = {}): void {
    this.#evse(evse).update((state) => pullOut(state, options.force ?? false));
  }

  /** The vehicle's end of the cable is pulled; a loose cable stays in the socket, and its lock as it is. */
  unplugVehicle(evse: number): void {
    this.#evse(evse).update(pullAtVehicle);
  }

  /** A card is held to a reader; EVSE 0 is the reader of the station. A broken reader reads nothing. */
  card(uid: string, evse = 0): void {
    const faults = evse === 0 ? this.#stationFaults : this.#evse(evse).present.faults;
    if (faults.some((id) => faultRow(id).device === 'reader')) throw refused('the card reader is out of order');
    this.#emit([{ type: 'card', evse, uid }]);
  }

  /** The vehicle changes its mind: ready or paused, or draws what it is told. */
  vehicle(evse: number, change: Partial<Pick<ElectricVehicle, 'ready' | 'drawMilliamps'>>): void {
    this.#evse(evse).update((state) => changeVehicle(state, change));
  }

  /** A fault comes or goes; EVSE 0 is the station. */
  fault(evse: number, id: FaultId, active: boolean): void {
    const { at } = faultRow(id);
    if (evse === 0 ? at === 'evse' : at === 'station') {
      throw refused(
        `the fault ${id} happens at ${at === 'evse' ? 'an EVSE, not at the station' : 'the station (evse 0)'}`,
      );
    }
    if (evse !== 0) this.#evse(evse).update((state) => changeFault(state, id, active));
    else if (this.#stationFaults.includes(id) !== active) {
      const others = this.#stationFaults.filter((other) => other !== id);
      this.#stationFaults = active ? [...others, id] : others;
      this.#save();
      this.#emit([stationFault(id, active)]);
    }
  }

  /** The lock jams, or is freed; a jam shows at the next movement. */
  lockJam(evse: number, active: boolean): void {
    this.#evse(evse).update((state) => jamLock(state, active));
  }

  /** The contactor welds, or is repaired; a weld shows when it should be open. */
  weld(evse: number, active: boolean): void {
    this.#evse(evse).update((state) => weld(state, active));
  }

  /** The meter answers differently. */
  meter(evse: number, mode: MeterMode, delaySeconds = 10): void {
    this.#changeMeter(evse, (config, state) => changeMeter(config, state, mode, mode === 'slow' ? delaySeconds : 0));
  }

  /** The meter restarts or is replaced. */
  meterRegister(evse: number, wattHours: number): void {
    this.#changeMeter(evse, (config, state) => restartMeter(config, state, wattHours));
  }

  /** The meter alone loses its power, or gets it back. */
  meterPower(evse: number, on: boolean): void {
    this.#changeMeter(evse, (config, state) => powerMeter(config, state, on));
  }

  /** The clock of the meter is not set any more (null), or ahead by so many seconds, which no driver would notice. */
  meterClock(evse: number, aheadSeconds: number | null): void {
    if (aheadSeconds === null) this.#changeMeter(evse, loseClock);
    else this.#evse(evse).update((state) => shiftClock(this.#evse(evse).config, state, aheadSeconds));
  }

  /** The key of the meter is lost, another one, or the first one again. */
  meterKey(evse: number, change: KeyChange): void {
    const { keys } = this.#evse(evse);
    this.#changeMeter(evse, (config, state) => changeKey(config, state, change, keys));
  }

  /** Another meter takes the place of this one. */
  meterExchange(evse: number, another: NewMeter): void {
    this.#changeMeter(evse, (config, state) => exchangeMeter(config, state, another));
  }

  /** The meter says that nothing it gives may be used, and why; null: it is well again. */
  meterCondition(evse: number, failure: string | null): void {
    this.#changeMeter(evse, (config, state) => changeCondition(config, state, failure));
  }

  /** A measured quantity changes, with the faults of its limits. */
  quantity(evse: number, change: Partial<Quantities>): void {
    const { config, update } = this.#bound(evse);
    update((state) => changeQuantity(config, state, change));
  }

  /** The bearer of the backend link is cut or restored. */
  link(up: boolean): void {
    if (this.#linkUp === up) return;
    this.#linkUp = up;
    this.#save();
    this.#emit([{ type: 'bearer', up }]);
  }

  /** The supply of the station fails, or is back. */
  supply(state: 'failing' | 'back'): void {
    if (this.#supply === state) return;
    this.#supply = state;
    this.#emit([{ type: 'supply', state }]);
  }

  /** A grid operator or an energy manager limits the station through the hardware; null: it is released. */
  externalLimit(limit: ExternalLimitReport | null): void {
    this.#emit([{ type: 'externalLimit', limit }]);
  }

  /** The hardware has something to say that is no fault. */
  notice(evse: number, text: string): void {
    if (evse !== 0) this.#evse(evse);
    this.#emit([{ type: 'notice', evse, text }]);
  }

  /** The power of the whole station is cut and comes back. Without `onPowerCycle` the station only sees its driver lost and back. */
  powerCycle(): void {
    const { onPowerCycle } = this.#options;
    const listener = this.#listener;
    this.#listener = undefined;
    this.#cutCommands();
    for (const evse of this.#evses) evse.update((state) => ({ ...losePower(state), meterClock: null }));
    const wasFailing = this.#supply === 'failing';
    this.#supply = 'back';
    if (onPowerCycle !== undefined) {
      onPowerCycle();
      return;
    }
    this.#listener = listener;
    this.#emit([{ type: 'lost', problem: 'the power was cut' }]);
    for (const evse of this.#evses) this.#emit(evse.everything());
    if (wasFailing) this.#emit([{ type: 'supply', state: 'back' }]);
    this.#emit([{ type: 'back' }]);
  }

  async #perform(command: HardwareCommand, signal: AbortSignal): Promise<unknown> {
    if (this.#listener === undefined) throw new KerbsideError('driver.lost', 'the simulator is not started');
    if (signal.aborted) throw new KerbsideError('driver.timeout', `${command.type} was given up`);
    if (command.type === 'readMeter' && command.evse === 0) return this.#readMainMeter();
    if (command.type !== 'restart') return this.#evseFor(command.evse).command(command, signal, this.#power.signal);
    if (this.#stationFaults.includes('reset')) throw new KerbsideError('driver.refused', faultRow('reset').text);
    for (const evse of this.#evses) evse.update(losePower);
    return {};
  }

  #readMainMeter(): MeterReading {
    if (this.#options.mainMeter !== true) throw new KerbsideError('driver.refused', 'there is no main meter');
    return mainMeterReading(
      this.#evses.map(({ config, present }) => ({
        registerWh: present.meter.registerWh,
        reading: readMeter(config, present),
      })),
    );
  }

  #cutCommands(): void {
    this.#power.abort();
    this.#power = new AbortController();
  }

  #vehicle(plug: PlugOptions): ElectricVehicle {
    const { random } = this.#options;
    const capacityWh = (plug.capacityKwh ?? 60) * 1000;
    const chance = { soc: random.next(), pilot: random.next(), draw: random.next() };
    return {
      phases: plug.phases ?? 3,
      capacityWh,
      batteryWh: (capacityWh * (plug.soc ?? Math.round(20 + 40 * chance.soc))) / 100,
      maxMilliamps: Math.round((plug.maxAmps ?? 32) * 1000),
      ready: plug.ready ?? true,
      ventilation: plug.ventilation ?? false,
      drawMilliamps: null,
      pilotReactionMs: Math.round(200 + 600 * chance.pilot),
      drawReactionMs: Math.round(200 + 800 * chance.draw),
    };
  }

  /** A driver notices what happens to a meter that signs, and says so. */
  #changeMeter(evse: number, change: (config: EvseConfig, state: EvseState) => EvseState): void {
    const { config, update } = this.#bound(evse);
    update((state) => change(config, state));
    if ((config.meter?.signing ?? null) !== null) this.#emit([{ type: 'meter', evse }]);
  }

  #bound(evse: number): Pick<SimulatedEvse, 'config' | 'update'> {
    const target = this.#evse(evse);
    return { config: target.config, update: (change) => target.update(change) };
  }

  #evse(id: number): SimulatedEvse {
    const evse = this.#evses.find((candidate) => candidate.config.id === id);
    if (evse === undefined) throw refused(`there is no EVSE ${id}; there are 1 to ${this.#evses.length}`);
    return evse;
  }

  #evseFor(id: number): SimulatedEvse {
    const evse = this.#evses.find((candidate) => candidate.config.id === id);
    if (evse === undefined) throw new KerbsideError('driver.refused', `there is no EVSE ${id}`);
    return evse;
  }

  /** A disk that is full must not end a charge: it is told once, and the world goes on. */
  #save(): void {
    try {
      this.#options.onState?.(this.image());
      this.#saveFailed = false;
    } catch (error) {
      if (this.#saveFailed || this.#listener === undefined) return;
      this.#saveFailed = true;
      const text = `the state of the simulator cannot be stored: ${messageOf(error)}`;
      this.#emit([{ type: 'notice', evse: 0, text }]);
    }
  }

  /** Events go out in the order in which they happened, also when a listener's command makes more of them. */
  #emit(events: readonly HardwareEvent[]): void {
    if (this.#listener === undefined) return;
    this.#queue.push(...events);
    if (this.#emitting) return;
    this.#emitting = true;
    try {
      for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) this.#listener?.(event);
    } finally {
      this.#emitting = false;
    }
  }
}

function stationFault(id: FaultId, active: boolean): HardwareEvent {
  return { type: 'fault', evse: 0, fault: hardwareFault(id), active };
}
