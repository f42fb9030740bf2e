import { KerbsideError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type {
  EvseDescription,
  EvseReading,
  HardwareCommand,
  HardwareEvent,
  MeterDescription,
} from '../../evse/hardware.ts';
import { readingEvents } from '../reading-events.ts';
import { keyPairOf, makeKey } from '../signing/key-pair.ts';
import type { KeyPair, StoredKey } from '../signing/key-pair.ts';
import { wait } from '../wait.ts';
import { move } from './evse-commands.ts';
import type { CommandOutcome } from './evse-commands.ts';
import { flow, nextDueMs, react, readingOf, settle } from './evse-physics.ts';
import type { EvseConfig, EvseState } from './evse-state.ts';
import { MIN_MILLIAMPS } from './evse-state.ts';
import { faultRow } from './fault-table.ts';
import { askMeter, readMeter } from './meter-commands.ts';
import type { MeterKeys } from './meter-commands.ts';
import { meterMeasurands } from './meter-model.ts';
import { signingDescription } from './meter-signing.ts';

/** How long the simulated mechanics take; 0 moves at once. */
export interface Mechanics {
  readonly contactorMs: number;
  readonly lockMs: number;
}

/** What one simulated EVSE needs. */
export interface SimulatedEvseOptions {
  readonly config: EvseConfig;
  readonly state: EvseState;
  readonly time: Time;
  /** Where the keys of its meter come from. */
  readonly random: Random;
  readonly mechanics: Mechanics;
  /** Called after each change of what outlives a power cut, before its events: what is told must be stored. */
  readonly save: () => void;
  readonly emit: (events: readonly HardwareEvent[]) => void;
}

/** The commands for one EVSE. */
export type EvseCommand = Exclude<HardwareCommand, { type: 'restart' }>;

/** One EVSE of the simulator: keeps the state, lets time pass over it, and tells what changed. Holds a timer only while something will happen by itself. */
export class SimulatedEvse {
  readonly config: EvseConfig;
  readonly #options: SimulatedEvseOptions;
  #state: EvseState;
  #timer: Cancel | undefined;
  #live = false;
  /** The key that signed last, ready to sign again. */
  #ready: { readonly key: StoredKey; readonly pair: KeyPair } | undefined;

  constructor(options: SimulatedEvseOptions) {
    this.config = options.config;
    this.#options = options;
    this.#state = options.state;
  }

  /** The state at this moment; reading it changes nothing. */
  get present(): EvseState {
    const nowMs = this.#nowMs();
    return flow(this.config, settle(this.config, this.#state, nowMs), nowMs);
  }

  get reading(): EvseReading {
    return readingOf(this.present);
  }

  /** The events that tell a listener everything. */
  everything(): readonly HardwareEvent[] {
    return readingEvents(this.config.id, null, this.reading);
  }

  get description(): EvseDescription {
    const { id, maxMilliamps, phases, nominalVolts, fixedCable, phaseSwitching } = this.config;
    return {
      id,
      maxMilliamps,
      minMilliamps: MIN_MILLIAMPS,
      phases,
      nominalVolts,
      fixedCable,
      ...(phaseSwitching ? { phaseSwitching } : {}),
      meter: this.#meterDescription,
      state: this.reading,
    };
  }

  get #meterDescription(): MeterDescription | null {
    const { meter } = this.config;
    if (meter === null) return null;
    const { type, serial, signing } = meter;
    const asked = signing === null ? null : signingDescription(signing);
    return {
      type,
      serial: this.#state.meter.serial ?? serial,
      signs: signing !== null,
      ...(asked === null ? {} : { signing: asked }),
      measurands: meterMeasurands,
    };
  }

  /** The keys of the meter: none is made before the first one is needed. */
  get keys(): MeterKeys {
    return {
      make: (method) => makeKey(method, this.#options.random),
      pairOf: (key) => {
        const ready = this.#ready?.key === key ? this.#ready : { key, pair: keyPairOf(key) };
        this.#ready = ready;
        return ready.pair;
      },
    };
  }

  /** Changes the state now, stores it, tells what is new. What `change` throws leaves everything as it was. */
  update(change: (state: EvseState) => EvseState): void {
    this.#updateAt(this.#nowMs(), change);
  }

  /** Does one command of the station. */
  async command(command: EvseCommand, signal: AbortSignal, power: AbortSignal): Promise<unknown> {
    switch (command.type) {
      case 'readState':
        return this.reading;
      case 'readMeter': {
        await this.#meterListens(signal, power);
        const reading = readMeter(this.config, this.present);
        // Stored after it was taken: what is stored is never less than what is told.
        this.#options.save();
        return reading;
      }
      case 'meterState':
      case 'setMeterClock':
      case 'beginMeter':
      case 'signMeter':
      case 'endMeter':
      case 'readRecords': {
        await this.#meterListens(signal, power);
        // Written in the meter when it is asked: a caller that gives up, or a power cut, does not undo it.
        const answer = this.#carryOut((state) => askMeter(this.config, state, command, this.keys));
        await this.#takeTime(command.type, signal, power);
        return answer;
      }
      case 'setLimit':
      case 'setPhases':
      case 'closeContactor':
      case 'openContactor':
      case 'lock':
      case 'unlock':
      case 'indicate':
        await this.#mechanicsMove(command.type, signal, power);
        this.#carryOut((state) => move(this.config, state, command));
        return {};
    }
  }

  /** Holds no timer from here on; the state stays true whenever it is read. */
  stop(): void {
    this.#live = false;
    this.#timer?.();
  }

  /** Tells again what happens by itself, at the moment when it happens. */
  resume(): void {
    this.#live = true;
    this.update((state) => state);
  }

  #nowMs(): number {
    return Math.max(this.#options.time.monotonicMs(), this.#state.sinceMs);
  }

  #updateAt(nowMs: number, change: (state: EvseState) => EvseState): void {
    const before = this.#state;
    const present = flow(this.config, settle(this.config, before, nowMs), nowMs);
    this.#state = react(this.config, change(present));
    this.#arm();
    if (isStoredDifferently(before, this.#state)) this.#options.save();
    this.#options.emit(readingEvents(this.config.id, readingOf(before), readingOf(this.#state)));
  }

  #arm(): void {
    this.#timer?.();
    const dueMs = this.#live ? nextDueMs(this.config, this.#state) : null;
    if (dueMs === null) return;
    const delayMs = Math.max(0, dueMs - this.#options.time.monotonicMs());
    // Not before its due time, whatever the rounding of the timer: or it would be armed again for nothing.
    this.#timer = this.#options.time.after(delayMs, () =>
      this.#updateAt(Math.max(this.#nowMs(), dueMs), (state) => state),
    );
  }

  #carryOut<A>(decide: (state: EvseState) => CommandOutcome<A>): A {
    let outcome: CommandOutcome<A> | undefined;
    this.update((state) => {
      outcome = decide(state);
      return outcome.state;
    });
    if (outcome === undefined) throw new KerbsideError('internal.bug', 'a command of the simulator gave no answer');
    if (outcome.problem !== undefined) throw this.#refusal(outcome.problem);
    return outcome.answer;
  }

  async #meterListens(signal: AbortSignal, power: AbortSignal): Promise<void> {
    if (this.config.meter === null) throw this.#refusal('it has no meter');
    const { meter, faults } = this.#state;
    if (meter.offAtWh !== undefined) await this.#wait(null, signal, power);
    if (meter.mode === 'fail' || faults.some((id) => faultRow(id).device === 'meter'))
      throw this.#refusal('the meter failed');
    if (meter.mode === 'silent') await this.#wait(null, signal, power);
  }

  async #takeTime(type: EvseCommand['type'], signal: AbortSignal, power: AbortSignal): Promise<void> {
    const { mode, delaySeconds } = this.#state.meter;
    const signs = type === 'beginMeter' || type === 'signMeter' || type === 'endMeter';
    if (signs && mode === 'slow' && delaySeconds > 0) await this.#wait(delaySeconds * 1000, signal, power);
  }

  async #mechanicsMove(type: EvseCommand['type'], signal: AbortSignal, power: AbortSignal): Promise<void> {
    const { contactorMs, lockMs } = this.#options.mechanics;
    const contactor = type === 'closeContactor' || type === 'openContactor';
    const lock = type === 'lock' || type === 'unlock';
    const delayMs = contactor ? contactorMs : lock ? lockMs : 0;
    if (delayMs > 0) await this.#wait(delayMs, signal, power);
  }

  #wait(delayMs: number | null, signal: AbortSignal, power: AbortSignal): Promise<void> {
    const name = `EVSE ${this.config.id} (simulated)`;
    return wait(this.#options.time, delayMs, [
      { signal, error: () => new KerbsideError('driver.timeout', `${name} did not answer in time`) },
      { signal: power, error: () => new KerbsideError('driver.lost', `${name} was stopped or lost its power`) },
    ]);
  }

  #refusal(problem: string): KerbsideError {
    return new KerbsideError('driver.refused', `EVSE ${this.config.id} (simulated): ${problem}`);
  }
}

/** Whether the image of the EVSE may be another one; states share what did not change. */
function isStoredDifferently(before: EvseState, after: EvseState): boolean {
  return (
    before.cableMilliamps !== after.cableMilliamps ||
    before.ev !== after.ev ||
    before.lock !== after.lock ||
    before.contactor.welded !== after.contactor.welded ||
    before.meter !== after.meter ||
    before.quantities !== after.quantities ||
    before.faults !== after.faults
  );
}
