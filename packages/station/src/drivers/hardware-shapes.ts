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
import { boolean, integer, listOf, nullable, number, object, oneOf, optional, tagged, text } from './shape.ts';
import type { Shape } from './shape.ts';

/** The contract of `evse/hardware.ts` as checks: what another process says is looked at once, here. */

const evse = integer(0, 9_999);
const milliamps = integer(0, 10_000_000);
const pilot: Shape<PilotState> = oneOf(['A', 'B', 'C', 'D', 'E', 'F']);
const contactor = oneOf(['open', 'closed', 'welded']);
const lock = oneOf(['locked', 'unlocked', 'none']);
const phases = oneOf([1, 2, 3]);

const faultShape: Shape<HardwareFault> = object({
  id: text(1, 100),
  errorCode: text(1, 50),
  vendorCode: text(0, 50),
  text: text(0, 50),
  severity: oneOf(['warning', 'fault']),
  device: optional(oneOf(['usb', 'reader', 'meter'])),
});

/** The state of an EVSE. */
export const evseReadingShape: Shape<EvseReading> = object({
  pilot,
  cableMilliamps: nullable(milliamps),
  contactor,
  lock,
  faults: listOf(faultShape, 100),
});

/** A reading of a meter. */
export const meterReadingShape: Shape<MeterReading> = object({
  energyImportWh: number(0),
  energyExportWh: optional(number(0)),
  powerW: optional(number()),
  currentA: optional(listOf(number(), 3)),
  voltageV: optional(listOf(number(), 3)),
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
  evses: listOf(
    object({
      id: integer(1, 9_999),
      maxMilliamps: milliamps,
      minMilliamps: milliamps,
      phases,
      nominalVolts: number(0),
      fixedCable: boolean(),
      meter: nullable(object({ type: text(), serial: text(), signs: boolean(), measurands: listOf(text(), 100) })),
      state: evseReadingShape,
    }),
  ),
});

/** What happened at the hardware. */
export const hardwareEventShape: Shape<HardwareEvent> = tagged('type', {
  pilot: object({ evse, state: pilot }),
  cable: object({ evse, milliamps: nullable(milliamps) }),
  contactor: object({ evse, state: contactor }),
  lock: object({ evse, state: lock }),
  card: object({ evse, uid: text(1, 255) }),
  fault: object({ evse, fault: faultShape, active: boolean() }),
  notice: object({ evse, text: text(0, 1_000) }),
  bearer: object({ up: boolean() }),
  lost: object({ problem: text() }),
  back: object({}),
});

const transaction = text(1, 1_000);
/** As far as JavaScript's dates go. */
const wallMs = number(-8.64e15, 8.64e15);

/** What the station asks for. */
export const hardwareCommandShape: Shape<HardwareCommand> = tagged('type', {
  setLimit: object({ evse, milliamps: number(0) }),
  closeContactor: object({ evse }),
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
