import type { HardwareCommand } from '../../evse/hardware.ts';
import {
  evseReadingShape,
  hardwareCommandShape,
  hardwareEventShape,
  meterBoundaryShape,
  meterReadingShape,
  meterStateShape,
  signedRecordsShape,
} from '../hardware-shapes.ts';
import { described, integer, object, oneOf, optional, text } from '../shape.ts';
import type { Shape } from '../shape.ts';

/** The version of the protocol between station and driver that this code speaks, as `major.minor`. */
export const protocolVersion = '1.0';

/** How often each end shows that it lives, in milliseconds. */
export const heartbeatMs = 1_000;
/** After this silence the other end is lost, in milliseconds. */
export const lostAfterMs = 3_000;
/** Without its station for this long, a driver has opened its contactors, in milliseconds. */
export const safeAfterMs = 5_000;
/** The longest line that an end has to take, in bytes. */
export const longestLineBytes: number = 1024 * 1024;

const protocol = described(text(3, 20), 'the version that this end speaks, as major.minor, such as 1.0');
const empty: Shape<unknown> = object({});

/** A request to a driver. */
export interface MethodRow {
  readonly params: Shape<unknown>;
  readonly result: Shape<unknown>;
  readonly description: string;
}

/** What is told without an answer. */
export interface NotificationRow {
  readonly params: Shape<unknown>;
  readonly by: 'station' | 'driver' | 'both';
  readonly description: string;
}

/** A method that a driver answers. */
export type DriverMethod = 'start' | 'command' | 'stop' | 'simulate';

/** What is asked of a driver. */
export const driverMethods: { readonly [method in DriverMethod]: MethodRow } = {
  start: {
    params: object({ protocol }),
    result: object({ protocol }),
    description:
      'The first request of a station. The answer is the description of the hardware, with `protocol` in it.',
  },
  command: {
    params: hardwareCommandShape,
    result: empty,
    description: 'Asks the hardware for one thing. Answered when the hardware really did it.',
  },
  stop: {
    params: empty,
    result: empty,
    description: 'The station leaves: contactors open, then the answer.',
  },
  simulate: {
    params: object({ action: described(text(1, 100), 'one of the actions of the description') }),
    result: empty,
    description: 'Optional, for simulations and test modes. Allowed to every connection, also without `start`.',
  },
};

/** What each command is answered with; the others with an empty object. */
export const answerShapes: { readonly [type in HardwareCommand['type']]?: Shape<unknown> } = {
  readState: evseReadingShape,
  readMeter: meterReadingShape,
  meterState: meterStateShape,
  beginMeter: meterBoundaryShape,
  signMeter: meterBoundaryShape,
  endMeter: meterBoundaryShape,
  readRecords: signedRecordsShape,
};

/** What is told without an answer. */
export const driverNotifications: { readonly [method: string]: NotificationRow } = {
  '$/heartbeat': { params: empty, by: 'both', description: `Every ${heartbeatMs / 1000} s, from the first moment on.` },
  '$/cancel': {
    params: object({ id: described(integer(1), 'the id of the request') }),
    by: 'station',
    description: 'The station gave up waiting. Stop if that can be done safely; an answer may still come.',
  },
  event: { params: hardwareEventShape, by: 'driver', description: 'Something happened at the hardware.' },
  powerCycle: {
    params: empty,
    by: 'driver',
    description: 'Simulations only: the power of the whole station was cut and is back.',
  },
};

/** What a refusal carries besides number and message. */
export const errorDataShape: Shape<unknown> = object({
  code: optional(oneOf(['driver.refused', 'driver.lost', 'driver.timeout', 'simulator.refused'])),
});

/** Why two ends do not understand each other; null when they do. Versions of one major number do (unknown fields are ignored). */
export function versionProblem(theirs: unknown, who: 'driver' | 'station'): string | null {
  const ours = protocolVersion;
  const major = typeof theirs === 'string' ? /^(\d{1,4})\.\d{1,4}$/.exec(theirs)?.[1] : undefined;
  if (major === ours.split('.')[0]) return null;
  const said = theirs === undefined ? 'does not name its version' : `speaks version ${JSON.stringify(theirs)}`;
  return `the ${who} ${said} of the driver protocol; this end speaks ${ours}. Update one of the two.`;
}
