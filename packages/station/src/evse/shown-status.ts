import type { ConnectorStatus } from './connector-status.ts';
import { isBusy, isInService, type EvseState } from './evse-state.ts';
import { faultEffect, isPilotFault, type FaultEffect } from './fault-effect.ts';
import type { HardwareFault } from './hardware.ts';
import type { LegalBlock } from './legal-block.ts';
import { isEcho } from './own-faults.ts';

/** A fault as it shows: its error code goes with the status that it is shown with (N-03). */
export interface ShownFault {
  readonly id: string;
  readonly errorCode: string;
  readonly vendorErrorCode: string;
  readonly text: string;
  /** Reported only when USB errors are wanted (parameters.md row 16). */
  readonly usb: boolean;
}

/** What a person sees of an EVSE, and a backend as far as it wants to know. */
export interface ShownStatus {
  readonly status: ConnectorStatus;
  /** Error code, text and vendor's code of the fault that shows; without one NoError, the note, and none. */
  readonly errorCode: string;
  readonly info: string | null;
  readonly vendorErrorCode: string | null;
  /** What is said of the status beside its faults. */
  readonly note: string | null;
  /** All faults that go with the status; the first is the one that shows: the most severe, the oldest of those. */
  readonly faults: readonly ShownFault[];
}

/** Derives the shown status from the state (N-03, N-04). SuspendedEVSE wins over SuspendedEV. */
export function shownStatus(state: EvseState): ShownStatus {
  const status = statusOf(state);
  const note = state.phase.kind === 'running' && !state.plugged ? 'EV side disconnected' : null;
  return shownWith(status, ranked(state, status), note);
}

/** What shows of a status and the faults that go with it, the one to show first. */
export function shownWith(
  status: ConnectorStatus,
  faults: readonly ShownFault[],
  note: string | null = null,
): ShownStatus {
  const [first] = faults;
  return {
    status,
    errorCode: first?.errorCode ?? 'NoError',
    info: first?.text ?? note,
    vendorErrorCode: first?.vendorErrorCode ?? null,
    note,
    faults,
  };
}

/** Whether there is nothing to tell from one to the other. */
export function isSameShown(left: ShownStatus, right: ShownStatus): boolean {
  const { faults } = right;
  return (
    left.status === right.status &&
    left.note === right.note &&
    left.faults.length === faults.length &&
    left.faults.every(({ id, errorCode, text }, index) => {
      const other = faults[index];
      return other?.id === id && other.errorCode === errorCode && other.text === text;
    })
  );
}

/** A fault as it shows with any status but those that the control pilot has for itself. */
export function shownFault({ id, errorCode, vendorCode, text, device, usb }: HardwareFault): ShownFault {
  return { id, errorCode, vendorErrorCode: vendorCode, text, usb: usb === true || device === 'usb' };
}

/**
 * What nobody can charge for is Faulted; a fault that leaves a running transaction alone is a warning until its end. A broken
 * pilot shows with the operative status, since Faulted may not carry EVCommunicationError: during a transaction SuspendedEVSE,
 * with a car that failed its diode check Finishing (parameters.md section 4); where no such status is, it is Faulted after all.
 */
function statusOf(state: EvseState): ConnectorStatus {
  const inTransaction = isInTransaction(state);
  const pilot = state.faults.filter((fault) => isPilotFault(fault) && faultEffect(fault) !== 'tells');
  const others = state.faults.filter((fault) => !isPilotFault(fault)).map(faultEffect);
  if (others.includes('stops') || (others.includes('refusesStart') && !inTransaction)) return 'Faulted';
  if (state.legalBlocks.some(({ shows }) => shows === 'Faulted') && !isBusy(state)) return 'Faulted';
  const status = statusWithoutFault(state);
  if (pilot.length === 0) return status;
  if (inTransaction) return 'SuspendedEVSE';
  if (!withPilotError.includes(status)) return 'Faulted';
  const hopeless = pilot.some((fault) => faultEffect(fault) === 'stops');
  return hopeless && state.plugged && state.phase.kind !== 'starting' ? 'Finishing' : status;
}

function isInTransaction({ phase }: EvseState): boolean {
  return phase.kind === 'running' || phase.kind === 'stopping';
}

const severity: Readonly<Record<FaultEffect, number>> = { stops: 0, refusesStart: 1, tells: 2 };
/** Before the warnings; of several blocks those that make the connector Faulted come first by themselves. */
const blockSeverity = 1;

/** The faults that may be shown with a status, the most severe first, the oldest of those. */
function ranked(state: EvseState, status: ConnectorStatus): readonly ShownFault[] {
  const rank = (fault: HardwareFault): number =>
    blocks.includes(fault) ? blockSeverity : severity[faultEffect(fault)];
  const pilotMayShow = withPilotError.includes(status);
  const others = state.faults.filter((fault) => !isPilotFault(fault));
  // Faulted for the pilot's sake: some code other than EVCommunicationError has to stand for it.
  const pilotStandsFor =
    status === 'Faulted' && state.legalBlocks.length === 0 && others.every((fault) => faultEffect(fault) === 'tells');
  const blocks = state.legalBlocks.map(asFault);
  const all = [...blocks, ...state.faults];
  return all
    .filter((fault) => !isEcho(fault, all))
    .toSorted((left, right) => rank(left) - rank(right))
    .flatMap((fault) => {
      if (!isPilotFault(fault) || pilotMayShow) return shownFault(fault);
      return pilotStandsFor && faultEffect(fault) !== 'tells' ? { ...shownFault(fault), errorCode: 'OtherError' } : [];
    });
}

/** A block is told in the words of a fault. It ends nothing, whatever its code means of a device. */
function asFault({ id, errorCode, vendorCode, text }: LegalBlock): HardwareFault {
  return { id, errorCode, vendorCode, text, severity: 'fault' };
}

/** EVCommunicationError goes with these four only (N-03). */
const withPilotError: readonly ConnectorStatus[] = ['Preparing', 'SuspendedEV', 'SuspendedEVSE', 'Finishing'];

function statusWithoutFault(state: EvseState): ConnectorStatus {
  const { phase } = state;
  if (!isInService(state) && !isBusy(state)) return 'Unavailable';
  switch (phase.kind) {
    case 'idle':
      return state.reserved === null ? 'Available' : 'Reserved';
    case 'preparing':
    case 'starting':
      return 'Preparing';
    case 'timedOut':
    case 'finished':
      return 'Finishing';
    case 'stopping':
      // Finishing has to wait until the end is recorded.
      return phase.shown === 'Faulted' ? 'SuspendedEVSE' : phase.shown;
    case 'running':
      return runningStatus(state, phase);
  }
}

function runningStatus(state: EvseState, phase: Extract<EvseState['phase'], { kind: 'running' }>): ConnectorStatus {
  if (phase.energy === 'deauthorized' || !state.offered) return 'SuspendedEVSE';
  if (phase.settling && state.plugged) return 'Preparing';
  return state.pilot === 'C' || state.pilot === 'D' ? 'Charging' : 'SuspendedEV';
}
