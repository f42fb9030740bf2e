import { faultEnd } from './fault-effect.ts';
import type { HardwareFault } from './hardware.ts';

/** Who is at a connector, as far as the end of a fault depends on it. Times are monotonic. */
export interface Presence {
  /** A vehicle is connected. */
  readonly plugged: boolean;
  /** A cable is in the socket, or it is captive. */
  readonly cable: boolean;
  /** Since when no vehicle is connected; null while one is. */
  readonly leftMs: number | null;
}

/** So long after the vehicle left a ground failure is over, when its cable stays in the socket. */
const afterLeavingMs = 10_000;

/**
 * How long the station holds a fault that the hardware has cleared: 0 when it is over, Infinity while that depends on the
 * vehicle (parameters.md section 4).
 */
export function holdMs(fault: HardwareFault, presence: Presence, nowMs: number): number {
  const end = faultEnd(fault);
  if (end === 'hardware') return 0;
  if (presence.plugged || presence.leftMs === null) return Infinity;
  if (end === 'unplugged' || !presence.cable) return 0;
  return Math.max(0, presence.leftMs + afterLeavingMs - nowMs);
}
