/** The nine states of a connector in OCPP's words; 2.x folds them (OCPP 1.6 §4.9). */
export type ConnectorStatus =
  | 'Available'
  | 'Preparing'
  | 'Charging'
  | 'SuspendedEV'
  | 'SuspendedEVSE'
  | 'Finishing'
  | 'Reserved'
  | 'Unavailable'
  | 'Faulted';

/** The legal transitions (OCPP 1.6 §4.9, errata 3.19). A backend sees these edges and no others (N-01). */
export const statusTransitions: Readonly<Record<ConnectorStatus, readonly ConnectorStatus[]>> = {
  Available: ['Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Reserved', 'Unavailable', 'Faulted'],
  Preparing: ['Available', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Faulted'],
  Charging: ['Available', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEV: ['Available', 'Charging', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEVSE: ['Available', 'Charging', 'SuspendedEV', 'Finishing', 'Unavailable', 'Faulted'],
  Finishing: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Reserved: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Unavailable: ['Available', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Faulted'],
  Faulted: [
    'Available',
    'Preparing',
    'Charging',
    'SuspendedEV',
    'SuspendedEVSE',
    'Finishing',
    'Reserved',
    'Unavailable',
  ],
};

/**
 * The shortest legal way from one status to another, without the first and with the last; empty when they are equal.
 * Preparing → Unavailable goes through Finishing, Finishing → Charging through Preparing (N-01).
 */
export function statusPath(from: ConnectorStatus, to: ConnectorStatus): readonly ConnectorStatus[] {
  if (from === to) return [];
  if (statusTransitions[from].includes(to)) return [to];
  const legal = (step: ConnectorStatus): boolean =>
    statusTransitions[from].includes(step) && statusTransitions[step].includes(to);
  const between = throughWhilePlugged.find(legal) ?? all.find((step) => step !== 'Faulted' && legal(step)) ?? 'Faulted';
  return [between, to];
}

/** A plug that is in stays in: a detour shows Finishing or Preparing rather than Available. */
const throughWhilePlugged: readonly ConnectorStatus[] = ['Finishing', 'Preparing'];

const all = Object.keys(statusTransitions) as ConnectorStatus[];
