import type {
  ChargePlace,
  EvseReading,
  HardwareCommand,
  HardwareDescription,
  HardwareEvent,
  HardwareFault,
  MeterBoundary,
  MeterReading,
  MeterState,
  PilotState,
  SignedBlob,
  SignedRecord,
  UserAssignment,
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

const signedBlobShape: Shape<SignedBlob> = object({
  encoding: described(text(), 'such as OCMF'),
  method: described(text(), 'of the signature, such as ECDSA-secp256r1-SHA256'),
  data: described(text(), 'what was signed and the signature, octet for octet'),
  publicKey: described(text(), 'a SubjectPublicKeyInfo in hex'),
  pagination: optional(described(text(1, 50), 'the number of the record, such as T12; OCMF says it itself')),
});

/** A boundary of a meter's transaction; signed data are not looked into. */
export const meterBoundaryShape: Shape<MeterBoundary> = object({
  reading: meterReadingShape,
  signed: listOf(signedBlobShape, 10),
});

const transaction = described(text(1, 1_000), 'names the transaction; the same at begin and end');
/** As far as JavaScript's dates go. */
const wallMs = described(integer(-8.64e15, 8.64e15), 'milliseconds since 1970, UTC');
const offsetMinutes = described(integer(-1_440, 1_440), 'local time is UTC plus so many minutes');

/** How a meter that signs is. */
export const meterStateShape: Shape<MeterState> = object({
  serial: text(0, 200),
  publicKey: described(
    nullable(text(1, 2_000)),
    'as it is printed on the meter: a SubjectPublicKeyInfo in hex; null: it has none now',
  ),
  condition: described(oneOf(['good', 'failed']), 'failed: it says itself that nothing it gives may be used'),
  problem: optional(described(text(0, 500), 'why it failed')),
  clock: described(
    oneOf(['none', 'unset', 'informative', 'synchronised', 'relative']),
    'none: it has no clock; unset: not set since its power came; relative: durations are exact, dates for information',
  ),
  wallMs: described(nullable(wallMs), 'what its clock shows; null without one'),
  openTransaction: described(nullable(text(1, 1_000)), 'the transaction that is open in it'),
  pagination: described(integer(0), 'the number of its last record of a transaction (PG T<n>); 0 before the first'),
  component: optional(
    described(
      object({ name: text(1, 200), version: text(1, 200), checksum: text(1, 500) }),
      'the sealed component that signs, where the meter does not do it itself',
    ),
  ),
});

/** How many records `readRecords` gives at once at most. */
export const recordsAtOnce = 100;

/** The fields of a record that a meter remembers. */
export const signedRecordFields: {
  readonly transaction: Shape<string>;
  readonly kind: Shape<SignedRecord['kind']>;
  readonly signed: Shape<SignedBlob>;
} = { transaction, kind: oneOf(['begin', 'reading', 'end']), signed: signedBlobShape };

/** The answer to `readRecords`. */
export const signedRecordsShape: Shape<{ readonly records: readonly SignedRecord[] }> = object({
  records: described(listOf(object(signedRecordFields), recordsAtOnce), 'the oldest first'),
});

const signingShape = described(
  object({
    test: described(boolean(), 'nothing that it signs may be billed by: a simulation, or a component for tests'),
    records: described(oneOf(['single', 'combined']), 'combined: the end gives one record with both readings'),
    intermediate: described(boolean(), 'it understands `signMeter`'),
    clock: described(boolean(), 'it understands `setMeterClock`'),
    memory: described(boolean(), 'it understands `readRecords`'),
  }),
  'what else a meter that signs can be asked; it understands `meterState`',
);

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
      meter: nullable(
        object({
          type: text(),
          serial: text(),
          signs: described(boolean(), 'begin and end give signed data'),
          signing: optional(nullable(signingShape)),
          measurands: listOf(text(), 100),
        }),
      ),
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
  meter: described(
    object({ evse }),
    'a meter that signs may have changed: it came back, was exchanged, lost its clock; the station asks `meterState`',
  ),
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

/** Who is charged. */
export const userAssignmentShape: Shape<UserAssignment> = described(
  object({
    assigned: described(boolean(), 'whether somebody is charged (OCMF: IS)'),
    level: described(text(0, 50), 'how sure that is, such as VERIFIED (IL)'),
    flags: described(listOf(text(1, 50), 4), 'how it was found out, such as RFID_PLAIN (IF)'),
    type: described(text(0, 50), 'such as ISO14443 (IT)'),
    id: described(text(0, 255), 'who (ID)'),
  }),
  'who is charged; written into the meter before it begins, and signed with it',
);
/** Where it is charged. */
export const chargePlaceShape: Shape<ChargePlace> = described(
  object({ type: oneOf(['EVSEID', 'CBIDC']), id: text(0, 255) }),
  'where, as it is signed (OCMF: CT, CI)',
);
const nextOffset = described(
  nullable(object({ atMs: wallMs, offsetMinutes })),
  'when the distance from UTC changes next; null: never',
);

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
  meterState: object({ evse }),
  setMeterClock: described(object({ evse, wallMs, offsetMinutes, nextOffset }), 'never within a transaction'),
  beginMeter: object({
    evse,
    transaction,
    idToken: text(),
    wallMs,
    assignment: optional(userAssignmentShape),
    tariffText: optional(described(text(0, 250), 'what it costs (OCMF: TT)')),
    place: optional(chargePlaceShape),
  }),
  signMeter: object({ evse, transaction, wallMs }),
  endMeter: object({
    evse,
    transaction,
    wallMs,
    reason: optional(
      described(
        oneOf(['end', 'local', 'remote', 'abort', 'powerFailure']),
        'why, where the meter signs it too (OCMF: TX E, L, R, A, P)',
      ),
    ),
  }),
  readRecords: object({ evse, after: described(integer(0), 'the number of the last record that is known; 0: none') }),
  indicate: object({ evse, signal: oneOf(['authorized', 'refused', 'waiting', 'ready']) }),
  restart: object({}),
});
