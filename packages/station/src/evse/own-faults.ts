import type { HardwareFault } from './hardware.ts';

/** What the station itself finds wrong with its hardware, in the words of a driver. */

/** The lock did not do what it was told; gone when the plug is out. */
export const lockFault: HardwareFault = {
  id: 'lock-not-moving',
  errorCode: 'ConnectorLockFailure',
  vendorCode: 'lock',
  text: 'The lock does not move',
  severity: 'fault',
};

/** Several readings of a running transaction failed: the backend is told, samples are left out (parameters.md section 4). */
export const meterFault: HardwareFault = {
  id: 'meter-not-answering',
  errorCode: 'PowerMeterFailure',
  vendorCode: 'meter',
  text: 'The meter does not answer',
  severity: 'warning',
};

/** A lost driver is a fault of every EVSE: nothing can be started, and what ran has been made safe by the hardware. */
export const driverLost: HardwareFault = {
  id: 'driver-lost',
  errorCode: 'InternalError',
  vendorCode: 'driver.lost',
  text: 'The hardware driver does not answer',
  severity: 'fault',
};
