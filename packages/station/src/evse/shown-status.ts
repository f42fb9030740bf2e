import type { ConnectorStatus } from './connector-status.ts';
import type { EvseState } from './evse-state.ts';
import type { HardwareFault } from './hardware.ts';

/** What a backend and a person see of an EVSE. */
export interface ShownStatus {
  readonly status: ConnectorStatus;
  readonly errorCode: string;
  readonly info: string | null;
  readonly vendorErrorCode: string | null;
}

/** Derives the shown status from the state (N-03, N-04). SuspendedEVSE wins over SuspendedEV. */
export function shownStatus(state: EvseState): ShownStatus {
  const fault = state.faults.find((candidate) => candidate.severity === 'fault');
  if (fault !== undefined)
    return fault.errorCode === pilotError ? brokenPilot(state, fault) : withFault('Faulted', fault);
  const status = statusWithoutFault(state);
  const warning = state.faults.find((candidate) => candidate.severity === 'warning' && mayWarn(candidate, status));
  if (warning !== undefined) return withFault(status, warning);
  const info = state.phase.kind === 'running' && !state.plugged ? 'EV side disconnected' : null;
  return { status, errorCode: 'NoError', info, vendorErrorCode: null };
}

function statusWithoutFault(state: EvseState): ConnectorStatus {
  const { phase } = state;
  switch (phase.kind) {
    case 'idle':
      return 'Available';
    case 'preparing':
    case 'starting':
      return 'Preparing';
    case 'timedOut':
    case 'finished':
      return 'Finishing';
    case 'stopping':
      return phase.shown === 'Faulted' ? 'Finishing' : phase.shown;
    case 'running':
      return runningStatus(state, phase);
  }
}

function runningStatus(state: EvseState, phase: Extract<EvseState['phase'], { kind: 'running' }>): ConnectorStatus {
  if (phase.energy === 'deauthorized' || !state.offered) return 'SuspendedEVSE';
  if (phase.settling && state.plugged) return 'Preparing';
  return state.pilot === 'C' || state.pilot === 'D' ? 'Charging' : 'SuspendedEV';
}

const pilotError = 'EVCommunicationError';

/**
 * A broken pilot shows with the operative status, during a transaction as SuspendedEVSE, since Faulted may not carry
 * EVCommunicationError (N-03); without a car there is no such status.
 */
function brokenPilot(state: EvseState, fault: HardwareFault): ShownStatus {
  const inTransaction = state.phase.kind === 'running' || state.phase.kind === 'stopping';
  const status = inTransaction ? 'SuspendedEVSE' : statusWithoutFault(state);
  return mayWarn(fault, status)
    ? withFault(status, fault)
    : { ...withFault('Faulted', fault), errorCode: 'OtherError' };
}

/** EVCommunicationError goes with these four only (N-03). */
function mayWarn(fault: HardwareFault, status: ConnectorStatus): boolean {
  if (fault.errorCode !== pilotError) return true;
  return status === 'Preparing' || status === 'SuspendedEV' || status === 'SuspendedEVSE' || status === 'Finishing';
}

function withFault(status: ConnectorStatus, fault: HardwareFault): ShownStatus {
  return { status, errorCode: fault.errorCode, info: fault.text, vendorErrorCode: fault.vendorCode };
}
