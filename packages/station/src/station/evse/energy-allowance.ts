import { messageOf } from '../../core/errors.ts';
import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { MeterReading } from '../../evse/hardware.ts';

/** What the allowance works with. */
export interface EnergyAllowanceDeps {
  readonly time: Time;
  readonly read: () => Promise<MeterReading>;
  /** The energy has been supplied, or cannot be counted. */
  readonly onUsed: () => void;
  readonly onProblem: (problem: string) => void;
}

/** Between two looks at the meter: the nearer the end, the closer together. */
const look = { leastMs: 100, mostMs: 1_000 } as const;

const msPerHour = 3_600_000;

/**
 * Lets a refused identifier take `MaxEnergyOnInvalidId`, counted by the meter from the moment of the refusal. What
 * cannot be counted is not given: a reading that fails ends it.
 */
export class EnergyAllowance {
  readonly #deps: EnergyAllowanceDeps;
  #cancel: Cancel = noTimer;
  /** Counts the allowances: a reading belongs to the one for which it was asked. */
  #turn = 0;

  constructor(deps: EnergyAllowanceDeps) {
    this.#deps = deps;
  }

  /** Grants so many Wh from now on. */
  start(wattHours: number): void {
    this.stop();
    void this.#look(this.#turn, wattHours, null);
  }

  /** The transaction ends; harmless without an allowance. */
  stop(): void {
    this.#turn++;
    this.#cancel();
  }

  async #look(turn: number, wattHours: number, beganWh: number | null): Promise<void> {
    const reading = await this.#read();
    if (turn !== this.#turn) return;
    const fromWh = beganWh ?? reading?.energyImportWh ?? 0;
    const leftWh = reading === null ? 0 : wattHours - (reading.energyImportWh - fromWh);
    if (!(leftWh > 0)) {
      this.#deps.onUsed();
      return;
    }
    const delayMs = untilUsedMs(leftWh, reading?.powerW);
    this.#cancel = this.#deps.time.after(delayMs, () => void this.#look(turn, wattHours, fromWh));
  }

  async #read(): Promise<MeterReading | null> {
    try {
      return await this.#deps.read();
    } catch (error) {
      this.#deps.onProblem(`what a refused identifier takes cannot be counted any more: ${messageOf(error)}`);
      return null;
    }
  }
}

/** A meter without a power reading is looked at as often as possible. */
function untilUsedMs(leftWh: number, powerW: number | undefined): number {
  if (powerW === undefined) return look.leastMs;
  const expectedMs = powerW > 0 ? (leftWh / powerW) * msPerHour : look.mostMs;
  return Math.min(look.mostMs, Math.max(look.leastMs, expectedMs));
}
