import type { Time } from '../../core/time.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { Logbook } from '../../eichrecht/logbook.ts';
import { nextOffsetChange, zoneOffsetMinutes } from '../../eichrecht/time-zone.ts';
import type { HardwareAnswer, HardwareCommand, MeterState } from '../../evse/hardware.ts';

export interface MeterClockDeps {
  readonly evse: number;
  readonly time: Time;
  readonly clock: Pick<StationClock, 'nowMs' | 'valid'>;
  /** An IANA name. */
  readonly zone: () => string;
  readonly command: <C extends HardwareCommand>(command: C) => Promise<HardwareAnswer<C['type']>>;
  /** Writes an entry; resolves when it is on disk. */
  readonly record: (text: string) => ReturnType<Logbook['record']>;
}

/** What a meter's clock may be off before a transaction begins with it. */
const driftMs = 2_000;
/** Before a day is over, with room for a transaction that is not interrupted (E-16). */
const resetMs = 23 * 3_600_000;
/** The station's clock was set if it left its course by more than this. */
const jumpMs = 1_000;

/**
 * Keeps the clock of one meter by the station's: sets it outside transactions only, at least once a day, and when either clock
 * moved (eichrecht.md E-15, E-16, pitfall 10).
 */
export class MeterClock {
  readonly #deps: MeterClockDeps;
  /** When it was set last, on the monotonic clock, and by which difference from the wall clock; null: not in this life. */
  #set: { readonly atMs: number; readonly courseMs: number; readonly zone: string; readonly untilMs: number } | null =
    null;

  constructor(deps: MeterClockDeps) {
    this.#deps = deps;
  }

  /** How long until it has to be set again, in ms; 0 when it is due. */
  get dueInMs(): number {
    const { time, zone } = this.#deps;
    if (this.#set === null || this.#set.zone !== zone()) return 0;
    if (Math.abs(this.#course - this.#set.courseMs) > jumpMs) return 0;
    return Math.max(0, this.#set.untilMs - time.monotonicMs());
  }

  /**
   * Brings the clock to where a transaction may begin. Gives back the meter's state, and why its time may not be used; to be called
   * outside transactions only. Rejects when the meter does not answer.
   */
  async keep(
    state: MeterState,
    settable: boolean,
  ): Promise<{ readonly state: MeterState; readonly problem: string | null }> {
    if (!settable) return { state, problem: state.clock === 'unset' ? 'the clock of the meter cannot be set' : null };
    if (!this.#deps.clock.valid) return { state, problem: "the station's own clock is not set" };
    if (this.dueInMs > 0 && !this.#isOff(state)) return { state, problem: null };
    let now = await this.#setTo(state);
    // The backend may have set the station's clock while the meter took the old time: at a start both happen at once.
    if (this.#isOff(now) && this.dueInMs === 0) now = await this.#setTo(now);
    if (!this.#isOff(now)) return { state: now, problem: null };
    this.#set = null;
    return { state: now, problem: `it was set and shows ${now.wallMs === null ? 'nothing' : shown(now.wallMs)}` };
  }

  #isOff({ clock, wallMs }: MeterState): boolean {
    if (clock === 'unset') return true;
    return wallMs !== null && Math.abs(wallMs - this.#deps.clock.nowMs()) > driftMs;
  }

  async #setTo(before: MeterState): Promise<MeterState> {
    const { evse, command, clock, time, zone, record } = this.#deps;
    const name = zone();
    const wallMs = clock.nowMs();
    const courseMs = this.#course;
    const nextOffset = nextOffsetChange(name, wallMs);
    const offsetMinutes = zoneOffsetMinutes(name, wallMs);
    await command({ type: 'setMeterClock', evse, wallMs, offsetMinutes, nextOffset });
    const after = await command({ type: 'meterState', evse });
    const changeMs = nextOffset === null ? resetMs : nextOffset.atMs - wallMs;
    const atMs = time.monotonicMs();
    this.#set = { atMs, courseMs, zone: name, untilMs: atMs + Math.min(resetMs, changeMs) };
    const was = before.clock === 'unset' || before.wallMs === null ? 'not set' : shown(before.wallMs);
    await record(
      `The clock of meter ${before.serial} at EVSE ${evse} was set: ${was} before, ${shown(wallMs)} now, local time ${offsetMinutes} minutes ahead of UTC.`,
    );
    return after;
  }

  /** What the wall clock is ahead of the monotonic one: a constant until it is set. */
  get #course(): number {
    return this.#deps.clock.nowMs() - this.#deps.time.monotonicMs();
  }
}

function shown(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
