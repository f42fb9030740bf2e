import type { HardwareFault, PilotState } from '../../evse/hardware.ts';

/** What a fault is and what the simulated hardware does while it lasts (parameters.md section 4). */
export interface FaultRow extends Omit<HardwareFault, 'id'> {
  /** Where it can happen: at an EVSE, at the station (EVSE 0), or at both. */
  readonly at: 'evse' | 'station' | 'both';
  /** The hardware controller opens the contactor by itself and keeps it open. */
  readonly opens: boolean;
  /** It ends when the vehicle leaves. */
  readonly endsWithUnplug?: true;
  /** The pilot that is measured while it lasts. */
  readonly pilot?: PilotState;
}

/** The id of a fault. */
export type FaultId =
  | 'emergencyStop'
  | 'groundFailure'
  | 'evCommunication'
  | 'pilotUnavailable'
  | 'diode'
  | 'overCurrent'
  | 'contactorWelded'
  | 'lockJam'
  | 'meterLost'
  | 'temperatureWarning'
  | 'highTemperature'
  | 'overVoltage'
  | 'underVoltage'
  | 'reader'
  | 'weakSignal'
  | 'reset'
  | 'internal'
  | 'usb'
  | 'usbReader'
  | 'usbMeter'
  | 'tamper';

/** The faults that the simulator can show. */
const faultTable: { readonly [id in FaultId]: FaultRow } = {
  emergencyStop: {
    errorCode: 'OtherError',
    vendorCode: 'SIM-ESTOP',
    text: 'Emergency stop pressed',
    severity: 'fault',
    at: 'both',
    opens: true,
    emergencyStop: true,
  },
  groundFailure: {
    errorCode: 'GroundFailure',
    vendorCode: 'SIM-RCD',
    text: 'Residual current detected',
    severity: 'fault',
    at: 'evse',
    opens: true,
    endsWithUnplug: true,
  },
  evCommunication: {
    errorCode: 'EVCommunicationError',
    vendorCode: 'SIM-CP-E',
    text: 'Control pilot short circuit',
    severity: 'warning',
    at: 'evse',
    opens: true,
    endsWithUnplug: true,
    pilot: 'E',
  },
  pilotUnavailable: {
    errorCode: 'EVCommunicationError',
    vendorCode: 'SIM-CP-F',
    text: 'Control pilot out of service',
    severity: 'warning',
    at: 'evse',
    opens: true,
    pilot: 'F',
  },
  diode: {
    errorCode: 'EVCommunicationError',
    vendorCode: 'SIM-CP-DIODE',
    text: 'Diode check of the vehicle failed',
    severity: 'fault',
    at: 'evse',
    opens: true,
    endsWithUnplug: true,
  },
  overCurrent: {
    errorCode: 'OverCurrentFailure',
    vendorCode: 'SIM-MCB',
    text: 'Circuit breaker of the socket tripped',
    severity: 'fault',
    at: 'evse',
    opens: true,
  },
  contactorWelded: {
    errorCode: 'PowerSwitchFailure',
    vendorCode: 'SIM-WELD',
    text: 'Contactor welded',
    severity: 'fault',
    at: 'evse',
    opens: false,
  },
  lockJam: {
    errorCode: 'ConnectorLockFailure',
    vendorCode: 'SIM-LOCK',
    text: 'Connector lock does not move',
    severity: 'fault',
    at: 'evse',
    opens: false,
  },
  meterLost: {
    errorCode: 'PowerMeterFailure',
    vendorCode: 'SIM-METER',
    text: 'Billing meter lost',
    severity: 'fault',
    at: 'evse',
    opens: false,
    device: 'meter',
  },
  temperatureWarning: {
    errorCode: 'HighTemperature',
    vendorCode: 'SIM-TEMP-1',
    text: 'Temperature high',
    severity: 'warning',
    at: 'both',
    opens: false,
    limitMilliamps: 16_000,
  },
  highTemperature: {
    errorCode: 'HighTemperature',
    vendorCode: 'SIM-TEMP-2',
    text: 'Temperature above the hard limit',
    severity: 'fault',
    at: 'both',
    opens: true,
  },
  overVoltage: {
    errorCode: 'OverVoltage',
    vendorCode: 'SIM-U-HIGH',
    text: 'Supply voltage too high',
    severity: 'fault',
    at: 'evse',
    opens: true,
  },
  underVoltage: {
    errorCode: 'UnderVoltage',
    vendorCode: 'SIM-U-LOW',
    text: 'Supply voltage too low',
    severity: 'fault',
    at: 'evse',
    opens: true,
  },
  reader: {
    errorCode: 'ReaderFailure',
    vendorCode: 'SIM-READER',
    text: 'Card reader does not answer',
    severity: 'warning',
    at: 'both',
    opens: false,
    device: 'reader',
  },
  weakSignal: {
    errorCode: 'WeakSignal',
    vendorCode: 'SIM-SIGNAL',
    text: 'Mobile signal weak',
    severity: 'warning',
    at: 'station',
    opens: false,
  },
  reset: {
    errorCode: 'ResetFailure',
    vendorCode: 'SIM-RESET',
    text: 'Hardware controller did not restart',
    severity: 'warning',
    at: 'both',
    opens: false,
  },
  internal: {
    errorCode: 'InternalError',
    vendorCode: 'SIM-INTERNAL',
    text: 'Internal error of the hardware',
    severity: 'warning',
    at: 'both',
    opens: false,
  },
  usb: {
    errorCode: 'OtherError',
    vendorCode: 'SIM-USB',
    text: 'USB device error',
    severity: 'warning',
    at: 'both',
    opens: false,
    device: 'usb',
  },
  usbReader: {
    errorCode: 'ReaderFailure',
    vendorCode: 'SIM-USB-READER',
    text: 'USB card reader does not answer',
    severity: 'warning',
    at: 'both',
    opens: false,
    device: 'reader',
    usb: true,
  },
  usbMeter: {
    errorCode: 'PowerMeterFailure',
    vendorCode: 'SIM-USB-METER',
    text: 'USB meter lost',
    severity: 'fault',
    at: 'evse',
    opens: false,
    device: 'meter',
    usb: true,
  },
  tamper: {
    errorCode: 'OtherError',
    vendorCode: 'SIM-TAMPER',
    text: 'Housing opened',
    severity: 'warning',
    at: 'both',
    opens: false,
    device: 'housing',
  },
};

/** Every fault id, for checks and help. */
export const faultIds: readonly FaultId[] = Object.keys(faultTable).filter((id) => isFaultId(id));

function isFaultId(id: string): id is FaultId {
  return Object.hasOwn(faultTable, id);
}

export function faultRow(id: FaultId): FaultRow {
  return faultTable[id];
}

/** The fault as the contract tells it. */
export function hardwareFault(id: FaultId): HardwareFault {
  const { errorCode, vendorCode, text, severity, device, usb, limitMilliamps, emergencyStop } = faultRow(id);
  return {
    id,
    errorCode,
    vendorCode,
    text,
    severity,
    ...(device === undefined ? {} : { device }),
    ...(usb === undefined ? {} : { usb }),
    ...(limitMilliamps === undefined ? {} : { limitMilliamps }),
    ...(emergencyStop === undefined ? {} : { emergencyStop }),
  };
}
