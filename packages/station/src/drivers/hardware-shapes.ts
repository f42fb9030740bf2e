import type {
  EvseReading,
  HardwareCommand,
  HardwareDescription,
  HardwareEvent,
  HardwareFault,
  MeterBoundary,
  MeterReading,
  PilotState,
} from '../evse/hardware.ts';
import {
  boolean,
  described,
  integer,
  listOf,
  nullable,
  number,
  object,
  oneOf,
  optional,
  tagged,
  text,
} from './shape.ts';
import type { Shape } from './shape.ts';

/** The contract of `evse/hardware.ts` as checks: what another process says is looked at once, here. */

const evse = described(integer(0, 9_999), 'the charging point; 0 is the station as a whole');
const milliamps = integer(0, 10_000_000);
const cable = described(
  nullable(milliamps),
  'what the plugged cable may carry, in mA; null without a cable, and for captive ones',
);
const pilot: Shape<PilotState> = described(
  oneOf(['A', 'B', 'C', 'D', 'E', 'F']),
  'IEC 61851: A no vehicle, B plugged, C charging, D charging with ventilation, E short, F out of service',
);
const contactor = oneOf(['open', 'closed', 'welded']);
const lock = described(oneOf(['locked', 'unlocked', 'none']), 'none: a captive cable');
const phases = oneOf([1, 2, 3]);

/** A fault of the hardware. */
export const hardwareFaultShape: Shape<HardwareFault> = object({
  id: described(text(1, 100), 'names the fault; its end comes under the same id'),
  errorCode: described(text(1, 50), 'OCPP 1.6, such as GroundFailure'),
  vendorCode: text(0, 50),
  text: text(0, 50),
  severity: described(
    oneOf(['warning', 'fault']),
    'fault: what it stops depends on the error code; warning: it is only told, but a short of the pilot is one and refuses starts',
  ),
  device: optional(oneOf(['usb', 'reader', 'meter', 'housing'])),
  usb: optional(described(oneOf([true]), 'the device is attached by USB')),
  limitMilliamps: optional(described(milliamps, 'the most that may be offered per phase while it lasts')),
  emergencyStop: optional(boolean()),
});

/** The state of an EVSE. */
export const evseReadingShape: Shape<EvseReading> = object({
  pilot,
  cableMilliamps: cable,
  contactor,
  lock,
  faults: listOf(hardwareFaultShape, 100),
});

/** A reading of a meter. */
export const meterReadingShape: Shape<MeterReading> = object({
  energyImportWh: described(number(0), 'the register; it never goes back'),
  energyExportWh: optional(number(0)),
  powerW: optional(number()),
  phasePowerW: optional(described(listOf(number(), 3), 'per phase, L1 first')),
  currentA: optional(described(listOf(number(), 3), 'per phase, L1 first')),
  voltageV: optional(described(listOf(number(), 3), 'per phase against neutral, L1 first')),
  frequencyHz: optional(number()),
  temperatureC: optional(number()),
  soc: optional(number(0, 100)),
});

/** A boundary of a meter's transaction; signed data are not looked into. */
export const meterBoundaryShape: Shape<MeterBoundary> = object({
  reading: meterReadingShape,
  signed: listOf(object({ encoding: text(), method: text(), data: text(), publicKey: text() }), 10),
});

/** What the hardware is. */
export const hardwareDescriptionShape: Shape<HardwareDescription> = object({
  simulated: boolean(),
  vendor: text(0, 200),
  model: text(0, 200),
  serial: optional(text(0, 200)),
  firmwareVersion: optional(text(0, 200)),
  actions: optional(described(listOf(text(1, 100), 1_000), 'what `simulate` can do, in a simulation or a test mode')),
  evses: listOf(
    object({
      id: described(integer(1, 9_999), 'counts from 1 without a gap'),
      maxMilliamps: described(milliamps, 'the most per phase that the hardware may carry'),
      minMilliamps: described(milliamps, 'the least per phase that can be offered; 6000 by IEC 61851'),
      phases,
      nominalVolts: number(0),
      fixedCable: boolean(),
      phaseSwitching: optional(described(boolean(), 'it understands `setPhases`')),
      meter: nullable(object({ type: text(), serial: text(), signs: boolean(), measurands: listOf(text(), 100) })),
      state: evseReadingShape,
    }),
  ),
  mainMeter: optional(nullable(object({ type: text(), serial: text(), phases, measurands: listOf(text(), 100) }))),
});

/** What happened at the hardware. */
export const hardwareEventShape: Shape<HardwareEvent> = tagged('type', {
  pilot: object({ evse, state: pilot }),
  cable: object({ evse, milliamps: cable }),
  contactor: object({ evse, state: contactor }),
  lock: object({ evse, state: lock }),
  card: object({ evse, uid: text(1, 255) }),
  fault: object({ evse, fault: hardwareFaultShape, active: boolean() }),
  notice: object({ evse, text: text(0, 1_000) }),
  bearer: described(object({ up: boolean() }), 'the modem of the backend link, where the driver has it'),
  supply: described(
    object({ state: oneOf(['failing', 'back']) }),
    'the supply of the station, where the hardware has backup power to tell of it',
  ),
  externalLimit: described(
    object({
      limit: nullable(
        object({
          watts: optional(described(number(0), 'of all phases together')),
          milliamps: optional(described(milliamps, 'per phase')),
        }),
      ),
    }),
    'what a grid operator or an energy manager allows the whole station, in one of the two units; null: released',
  ),
  lost: object({ problem: text() }),
  back: object({}),
});

const transaction = described(text(1, 1_000), 'names the transaction; the same at begin and end');
/** As far as JavaScript's dates go. */
const wallMs = described(integer(-8.64e15, 8.64e15), 'milliseconds since 1970, UTC');

/** What the station asks for. */
export const hardwareCommandShape: Shape<HardwareCommand> = tagged('type', {
  setLimit: object({ evse, milliamps: described(number(0), 'the most per phase; 0 offers nothing') }),
  closeContactor: object({ evse }),
  setPhases: described(object({ evse, phases: oneOf([1, 3]) }), 'only while the contactor is open'),
  openContactor: object({ evse }),
  lock: object({ evse }),
  unlock: object({ evse }),
  readState: object({ evse }),
  readMeter: object({ evse }),
  beginMeter: object({ evse, transaction, idToken: text(), wallMs }),
  endMeter: object({ evse, transaction, wallMs }),
  indicate: object({ evse, signal: oneOf(['authorized', 'refused', 'waiting', 'ready']) }),
  restart: object({}),
});
