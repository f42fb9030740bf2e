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

/** The register of a running transaction went back: its energy is left out of samples, the last one that was shown counts (V-07). */
export const registerFault: HardwareFault = {
  id: 'meter-register-back',
  errorCode: 'PowerMeterFailure',
  vendorCode: 'meter.register',
  text: 'The register of the meter went back',
  severity: 'warning',
};

/** Calibration law did not let a start be: told with Finishing until the plug is out or the next start (E-06). */
export function refusedStart(text: string): HardwareFault {
  return { id: 'start-refused', errorCode: 'PowerMeterFailure', vendorCode: 'legal.start', text, severity: 'warning' };
}

/** The contactor did not open when it was told; gone when it is open (parameters.md section 4). */
export const contactorFault: HardwareFault = {
  id: 'contactor-not-opening',
  errorCode: 'PowerSwitchFailure',
  vendorCode: 'contactor',
  text: 'The contactor does not open',
  severity: 'fault',
};

/** What the station finds at an EVSE by itself; the hardware may know it too, and more exactly. */
const found: readonly HardwareFault[] = [lockFault, meterFault, contactorFault];

/** Whether the station only repeats what the hardware says of the same device. */
export function isEcho(fault: HardwareFault, faults: readonly HardwareFault[]): boolean {
  const isOwn = (each: HardwareFault): boolean => found.some(({ id }) => id === each.id);
  return isOwn(fault) && faults.some((each) => each.errorCode === fault.errorCode && !isOwn(each));
}

/** A lost driver is a fault of every EVSE: nothing can be started, and what ran has been made safe by the hardware. */
export const driverLost: HardwareFault = {
  id: 'driver-lost',
  errorCode: 'InternalError',
  vendorCode: 'driver.lost',
  text: 'The hardware driver does not answer',
  severity: 'fault',
};

/** The store is full or broken: nobody can charge, because nothing can be recorded (INV-02). Shown at the station. */
export const storeFault: HardwareFault = {
  id: 'store-not-writing',
  errorCode: 'InternalError',
  vendorCode: 'store',
  text: 'Transactions cannot be recorded',
  severity: 'fault',
};

/** Only backup power is left: nobody can charge. Shown at the station. */
export const supplyFault: HardwareFault = {
  id: 'supply-failing',
  errorCode: 'UnderVoltage',
  vendorCode: 'supply',
  text: 'The supply fails',
  severity: 'fault',
};

/** Every attempt to restart the hardware failed; the station goes on (Z-04). Shown at the station. */
export const resetFailure: HardwareFault = {
  id: 'reset-failed',
  errorCode: 'ResetFailure',
  vendorCode: 'reset',
  text: 'The hardware did not restart',
  severity: 'warning',
};

/**
 * The backend said something else of a card than its own list says. Told anew for each card: `count` of them so far. Which
 * one is not said, the backend knows it. Shown at the station.
 */
export function localListConflict(count: number): HardwareFault {
  return {
    id: 'local-list-conflict',
    errorCode: 'LocalListConflict',
    vendorCode: `localList.${count}`,
    text: 'The backend contradicts the local list',
    severity: 'warning',
  };
}
