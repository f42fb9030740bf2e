import { ScheduledChanges } from '../../params/scheduled-changes.ts';
import type { StationDeps } from '../station-deps.ts';
import type { StationOwner } from '../station-owner.ts';

/** The changes of a station that wait until no transaction runs. */
export function scheduledChanges(
  { name, store, params, clock }: StationDeps,
  { evses, onProblem }: StationOwner,
): ScheduledChanges {
  const idle = (): boolean => evses().every(({ keeper }) => keeper.record === null);
  return new ScheduledChanges({ station: name, store, params, clock, idle, onProblem });
}
