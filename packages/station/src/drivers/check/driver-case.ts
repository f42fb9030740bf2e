import type { EvseDescription, HardwareDescription } from '../../evse/hardware.ts';
import type { CheckBench } from './check-bench.ts';

/** One thing that every driver must do. */
export interface DriverCase {
  /** A stable name for people and for `--only`. */
  readonly id: string;
  /** A sentence of behaviour. */
  readonly title: string;
  readonly needs?: CaseNeeds;
  /** Throws a `CaseFailure` that says what the driver did instead. */
  readonly run: (bench: CheckBench) => Promise<void>;
}

/** What a case cannot do without; where it is missing the case is skipped. */
export interface CaseNeeds {
  /** A vehicle: one that `simulate` plugs in, or a real one that somebody did. */
  readonly vehicle?: true;
  /** A socket without a vehicle: `simulate` can empty it, or nobody plugged one in. */
  readonly noVehicle?: true;
  /** Actions that the driver's `simulate` can do. */
  readonly actions?: readonly string[];
  /** The driver's own socket, for what goes over the wire. */
  readonly wire?: true;
  readonly lock?: true;
  readonly meter?: true;
  readonly signs?: true;
  /** A meter that signs and can be asked how it is. */
  readonly signing?: true;
}

/** What the check has to work with. */
export interface CheckSetting {
  /** Somebody plugged in a real vehicle, or a test box that stands for one. */
  readonly withVehicle: boolean;
  /** The path of the socket; null for a driver in this process. */
  readonly socketPath: string | null;
}

/** Why a case cannot run with this hardware, as a sentence; null when it can. */
export function skipReason(
  { needs = {} }: DriverCase,
  description: HardwareDescription,
  evse: EvseDescription,
  setting: CheckSetting,
): string | null {
  const actions = description.actions ?? [];
  const missing = (needs.actions ?? []).filter((action) => !actions.includes(action));
  if (missing.length > 0) return `the driver offers no action ${missing.join(', ')} in \`simulate\``;
  if (needs.wire === true && setting.socketPath === null) return 'the driver has no socket';
  if (needs.lock === true && evse.fixedCable) return 'a captive cable has no lock';
  if (needs.meter === true && evse.meter === null) return 'the charging point has no meter';
  if (needs.signs === true && evse.meter?.signs !== true) return 'the meter does not sign';
  if (needs.signing === true && (evse.meter?.signing ?? null) === null)
    return 'there is no meter that signs and says how it is';
  const plays = actions.includes('plug') && actions.includes('unplug');
  if (needs.vehicle === true && !plays && !setting.withVehicle) {
    return 'it needs a vehicle: plug one in and give --with-vehicle; the check then switches power on';
  }
  if (needs.noVehicle === true && !plays && setting.withVehicle) return 'a vehicle is plugged in';
  return null;
}
