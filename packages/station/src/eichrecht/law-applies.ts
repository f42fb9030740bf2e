import type { MeterDescription } from '../evse/hardware.ts';

/** Whether calibration law applies at an EVSE with this meter (`eichrecht.mode`). */
export function lawApplies(mode: 'auto' | 'on' | 'off', meter: MeterDescription | null): boolean {
  return mode === 'on' || (mode === 'auto' && meter?.signs === true);
}
