import type { HardwareFault } from './hardware.ts';

/**
 * What a fault does while it lasts. *stops*: the running transaction ends and none begins. *refusesStart*: none begins, a
 * running one goes on. *tells*: people and backend are told, nothing else.
 */
export type FaultEffect = 'stops' | 'refusesStart' | 'tells';

/**
 * How long the station holds a fault that the hardware does not report any more. *hardware*: no longer; the hardware knows
 * that the breaker is closed, the lock moves, the meter is back, the temperature fell, the supply is in range, the contactor was
 * serviced. *unplugged*: until the vehicle is disconnected. *left*: until the plug is out, or 10 s after the vehicle left.
 */
export type FaultEnd = 'hardware' | 'unplugged' | 'left';

interface FaultRow {
  readonly fault: FaultEffect;
  readonly warning: FaultEffect;
  readonly end: FaultEnd;
}

/** The errors of the control pilot: they go with four statuses only (N-03), and no energy is offered while they last. */
const pilotError = 'EVCommunicationError';

const worst: FaultRow = { fault: 'stops', warning: 'tells', end: 'hardware' };
const harmless: FaultRow = { fault: 'tells', warning: 'tells', end: 'hardware' };
const noStart: FaultRow = { fault: 'refusesStart', warning: 'tells', end: 'hardware' };

/**
 * What each error does, as a fault and as a warning (parameters.md section 4). What is not in the table is as bad as can be:
 * where hardware is in doubt nobody charges. A meter only keeps others from starting: what runs is billed by its last good
 * register.
 */
const faultRows: Readonly<Record<string, FaultRow>> = {
  GroundFailure: { fault: 'stops', warning: 'tells', end: 'left' },
  // A failed diode check is a fault, a short or an illegal level a warning.
  [pilotError]: { fault: 'stops', warning: 'refusesStart', end: 'unplugged' },
  OverCurrentFailure: worst,
  PowerSwitchFailure: worst,
  ConnectorLockFailure: noStart,
  PowerMeterFailure: noStart,
  HighTemperature: worst,
  OverVoltage: worst,
  UnderVoltage: worst,
  InternalError: worst,
  ReaderFailure: harmless,
  WeakSignal: harmless,
  ResetFailure: harmless,
  LocalListConflict: harmless,
};

function rowOf({ errorCode, device }: HardwareFault): FaultRow {
  const row = Object.hasOwn(faultRows, errorCode) ? faultRows[errorCode] : undefined;
  return row ?? (device === 'usb' ? harmless : worst);
}

/** What a fault does while it lasts. */
export function faultEffect(fault: HardwareFault): FaultEffect {
  return rowOf(fault)[fault.severity];
}

/** How long a fault is held after the hardware cleared it; one that does nothing is not held. */
export function faultEnd(fault: HardwareFault): FaultEnd {
  return faultEffect(fault) === 'tells' ? 'hardware' : rowOf(fault).end;
}

/** Whether a fault is one of the control pilot. */
export function isPilotFault({ errorCode }: HardwareFault): boolean {
  return errorCode === pilotError;
}

/** Whether a running transaction has to end. */
export function stopsTransaction(faults: readonly HardwareFault[]): boolean {
  return faults.some((fault) => faultEffect(fault) === 'stops');
}

/** Whether nobody may start. */
export function refusesStart(faults: readonly HardwareFault[]): boolean {
  return faults.some((fault) => faultEffect(fault) !== 'tells');
}

/** Whether no energy may be offered meanwhile, though the transaction goes on. */
export function suspendsEnergy(faults: readonly HardwareFault[]): boolean {
  return faults.some((fault) => isPilotFault(fault) && faultEffect(fault) !== 'tells');
}

/** The most current per phase that the faults leave, in milliamps; null when they leave everything. */
export function deratedMilliamps(faults: readonly HardwareFault[]): number | null {
  const limits = faults.flatMap(({ limitMilliamps }) => limitMilliamps ?? []);
  return limits.length === 0 ? null : Math.min(...limits);
}
