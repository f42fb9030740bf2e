import { KerbsideError, messageOf } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Time } from '../../core/time.ts';
import { commandWithLimit } from '../../evse/command-limits.ts';
import type {
  DrivableHardware,
  EvseDescription,
  EvseReading,
  HardwareAnswer,
  HardwareCommand,
  HardwareDescription,
  HardwareEvent,
  MeterReading,
} from '../../evse/hardware.ts';
import { CaseFailure, CaseSkipped, expect } from './verdict.ts';
import { WireProbe } from './wire-probe.ts';

/** What a case works with. */
export interface CheckBenchParts {
  readonly driver: DrivableHardware;
  readonly time: Time;
  /** Lets so much of the driver's time pass. */
  readonly elapse: (ms: number) => Promise<void>;
  readonly socketPath: string | null;
  /** The charging point that is checked. */
  readonly evse: number;
}

const never = new AbortController().signal;
const lookEveryMs = 50;
/** How long a vehicle may take to ask for energy, and how long a person to plug one in. */
const vehicleMs = 15_000;

/** A started driver, with what it told, and the steps that cases have in common. */
export class CheckBench {
  readonly driver: DrivableHardware;
  readonly time: Time;
  readonly evse: number;
  readonly events: HardwareEvent[] = [];
  readonly elapse: (ms: number) => Promise<void>;
  readonly #socketPath: string | null;
  readonly #probes: WireProbe[] = [];
  #description: HardwareDescription | undefined;

  constructor(parts: CheckBenchParts) {
    this.driver = parts.driver;
    this.time = parts.time;
    this.evse = parts.evse;
    this.elapse = parts.elapse;
    this.#socketPath = parts.socketPath;
  }

  /** Starts the driver, or starts it again; `events` gets what it tells. */
  async start(): Promise<HardwareDescription> {
    this.#description = await this.driver.start((event) => this.events.push(event), never);
    return this.#description;
  }

  get description(): HardwareDescription {
    expect(this.#description !== undefined, 'the driver was not started');
    return this.#description;
  }

  /** What the driver says of the charging point that is checked. */
  get point(): EvseDescription {
    const point = this.description.evses.find(({ id }) => id === this.evse);
    expect(point !== undefined, `the driver describes no EVSE ${this.evse}`);
    return point;
  }

  /** Whether vehicles, cards and faults can be played. */
  plays(action: string): boolean {
    return this.description.actions?.includes(action) ?? false;
  }

  /** Asks for one thing within its time limit. */
  command<C extends HardwareCommand>(command: C): Promise<HardwareAnswer<C['type']>> {
    return commandWithLimit(this.driver, this.time, command);
  }

  state(): Promise<EvseReading> {
    return this.command({ type: 'readState', evse: this.evse });
  }

  meter(): Promise<MeterReading> {
    return this.command({ type: 'readMeter', evse: this.evse });
  }

  /** Asks for something that the driver must refuse, and gives back how it says so. */
  async refused(command: HardwareCommand, why: string, message: RegExp = /./): Promise<string> {
    const refusal = await this.command(command).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal !== null, `${JSON.stringify(command)} was done, but must be refused: ${why}`);
    const code = refusal instanceof KerbsideError ? refusal.code : 'nothing';
    expect(code === 'driver.refused', `${command.type} must be refused with a reason, but: ${messageOf(refusal)}`);
    expect(
      message.test(messageOf(refusal)),
      `${command.type} was refused with “${messageOf(refusal)}”; expected ${message}`,
    );
    return messageOf(refusal);
  }

  /** Plays something at the hardware. */
  async play(action: JsonObject): Promise<JsonObject> {
    try {
      return await this.driver.simulate(action);
    } catch (error) {
      throw new CaseFailure(
        `\`simulate\` offers ${JSON.stringify(action['action'])}, but refused it: ${messageOf(error)}`,
      );
    }
  }

  /** Waits until the condition holds. */
  async until(what: string, limitMs: number, condition: () => Promise<boolean> | boolean): Promise<void> {
    const endMs = this.time.monotonicMs() + limitMs;
    while (!(await condition())) {
      expect(this.time.monotonicMs() < endMs, `${what} did not happen within ${limitMs / 1_000} s`);
      await this.elapse(lookEveryMs);
    }
  }

  /** A vehicle is plugged in when this resolves. */
  async plug(): Promise<void> {
    if (this.plays('plug')) await this.play({ action: 'plug', evse: this.evse });
    else if ((await this.state()).pilot === 'A') throw new CaseSkipped(`no vehicle is plugged in at EVSE ${this.evse}`);
  }

  /** A vehicle takes energy when this resolves. */
  async charge(milliamps: number): Promise<void> {
    await this.plug();
    if (!this.point.fixedCable) await this.command({ type: 'lock', evse: this.evse });
    await this.command({ type: 'setLimit', evse: this.evse, milliamps });
    await this.command({ type: 'closeContactor', evse: this.evse });
    const { contactor } = await this.state();
    expect(contactor === 'closed', `closeContactor was answered, but the contactor is ${contactor}`);
    await this.until('pilot C or D', vehicleMs, async () => /[CD]/.test((await this.state()).pilot)).catch(
      (error: unknown) => {
        if (this.plays('plug')) throw error;
        throw new CaseSkipped('the vehicle that is plugged in does not ask for energy');
      },
    );
  }

  /** A connection for what goes over the wire; the bench is not the station any more. */
  async wire(options: { readonly heartbeats?: boolean } = {}): Promise<WireProbe> {
    expect(this.#socketPath !== null, 'the driver has no socket');
    await this.driver.stop();
    const probe = await WireProbe.open(this.#socketPath, this.time, options);
    this.#probes.push(probe);
    return probe;
  }

  /** Leaves the hardware as the next case expects it: no power, no vehicle, nobody connected. */
  async close(): Promise<void> {
    for (const probe of this.#probes) probe.close();
    if (this.#description === undefined) return;
    if (this.plays('unplug')) {
      await this.driver.stop();
      await this.#start().catch(() => undefined);
      await this.driver.simulate({ action: 'unplug', evse: this.evse, force: true }).catch(() => undefined);
    }
    await this.driver.stop();
  }

  async #start(): Promise<void> {
    await this.driver.start(() => undefined, never);
  }
}
