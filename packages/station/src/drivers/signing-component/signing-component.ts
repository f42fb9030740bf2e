import { curves } from '@kerbside/ocmf';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Random } from '../../core/random.ts';
import type { Time } from '../../core/time.ts';
import { commandLimitsMs } from '../../evse/command-limits.ts';
import type {
  DrivableHardware,
  EvseDescription,
  HardwareAnswer,
  HardwareCommand,
  HardwareDescription,
  HardwareEvent,
  MeterReading,
  SigningDescription,
} from '../../evse/hardware.ts';
import { keyPairOf, makeKey } from '../signing/key-pair.ts';
import type { KeyPair } from '../signing/key-pair.ts';
import type { MeterClock } from '../signing/meter-clock.ts';
import { isMeterCommand } from '../signing/meter-command.ts';
import type { MeterCommand } from '../signing/meter-command.ts';
import type { RecordIdentity } from '../signing/signed-record.ts';
import type { ComponentState } from './component-state.ts';
import { lockPoint, withPoint } from './point-locks.ts';
import { PointQueue } from './point-queue.ts';
import { askPoint, needsReading, seeRegister } from './signing-point.ts';
import type { Present, SigningPoint } from './signing-point.ts';

/** What a signing component works with. */
export interface SigningComponentOptions {
  /** The driver behind it. Its meters that sign themselves are left as they are. */
  readonly behind: DrivableHardware;
  readonly time: Time;
  /** Makes keys. */
  readonly random: Random;
  /** Over the legally relevant part, as it is now. */
  readonly checksum: string;
  readonly state: ComponentState;
  /** Stores the state; it is on disk when this returns. */
  readonly save: (state: ComponentState) => void;
  /** Why a meter or a checksum that differs is accepted; null: it is not. */
  readonly relock: string | null;
}

const name = 'Kerbside signing component (TEST)';
const version = '1';
const signing: SigningDescription = { test: true, records: 'single', intermediate: true, clock: true, memory: true };
/** What plays with a meter that signs itself: the one behind does not. */
const actionsOfSigners: ReadonlySet<string> = new Set(['meterKey', 'meterCondition']);

/** A meter that the component signs for. */
interface OwnMeter {
  readonly serial: string;
  readonly identity: RecordIdentity;
}

/**
 * A sealed component beside the meter (eichrecht.md E-01), for tests: a driver in front of a driver, which passes on everything
 * that does not concern what is signed. Every record is on disk before it is given.
 */
export class SigningComponent implements DrivableHardware {
  readonly #options: SigningComponentOptions;
  readonly #queue = new PointQueue();
  readonly #clocks = new Map<number, MeterClock>();
  readonly #pairs = new Map<string, KeyPair>();
  #meters: ReadonlyMap<number, OwnMeter> = new Map();
  #state: ComponentState;
  #listener: (event: HardwareEvent) => void = () => undefined;

  constructor(options: SigningComponentOptions) {
    this.#options = options;
    this.#state = options.state;
  }

  async start(listener: (event: HardwareEvent) => void, signal: AbortSignal): Promise<HardwareDescription> {
    this.#listener = listener;
    const description = await this.#options.behind.start((event) => this.#heard(event), signal);
    this.returned(description);
    return described(description);
  }

