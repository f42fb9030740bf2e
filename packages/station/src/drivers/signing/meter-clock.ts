import { timeText } from '@kerbside/ocmf';
import type { ClockStatus } from '@kerbside/ocmf';

import type { HardwareCommand, MeterState } from '../../evse/hardware.ts';

/** What the clock of a meter is worth once it is set; *none*: it has no clock. */
export type ClockQuality = 'informative' | 'synchronised' | 'relative' | 'none';

/** A clock that was set; it is gone when the meter has no power. */
export interface MeterClock {
  /** What it was set to, and when that was on the monotonic clock. */
  readonly wallMs: number;
  readonly setAtMs: number;
  /** Local time is UTC plus so many minutes. */
  readonly offsetMinutes: number;
  readonly nextOffset: { readonly atMs: number; readonly offsetMinutes: number } | null;
}

const statuses: Readonly<Record<ClockQuality, ClockStatus>> = {
  informative: 'I',
  synchronised: 'S',
  relative: 'R',
  // Such a meter takes the time that it is told with each command.
  none: 'I',
};

/** The clock as the command sets it. */
export function setClock(command: Extract<HardwareCommand, { type: 'setMeterClock' }>, nowMs: number): MeterClock {
  const { wallMs, offsetMinutes, nextOffset } = command;
  return { wallMs, setAtMs: nowMs, offsetMinutes, nextOffset };
}

/** What the clock shows at a moment of the monotonic clock. */
export function clockShowsMs({ wallMs, setAtMs }: MeterClock, nowMs: number): number {
  return Math.floor(wallMs + nowMs - setAtMs);
}

/** How the clock is, in the words of the contract. */
export function clockState(quality: ClockQuality, clock: MeterClock | null): MeterState['clock'] {
  if (quality === 'none') return 'none';
  return clock === null ? 'unset' : quality;
}

/** The time of a reading (OCMF: TM), and whether the meter trusts it. */
export interface ReadingMoment {
  readonly text: string;
  readonly known: boolean;
}

/** The moment of a reading; `toldMs` is the time of the command, for a meter whose clock is not set or that has none. */
export function readingMoment(
  quality: ClockQuality,
  clock: MeterClock | null,
  at: { readonly nowMs: number; readonly toldMs: number },
): ReadingMoment {
  if (clock === null) {
    const known = quality === 'none';
    const status = known ? statuses.none : 'U';
    return { text: timeText({ timeMs: Math.floor(at.toldMs), offsetMinutes: 0, clock: status }), known };
  }
  const timeMs = clockShowsMs(clock, at.nowMs);
  const { nextOffset } = clock;
  const offsetMinutes =
    nextOffset !== null && timeMs >= nextOffset.atMs ? nextOffset.offsetMinutes : clock.offsetMinutes;
  return { text: timeText({ timeMs, offsetMinutes, clock: statuses[quality] }), known: true };
}
