import { KerbsideError, messageOf } from '../../core/errors.ts';
import { noTimer } from '../../core/no-timer.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { Cancel, Time } from '../../core/time.ts';
import { blockCauses, type BlockCause } from '../../eichrecht/block-causes.ts';
import type { Logbook } from '../../eichrecht/logbook.ts';
import type { Grant } from '../../evse/evse-state.ts';
import type {
  ChargePlace,
  HardwareAnswer,
  HardwareCommand,
  MeterDescription,
  MeterState,
  UserAssignment,
} from '../../evse/hardware.ts';
import type { Store, Write } from '../../store/store.ts';
import {
  LegalRefusal,
  type Admission,
  type LegalMeter as LegalMeterPort,
  type LegalNote,
} from '../../transactions/legal-port.ts';
import type { MeterSide } from '../../transactions/meter-side.ts';
import type { SignedKeeping } from '../../transactions/signed-keeping.ts';
import { MeterClock } from './meter-clock.ts';
import { MeterIdentity } from './meter-identity.ts';
import { closeStray, fillGaps, missingRecords, type MeterRecordsDeps } from './meter-records.ts';
import { SessionWatch } from './session-watch.ts';

/** What calibration law at one EVSE works with. */
export interface LegalMeterDeps {
  readonly station: string;
  readonly evse: number;
  readonly meter: () => MeterDescription | null;
  readonly time: Time;
  readonly clock: Pick<StationClock, 'nowMs' | 'valid'>;
  readonly store: Store;
  readonly command: <C extends HardwareCommand>(command: C) => Promise<HardwareAnswer<C['type']>>;
  readonly signed: () => SignedKeeping;
  readonly logbook: () => Logbook;
  /** Whether Eichrecht applies here now. */
  readonly applies: () => boolean;
  readonly rules: () => LegalRules;
  readonly assignment: (grant: Grant) => UserAssignment;
  readonly place: () => ChargePlace;
  /** A cause that keeps people from starting here is found, or over. */
  readonly block: (cause: BlockCause, active: boolean, detail?: string) => void;
  /** The transactions of the EVSE. */
  readonly keeper: () => LegalKeeper;
  /** Another EVSE whose meter has this serial number; null: none has. */
  readonly sharedWith: (serial: string) => number | null;
  /** The meter has another key than it had, or is another one. */
  readonly onKey: () => void;
  /** The session that runs has to end at once. */
  readonly onFailed: () => void;
  readonly onProblem: (problem: string) => void;
}

/** The transactions of the EVSE, as far as its meter is concerned. */
export interface LegalKeeper {
  readonly meter: Pick<MeterSide, 'knows' | 'busy' | 'leftCount'>;
  readonly record: { readonly key: string } | null;
  closeLeft(): Promise<void>;
}

/** What parameters say. */
export interface LegalRules {
  readonly signedEndMs: number;
  readonly tariffText: string;
  readonly zone: string;
}

/** Between two looks at a meter with which something is wrong that may pass by itself. */
const againMs = 10_000;

/** Causes that a look at the meter decides on. */
const causesOfState = [
  'meterFailed',
  'meterReplaced',
  'meterShared',
  'keyChanged',
  'keyMissing',
  'componentChanged',
] as const;

/**
 * The calibration law at one EVSE: whether its meter may be billed by, its clock, and what it may have open
 * (eichrecht.md sections 1, 2 and 4). What the law forbids is told as a cause that blocks.
 */
export class LegalMeter implements LegalMeterPort {
  readonly #deps: LegalMeterDeps;
  readonly #identity: MeterIdentity;
  readonly #clock: MeterClock;
  readonly #watch: SessionWatch;
  readonly #causes = new Set<BlockCause>();
  #state: MeterState | null = null;
  #cancel: Cancel = noTimer;
  #stray = false;
  #stopped = false;
  /** One look after the other. */
  #line: Promise<unknown> = Promise.resolve();

