import { KerbsideError, messageOf } from '../../core/errors.ts';
import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { ConnectorStatus } from '../../evse/connector-status.ts';
import { stepEvse } from '../../evse/evse-machine.ts';
import {
  initialEvseState,
  isBusy,
  type EvseEffect,
  type EvseInput,
  type EvseRules,
  type EvseState,
  type Grant,
  type StopCause,
} from '../../evse/evse-state.ts';
import type { EvseDescription, HardwareAnswer, HardwareCommand } from '../../evse/hardware.ts';
import { contactorFault, meterFault, registerFault } from '../../evse/own-faults.ts';
import { isSameShown, shownStatus, type ShownStatus } from '../../evse/shown-status.ts';
import type { TrustedReading } from '../../metering/register-guard.ts';
import type { Sample } from '../../metering/sample.ts';
import type { TransactionKeeper } from '../../transactions/transaction-keeper.ts';
import type { TransactionRecord } from '../../transactions/transaction-record.ts';
import { EnergyAllowance } from './energy-allowance.ts';
import { EnergySwitch } from './energy-switch.ts';
import { EvseMeter } from './evse-meter.ts';
import type { EvseLimits } from '../limits/limit-ports.ts';
import { MeterSchedule } from '../metering/meter-schedule.ts';
import { faultOfStart, LockFailure } from './start-failure.ts';

/** What one EVSE works with. */
export interface EvseControllerDeps {
  readonly description: EvseDescription;
  readonly time: Time;
  readonly keeper: TransactionKeeper;
  readonly command: <C extends HardwareCommand>(command: C) => Promise<HardwareAnswer<C['type']>>;
  readonly rules: () => EvseRules;
  readonly connectionTimeOutMs: () => number;
  readonly sampleIntervalMs: () => number;
  /** What may be offered, and the way to offer it. */
  readonly limits: EvseLimits;
  /** Calibration law here; null where it can never apply. */
  readonly legal: () => LegalControl | null;
  /** Told after each change of what is shown. */
  readonly onShown: (evse: number, shown: ShownStatus) => void;
  /** Told when a transaction began or ended. */
  readonly onTransaction: (evse: number, event: 'started' | 'ended', key: string) => void;
  readonly onProblem: (problem: string) => void;
}

/** Calibration law, as far as the story of a session concerns it. */
export interface LegalControl {
  /** Looks how the meter is. */
  look(): Promise<void>;
  /** A session runs by the meter, ends, and is over. */
  began(): void;
  ended(): void;
  free(): void;
}

/** How long a car may take to begin before SuspendedEV is shown (N-06, the station's own minimum). */
const settlingMs = 5_000;

/** How long a meter may take to sign the end before the connector shows it. */
const slowSignatureMs = 5_000;

/** Between two attempts to record an end that the store refused. */
const retryFinishMs = 5_000;

/** The shell of one EVSE: performs what the machine decides, and reports back to it. */
export class EvseController {
  readonly id: number;
  readonly #deps: EvseControllerDeps;
  readonly #register: EvseMeter;
  readonly #meter: MeterSchedule;
  readonly #energy: EnergySwitch;
  readonly #allowance: EnergyAllowance;
  #state: EvseState = initialEvseState;
  #shown: ShownStatus = shownStatus(initialEvseState);
  #cancelTimeOut: Cancel = noTimer;
  #unlocking: Promise<boolean> | null = null;
  #closingLeftOpen = false;
  /** Only a signature is missing of the end: nothing flows, and why it ended is on disk (E-08). */
  #plugFree = false;
  #stopped = false;