  command<C extends HardwareCommand>(command: C, signal: AbortSignal): Promise<HardwareAnswer<C['type']>>;
  async command(command: HardwareCommand, signal: AbortSignal): Promise<unknown> {
    const { behind } = this.#options;
    const evse = 'evse' in command ? command.evse : 0;
    if (!this.#meters.has(evse)) return behind.command(command, signal);
    if (isMeterCommand(command)) return this.#queue.run(evse, () => this.#ask(command, signal));
    if (command.type !== 'readMeter') return behind.command(command, signal);
    return this.#queue.run(evse, () => this.#passReading(evse, signal));
  }

  stop(): Promise<void> {
    return this.#options.behind.stop();
  }

  simulate(action: JsonObject): Promise<JsonObject> {
    const { action: kind, evse, state } = action;
    if (kind !== 'meterClock' || typeof evse !== 'number' || !this.#meters.has(evse))
      return this.#options.behind.simulate(action);
    if (state !== 'lost') {
      const problem = 'the clock of the component can only be lost';
      return Promise.reject(new KerbsideError('simulator.refused', problem));
    }
    this.#clocks.delete(evse);
    this.#listener({ type: 'meter', evse });
    return Promise.resolve({});
  }

  /** The driver behind describes its hardware (again): locks what was never locked. Throws what `save` throws. */
  returned(description: HardwareDescription): void {
    const own = description.evses.flatMap((evse) => ownMeter(description, evse));
    this.#meters = new Map(own);
    const { checksum, random, relock, time } = this.#options;
    const means = { relock, wallMs: time.systemWallMs(), makeKey: () => makeKey(curves[0]?.method ?? '', random) };
    let state = this.#state;
    // A meter without a number cannot be told from another one, so nothing is locked with it.
    for (const [evse, { serial }] of own)
      if (serial !== '') state = lockPoint(state, evse, { serial, checksum }, means);
    this.#keep(state);
  }

  /** The power of everything was cut: the clocks are unset. */
  powerCycled(): void {
    this.#clocks.clear();
  }

  #heard(event: HardwareEvent): void {
    this.#listener(event);
    if (event.type !== 'back') return;
    for (const evse of this.#meters.keys()) this.#listener({ type: 'meter', evse });
  }

  async #ask(command: MeterCommand, signal: AbortSignal): Promise<object> {
    const meter = this.#meter(command.evse);
    const lock = { serial: meter.serial, checksum: this.#options.checksum };
    const isRead = needsReading(this.#point(command.evse), lock, command);
    const reading = isRead ? await this.#read(command.evse, signal) : null;
    if (signal.aborted) throw new KerbsideError('driver.timeout', `${command.type} was given up`);
    // What was read belongs to the meter that was there: another one may have come meanwhile.
    if (this.#meter(command.evse).serial !== meter.serial) throw refused('the meter was exchanged while it was read');
    const before = this.#point(command.evse);
    const { point, clock, answer, problem } = askPoint(before, command, this.#present(meter, before, reading));
    if (point !== before) this.#keep(withPoint(this.#state, point));
    if (clock !== null && command.type === 'setMeterClock') this.#clocks.set(command.evse, clock);
    if (problem !== null || answer === null) throw refused(problem ?? 'the component gave no answer');
    return answer;
  }

  #present({ serial, identity }: OwnMeter, point: SigningPoint, reading: MeterReading | null): Present {
    const { checksum, time } = this.#options;
    return {
      lock: { serial, checksum },
      component: { name, version, checksum },
      identity: { ...identity, GV: `${version} ${checksum.slice(0, 16)}` },
      clock: this.#clocks.get(point.evse) ?? null,
      nowMs: time.monotonicMs(),
      keys: this.#pairOf(point),
      reading,
    };
  }

  /** A reading that only passes through shows all the same whether the register went back. */
  async #passReading(evse: number, signal: AbortSignal): Promise<MeterReading> {
    // Unchanged, and so are its refusals.
    const reading = await this.#options.behind.command({ type: 'readMeter', evse }, signal);
    const before = this.#state.points.find((each) => each.evse === evse);
    if (before === undefined) return reading;
    const { point } = seeRegister(before, reading);
    const state = withPoint(this.#state, point);
    // What was highest is stored with the next record; that it went back must be known after a power cut as well.
    if (point.failure === before.failure) this.#state = state;
    else this.#keep(state);
    return reading;
  }

  /** Reads the meter behind. Rejects with words: there is no value in its place. */
  async #read(evse: number, signal: AbortSignal): Promise<MeterReading> {
    const { behind, time } = this.#options;
    const limit = new AbortController();
    const cancel = time.after(commandLimitsMs.readMeter, () => limit.abort());
    try {
      return await behind.command({ type: 'readMeter', evse }, AbortSignal.any([signal, limit.signal]));
    } catch (error) {
      const problem = `the meter behind the component gives no register: ${messageOf(error)}`;
      throw new KerbsideError('driver.refused', problem, { cause: error });
    } finally {
      cancel();
    }
  }

  #meter(evse: number): OwnMeter {
    const meter = this.#meters.get(evse);
    if (meter !== undefined) return meter;
    throw refused(`EVSE ${evse} has no meter that the component signs for`);
  }

  #point(evse: number): SigningPoint {
    const point = this.#state.points.find((each) => each.evse === evse);
    if (point !== undefined) return point;
    throw refused(`the meter of EVSE ${evse} has no serial number, so the component cannot be locked with it`);
  }

  #pairOf({ key }: SigningPoint): KeyPair {
    const known = this.#pairs.get(key.secret);
    if (known !== undefined) return known;
    const pair = keyPairOf(key);
    this.#pairs.set(key.secret, pair);
    return pair;
  }

  /** On disk first: what cannot be stored did not happen. */
  #keep(state: ComponentState): void {
    if (state === this.#state) return;
    try {
      this.#options.save(state);
    } catch (error) {
      throw new KerbsideError('driver.refused', `the component cannot store what it signs: ${messageOf(error)}`, {
        cause: error,
      });
    }
    this.#state = state;
  }
}

/** The same hardware with meters that sign. */
function described(description: HardwareDescription): HardwareDescription {
  const { actions, evses } = description;
  const someSign = evses.some(({ meter }) => meter?.signs === true);
  return {
    ...description,
    ...(actions === undefined || someSign ? {} : { actions: actions.filter((each) => !actionsOfSigners.has(each)) }),
    evses: evses.map((evse) =>
      evse.meter === null || evse.meter.signs ? evse : { ...evse, meter: { ...evse.meter, signs: true, signing } },
    ),
  };
}

function ownMeter(
  { vendor, firmwareVersion = '' }: HardwareDescription,
  { id, meter }: EvseDescription,
): readonly (readonly [number, OwnMeter])[] {
  if (meter === null || meter.signs) return [];
  const { serial, type } = meter;
  const identity = {
    GI: 'KERBSIDE SIGNING COMPONENT, TEST ONLY',
    GS: serial,
    GV: version,
    MV: vendor,
    MM: type,
    MS: serial,
    MF: firmwareVersion,
  };
  return [[id, { serial, identity }]];
}

function refused(problem: string): KerbsideError {
  return new KerbsideError('driver.refused', problem);
}
