import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { OptionalActions } from '../../delivery/optional-actions.ts';
import type { FirmwareStatusReport, Outcome } from '../../delivery/session.ts';
import { isBusy } from '../../evse/evse-state.ts';
import { certificateOf } from '../../security/certificate-store.ts';
import type { BackendLink } from '../backend/backend-link.ts';
import type { AvailabilityDesk } from '../desks/availability-desk.ts';
import type { SecurityEvents } from '../security/security-events.ts';
import type { StationRoots } from '../security/station-roots.ts';
import type { StationDeps } from '../station-deps.ts';
import type { StationOwner } from '../station-owner.ts';
import { FirmwareDesk } from './firmware-desk.ts';

/** The parts of a station that an update of its software touches. */
export interface FirmwareSurroundings {
  readonly scheduler: CallScheduler;
  readonly optional: OptionalActions;
  readonly roots: StationRoots;
  readonly securityEvents: SecurityEvents;
  readonly backend: BackendLink;
  readonly desks: { readonly availability: AvailabilityDesk };
}

/** Composes the desk for firmware. `parts` is read when something is asked of it. */
export function createFirmware(deps: StationDeps, owner: StationOwner, parts: FirmwareSurroundings): FirmwareDesk {
  const { name: station, roots } = deps;
  const { evses, restartForFirmware, onProblem } = owner;
  return new FirmwareDesk({
    ...deps,
    station,
    roots: () => [...parts.roots.desk.trusted, ...roots()],
    signerRoots: () => parts.roots.desk.roots.filter(({ kind }) => kind === 'manufacturer').map(certificateOf),
    online: () => parts.backend.online,
    bearerUp: () => parts.backend.bearer.name !== 'none',
    withhold: (reason) => parts.desks.availability.withhold(reason !== null),
    idle: () => evses().every(({ state, closingLeftOpen }) => !isBusy(state) && !closingLeftOpen),
    restart: restartForFirmware,
    send: (report) => send(report, parts),
    onSecurityEvent: (type, detail) => parts.securityEvents.raise(type, detail),
    onProblem,
  });
}

async function send(
  report: FirmwareStatusReport,
  { scheduler, optional }: FirmwareSurroundings,
): Promise<Outcome<Record<never, never>>> {
  if (!optional.taken('firmwareStatus'))
    return { kind: 'notSendable', problem: 'the backend does not know the message' };
  const outcome = await scheduler.request('vendor', (session) => session.firmwareStatus(report));
  optional.note('firmwareStatus', outcome);
  return outcome;
}