  constructor(deps: EvseControllerDeps) {
    this.id = deps.description.id;
    this.#deps = deps;
    this.#energy = this.#createSwitch();
    this.#register = new EvseMeter({
      evse: this.id,
      read: () => deps.command({ type: 'readMeter', evse: this.id }),
      judge: (reading) => deps.keeper.judge(reading),
      onDistrust: (active) => this.dispatch({ kind: 'fault', fault: registerFault, active }),
      onProblem: deps.onProblem,
    });
    this.#allowance = new EnergyAllowance({
      time: deps.time,
      read: () => this.#register.readRegister(),
      onUsed: () => this.dispatch({ kind: 'allowanceUsed' }),
      onProblem: deps.onProblem,
    });
    this.#meter = new MeterSchedule({
      time: deps.time,
      intervalMs: deps.sampleIntervalMs,
      read: () => this.readMeter(),
      sample: (reading) => deps.keeper.sample(reading, 'Sample.Periodic', true),
      checkpoint: (reading) => deps.keeper.checkpoint(reading),
      onAnswering: (answers) => this.dispatch({ kind: 'fault', fault: meterFault, active: !answers }),
      onProblem: deps.onProblem,
    });
  }

  #createSwitch(): EnergySwitch {
    const { time, command, limits, onProblem } = this.#deps;
    return new EnergySwitch({
      time,
      close: async () => {
        await limits.admit();
        await command({ type: 'closeContactor', evse: this.id });
      },
      open: async () => {
        await command({ type: 'openContactor', evse: this.id });
        limits.opened();
      },
      onFailure: (error) => {
        onProblem(`EVSE ${this.id} cannot switch energy on: ${messageOf(error)}`);
        this.dispatch({ kind: 'stop', cause: { reason: 'other', idToken: null } });
      },
      onStuck: (error) => {
        if (error !== null) onProblem(`the contactor of EVSE ${this.id} did not open: ${messageOf(error)}`);
        // A lost driver says nothing of the contactor, and shows as a fault of its own.
        const isLost = error instanceof KerbsideError && error.code === 'driver.lost';
        this.dispatch({ kind: 'fault', fault: contactorFault, active: error !== null && !isLost });
      },
    });
  }

  get state(): EvseState {
    return this.#state;
  }

  /** Whether what a power cut left open here is still being closed: it counts as busy until then (R-01, C-02). */
  get closingLeftOpen(): boolean {
    return this.#closingLeftOpen;
  }

  /** Whether the plug may go though the end of the transaction is not recorded yet. */
  get plugFree(): boolean {
    return this.#plugFree;
  }

  get shown(): ShownStatus {
    return this.#shown;
  }

  get status(): ConnectorStatus {
    return this.#shown.status;
  }

  get description(): EvseDescription {
    return this.#deps.description;
  }

  get keeper(): TransactionKeeper {
    return this.#deps.keeper;
  }

  /** Whether the contactor is closed, as far as its commands tell. */
  get contactorClosed(): boolean {
    return this.#energy.closed;
  }

  /** Reads the meter once; a register that went back is left out. Rejects when the meter does not answer. */
  readMeter(): Promise<TrustedReading> {
    return this.#register.read();
  }

  /** Closes a transaction that a power cut or a restart left open: contactor first, then meter and journal. */
  async closeLeftOpen(record: TransactionRecord, samples: ReadonlyMap<number, Sample>): Promise<void> {
    this.#closingLeftOpen = true;
    await this.#energy.forceOpen();
    await this.#deps.keeper.recover(record, samples);
    await this.#finish();
  }

  /** Frees a plug that a power cut left locked: what held it is over, and nobody else would let it go. */
  async freePlug(): Promise<void> {
    if (this.#deps.description.state.lock === 'locked') await this.unlock();
  }

  /** Takes over what the hardware is at the start, after recovery has closed what was open. */
  adopt(): void {
    this.#closingLeftOpen = false;
    const { state } = this.#deps.description;
    for (const fault of state.faults) this.dispatch({ kind: 'fault', fault, active: true });
    if (state.contactor === 'closed' && !isBusy(this.#state)) void this.#energy.forceOpen();
    this.dispatch({ kind: 'pilot', state: state.pilot });
    // What was told so far, of this EVSE or of the station, may leave less than the hardware can.
    this.offerChanged(this.#deps.limits.milliamps() > 0);
    void this.#deps.legal()?.look();
  }

  /** Feeds the machine with one input and performs what it decides. */
  dispatch(input: EvseInput): void {
    if (this.#stopped) return;
    const step = stepEvse(this.#state, input, this.#deps.rules());
    this.#state = step.state;
    this.#tellShown();
    for (const effect of step.effects) this.#perform(effect);
  }

  /** The hardware says where the contactor is. */
  contactorReported(position: 'open' | 'closed' | 'welded'): void {
    if (position !== 'open') return;
    this.#energy.reportedOpen();
    if (!this.#energy.closed) this.#deps.limits.opened();
  }

  /** Moves the lock to where the plug can be pulled; whether it did. */
  unlock(): Promise<boolean> {
    this.#unlocking ??= this.#deps
      .command({ type: 'unlock', evse: this.id })
      .then(
        () => true,
        (error: unknown) => {
          this.#deps.onProblem(`EVSE ${this.id}: ${messageOf(error)}`);
          return false;
        },
      )
      .finally(() => {
        this.#unlocking = null;
      });
    return this.#unlocking;
  }

  /** Faults of this EVSE leave another limit. */
  limitChanged(): void {
    this.#deps.limits.changed();
  }

  /** The limits leave something to offer, or nothing. */
  offerChanged(offered: boolean): void {
    this.dispatch({ kind: 'offer', offered });
  }

  /** Keeps the contactor open while something is done; then it closes again if energy is still wanted. */
  async withOpenContactor(work: () => Promise<void>): Promise<void> {
    await this.#energy.hold();
    try {
      // One that is stuck is told as a fault, and ends the transaction.
      if (!this.#energy.closed) await work();
    } finally {
      await this.#energy.release();
    }
  }

  /** The sampling interval changed. */
  sampleIntervalChanged(): void {
    this.#meter.intervalChanged();
  }

  /** The station goes down: timers end, hardware is left to the driver. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimeOut();
    this.#meter.stop();
    this.#allowance.stop();
    this.#energy.stop();
    this.#deps.keeper.stop();
  }

  #tellShown(): void {
    const shown = shownStatus(this.#state);
    const before = this.#shown;
    this.#shown = shown;
    if (!isSameShown(before, shown)) this.#deps.onShown(this.id, shown);
  }

  #perform(effect: EvseEffect): void {
    switch (effect.kind) {
      case 'startTransaction':
        void this.#start(effect.grant);
        return;
      case 'stopTransaction':
        void this.#stop(effect.cause);
        return;
      case 'energy':
        void this.#energy.set(effect.on);
        return;
      case 'allowance':
        this.#allowance.start(effect.wattHours);
        return;
      case 'armSettling':
        this.#cancelTimeOut = this.#deps.time.after(settlingMs, () => this.dispatch({ kind: 'settled' }));
        return;
      case 'armConnectionTimeOut':
        this.#cancelTimeOut();
        this.#cancelTimeOut = this.#deps.time.after(this.#deps.connectionTimeOutMs(), () =>
          this.dispatch({ kind: 'connectionTimeOut' }),
        );
        return;
      case 'cancelConnectionTimeOut':
        this.#cancelTimeOut();
        return;
      case 'unlock':
        void this.unlock();
        return;
      case 'indicate':
        void this.#try({ type: 'indicate', evse: this.id, signal: effect.signal });
    }
  }

  async #start(grant: Grant): Promise<void> {
    try {
      await this.#lock();
      const record = await this.#deps.keeper.start(grant);
      this.#deps.onTransaction(this.id, 'started', record.key);
      this.#meter.start();
      if (record.legal !== undefined) this.#deps.legal()?.began();
      this.dispatch({ kind: 'started' });
    } catch (error) {
      this.#deps.onProblem(`EVSE ${this.id} did not start: ${messageOf(error)}`);
      this.dispatch({ kind: 'startFailed', fault: faultOfStart(error) });
    }
  }

  async #lock(): Promise<void> {
    if (this.#deps.description.fixedCable) return;
    try {
      await this.#deps.command({ type: 'lock', evse: this.id });
    } catch (error) {
      throw new LockFailure('driver.refused', messageOf(error), { cause: error });
    }
  }

  /** The order is law: reason on disk, contactor open, meter closed, end on disk, then everything else (E-08, INV-02). */
  async #stop(cause: StopCause): Promise<void> {
    this.#meter.stop();
    this.#allowance.stop();
    const { keeper, legal } = this.#deps;
    const key = keeper.record?.key ?? '';
    const isLegal = keeper.record?.legal !== undefined;
    legal()?.ended();
    const isOnDisk = await this.#tolerate(keeper.beginStop(cause));
    await this.#energy.set(false);
    const cancelDark = isLegal ? this.#awaitSignature(isOnDisk && !this.#energy.closed) : noTimer;
    await this.#finish();
    this.#plugFree = false;
    cancelDark();
    if (this.#stopped) return;
    legal()?.free();
    this.#register.transactionEnded();
    this.#deps.onTransaction(this.id, 'ended', key);
    this.dispatch({ kind: 'stopped' });
  }

  /** What the meter signs may take a while: the plug is free meanwhile, and what shows is that nothing flows (E-08). */
  #awaitSignature(mayGo: boolean): Cancel {
    this.#plugFree = mayGo;
    if (mayGo) this.dispatch({ kind: 'plugMayGo' });
    return this.#deps.time.after(slowSignatureMs, () => this.dispatch({ kind: 'endDelayed' }));
  }

  /** Records the end; as long as the store refuses, it is tried again, and nobody else can charge here. */
  async #finish(): Promise<void> {
    for (;;) {
      try {
        await this.#deps.keeper.finish();
        return;
      } catch (error) {
        if (this.#stopped) return;
        this.#deps.onProblem(
          `the end of the transaction at EVSE ${this.id} cannot be recorded yet: ${messageOf(error)}`,
        );
        this.dispatch({ kind: 'endDelayed' });
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#deps.time.after(retryFinishMs, () => resolve());
        await promise;
      }
    }
  }

  async #try(command: HardwareCommand): Promise<void> {
    await this.#tolerate(this.#deps.command(command));
  }

  /** Whether it worked; a failure is told. */
  async #tolerate(work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      return true;
    } catch (error) {
      this.#deps.onProblem(`EVSE ${this.id}: ${messageOf(error)}`);
      return false;
    }
  }
}