  constructor(deps: LegalMeterDeps) {
    const { station, evse, time, clock, store, command, logbook } = deps;
    this.#deps = deps;
    this.#identity = new MeterIdentity({ station, evse, store, logbook });
    this.#clock = new MeterClock({
      evse,
      time,
      clock,
      zone: () => deps.rules().zone,
      command,
      record: (text) => logbook().record('timeSet', evse, text, 'station'),
    });
    this.#watch = new SessionWatch({
      time,
      look: () => this.#lookInSession(),
      onFailed: (why) => this.#failed(why),
    });
  }

  get applies(): boolean {
    return this.#deps.applies();
  }

  get intermediate(): boolean {
    return this.#signing?.intermediate === true;
  }

  get signedEndMs(): number {
    return this.#deps.rules().signedEndMs;
  }

  get identity(): LegalMeterPort['identity'] {
    const serial = this.#state?.serial ?? this.#deps.meter()?.serial ?? '';
    const meter = { serial, test: this.#signing?.test === true };
    return { meter, publicKey: this.#identity.known?.publicKey ?? null };
  }

  /** The key of the meter as it is now; of one that was not asked or is lost, the one it was commissioned with. Null: none. */
  get key(): { readonly serial: string; readonly publicKey: string } | null {
    const { publicKey, serial } = this.#state ?? this.#identity.known ?? { publicKey: null, serial: '' };
    return publicKey === null || publicKey === '' ? null : { serial, publicKey };
  }

  /** How the meter said it is when it was asked last; null: it was not, or cannot be. */
  get state(): MeterState | null {
    return this.#state;
  }

  get #records(): MeterRecordsDeps {
    const { meter } = this.identity;
    return { ...this.#deps, meter, memory: this.#signing?.memory === true, identity: this.#identity };
  }

  get #signing(): MeterDescription['signing'] {
    return this.#deps.meter()?.signing ?? null;
  }

  async missing(after: number, before: number): ReturnType<LegalMeterPort['missing']> {
    await this.#identity.load();
    return missingRecords(after, before, this.#records);
  }

  note(kind: LegalNote, text: string): readonly Write[] {
    return this.#deps.logbook().entry(kind, this.#deps.evse, text, 'station');
  }

  leftInMeter(count: number): void {
    this.#tellOpen();
    if (count > 0) this.#again();
  }

  /** Looks how the meter is, brings it to where a session may begin, and tells what is in the way. Never rejects. */
  async look(): Promise<void> {
    const { keeper, evse, onProblem } = this.#deps;
    try {
      await this.#inLine(() => this.#prepare());
      if (this.#stopped || keeper().meter.leftCount === 0) return;
      await keeper().closeLeft();
      if (keeper().meter.leftCount > 0) this.#again();
      else await this.#inLine(() => this.#prepare());
    } catch (error) {
      if (!this.#stopped) onProblem(`EVSE ${evse}: ${messageOf(error)}`);
      this.#again();
    }
  }

  /** Accepts the meter as it is now, with its key and its component. Rejects when it does not answer, or the store does not. */
  async commission(by: 'operator' | 'manufacturer', reason: string): Promise<void> {
    await this.#inLine(async () => {
      if (this.#signing === null)
        throw new KerbsideError('eichrecht.refused', `the meter of EVSE ${this.#deps.evse} cannot be asked what it is`);
      await this.#identity.commission(await this.#ask(), by, reason);
      await this.#prepare();
    });
  }

  async admit(grant: Grant): Promise<Admission> {
    return this.#inLine(async () => {
      await this.#prepareFor();
      const { signed, assignment, place, rules } = this.#deps;
      await signed().load();
      const { blocked } = signed();
      if (blocked !== null) this.#refuse(blocked === 'full' ? 'archiveFull' : 'archiveDamaged', '');
      const { tariffText } = rules();
      const { meter, publicKey } = this.identity;
      const written =
        this.#signing === null
          ? {}
          : {
              assignment: assignment(grant),
              place: place(),
              ...(tariffText === '' ? {} : { tariffText }),
            };
      return { ...written, combined: this.#signing?.records === 'combined', meter, publicKey };
    });
  }

  /** A session runs by the meter: it is watched until `ended`. */
  began(): void {
    this.#watch.start();
  }

  /** The session ends: what had to wait for that follows. */
  ended(): void {
    this.#watch.stop();
  }

  /** The session is over, and its meter is free again. */
  free(): void {
    if (this.#clock.dueInMs === 0 || this.#causes.size > 0) void this.look();
  }

  /** The station's clock was set, however little. */
  clockSet(): void {
    if (this.#signing?.clock === true && this.#clock.dueInMs === 0) void this.look();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#watch.stop();
  }

  /** Preconditions in the order of eichrecht.md section 2; rejects with `LegalRefusal` at the first that fails. */
  async #prepareFor(): Promise<void> {
    try {
      await this.#prepare();
    } catch (error) {
      throw new LegalRefusal(messageOf(error), null, { cause: error });
    }
    const [first] = this.#causes;
    if (first !== undefined) this.#refuse(first, '');
  }

  #refuse(cause: BlockCause, detail: string): never {
    throw new LegalRefusal(`${blockCauses[cause].sentence}${detail}`, null);
  }

  /** Asks the meter, and does outside sessions what has to be done there. Rejects when the meter or the store does not answer. */
  async #prepare(): Promise<void> {
    const { applies, meter, keeper } = this.#deps;
    if (this.#stopped) return;
    if (!applies()) return this.#nothingHolds();
    this.#set('notSigning', meter()?.signs !== true);
    if (meter()?.signs !== true) return;
    if (this.#signing === null) {
      await this.#answers(this.#deps.command({ type: 'readMeter', evse: this.#deps.evse }));
      return;
    }
    const state = await this.#judged();
    const { busy, leftCount } = keeper().meter;
    if (busy || leftCount > 0) return;
    await this.#settle(state);
  }

  async #judged(): Promise<MeterState> {
    // A meter that does not answer has its key all the same (pitfall 18).
    await this.#identity.load();
    const state = await this.#ask();
    const { condition, problem = 'it does not say why' } = state;
    const found = await this.#identity.judge(state);
    const other = this.#deps.sharedWith(state.serial);
    const causes = new Map<BlockCause, string>([
      ...found,
      ...(condition === 'failed' ? [['meterFailed', problem] as const] : []),
      ...(other === null ? [] : [['meterShared', `${state.serial} is that of EVSE ${other} too`] as const]),
    ]);
    for (const cause of causesOfState) this.#set(cause, causes.has(cause), causes.get(cause));
    return state;
  }

  /** Outside sessions: nothing stays open in the meter, no record is missing, its clock is right. */
  async #settle(state: MeterState): Promise<void> {
    const { keeper } = this.#deps;
    const records = this.#records;
    const open = state.openTransaction;
    this.#stray = open !== null && !keeper().meter.knows(open);
    if (open !== null && this.#stray) {
      this.#tellOpen();
      await closeStray(open, records);
      this.#stray = false;
    }
    this.#tellOpen();
    const now = open === null ? state : await this.#ask();
    if (this.#identity.known?.serial === now.serial) await fillGaps(now, records);
    const { state: last, problem } = await this.#clock.keep(now, this.#signing?.clock === true);
    this.#keep(last);
    this.#set('clockUnset', problem !== null, problem ?? '');
    this.#again();
  }

  async #lookInSession(): Promise<string | null> {
    const { evse, command, keeper } = this.#deps;
    if (this.#signing === null) {
      await command({ type: 'readMeter', evse });
      return null;
    }
    const state = await command({ type: 'meterState', evse });
    this.#keep(state);
    const record = keeper().record;
    const causes = await this.#identity.judge(state);
    if (state.condition === 'failed') return `the meter has failed: ${state.problem ?? 'it does not say why'}`;
    const [changed] = causes;
    if (changed !== undefined) return `${blockCauses[changed[0]].sentence} (${changed[1]})`;
    if (state.clock === 'unset' && this.#signing?.clock === true) return 'the meter lost its clock';
    if (record !== null && state.openTransaction !== record.key) return 'the meter has not this session open any more';
    return null;
  }

  #failed(why: string): void {
    const { onProblem, onFailed, evse } = this.#deps;
    onProblem(`the session at EVSE ${evse} ends, because its meter cannot be relied on: ${why}`);
    onFailed();
    void this.look();
  }

  async #ask(): Promise<MeterState> {
    return this.#keep(await this.#answers(this.#deps.command({ type: 'meterState', evse: this.#deps.evse })));
  }

  #keep(state: MeterState): MeterState {
    const before = this.#state;
    this.#state = state;
    if (before?.publicKey !== state.publicKey || before.serial !== state.serial) this.#deps.onKey();
    return state;
  }

  /** A lost driver shows as a fault of its own. */
  async #answers<T>(asked: Promise<T>): Promise<T> {
    try {
      const answer = await asked;
      this.#set('meterLost', false);
      return answer;
    } catch (error) {
      const isDriver = error instanceof KerbsideError && error.code === 'driver.lost';
      if (!isDriver) this.#set('meterLost', true, messageOf(error));
      throw error;
    }
  }

  #nothingHolds(): void {
    for (const cause of this.#causes) this.#set(cause, false);
    this.#cancel();
  }

  #tellOpen(): void {
    const { leftCount } = this.#deps.keeper().meter;
    this.#set('openInMeter', this.applies && (this.#stray || leftCount > 0));
  }

  #set(cause: BlockCause, active: boolean, detail = ''): void {
    if (this.#stopped) return;
    if (active) this.#causes.add(cause);
    else this.#causes.delete(cause);
    this.#deps.block(cause, active, detail);
  }

  /** Looks again soon while something is wrong, and otherwise when the clock has to be set. */
  #again(): void {
    this.#cancel();
    if (this.#stopped) return;
    const wrong = this.#causes.size > 0;
    const clockMs = this.#signing?.clock === true ? Math.max(againMs, this.#clock.dueInMs) : null;
    const delayMs = wrong ? againMs : clockMs;
    this.#cancel = delayMs === null ? noTimer : this.#deps.time.after(delayMs, () => void this.look());
  }

  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work, work);
    this.#line = result.catch(() => undefined);
    return result;
  }
}
