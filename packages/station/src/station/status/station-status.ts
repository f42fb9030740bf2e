import type { EvseStatus, StationStatus } from '../../api/host-port.ts';
import { freeChargingMode } from '../../authorization/free-charging.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { LinkState } from '../../link/link-state.ts';
import type { Parameters } from '../../params/parameters.ts';
import type { StoreHealth } from '../../store/store.ts';
import type { Reserved } from '../../evse/evse-state.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { shownLimit } from '../limits/shown-limit.ts';
import { shownSilence } from '../station-doctor.ts';
import type { Station } from '../station.ts';

/** What is told of a station beside what it says itself. */
interface StatusSurroundings {
  readonly name: string;
  readonly startedMs: number;
  /** Why it did not come up at the last attempt; '' when it did. */
  readonly startProblem: string;
  readonly health: StoreHealth;
}

/** A living station as people and programs see it. */
export function stationStatus(
  life: { readonly station: Station; readonly params: Parameters; readonly clock: StationClock },
  { name, startedMs, startProblem, health }: StatusSurroundings,
): StationStatus {
  const { station, params, clock } = life;
  const link = station.backend.state;
  const registration = station.backend.registrar.standing;
  const notReady = [startProblem, station.blocked ?? ''].filter((reason) => reason !== '');
  if (wantsBackend(params) && !station.backend.online)
    notReady.push(`not registered at the backend: ${whyNotRegistered(link, registration)}`);
  return {
    name,
    identity: params.get('backend.identity'),
    simulated: station.description?.simulated ?? false,
    vendor: station.description?.vendor ?? '',
    model: station.description?.model ?? '',
    startedMs,
    notReady,
    link,
    silence: shownSilence(station.backend, params),
    security: station.security.status,
    bearer: station.backend.bearer,
    registration,
    clock: { nowMs: clock.nowMs(), source: clock.source },
    store: { health: health.kind, problem: health.kind === 'ok' ? '' : health.problem },
    blocked: station.blocked,
    freeCharging: freeChargingMode(params),
    firmware: station.firmware,
    evses: station.evses.map((evse) => evseStatus(evse, station)),
    outbox: station.outbox.snapshot(),
    problems: [...station.problems],
  };
}

function wantsBackend(params: Parameters): boolean {
  if (params.get('backend.communicationType') === 'off' || params.get('backend.connectionType') === 'none')
    return false;
  return params.get('backend.host') !== '';
}

function whyNotRegistered(link: LinkState, registration: StationStatus['registration']): string {
  if (link.kind !== 'open') return `${link.kind} ${link.reason}`.trim();
  const answers = { pending: 'Pending', rejected: 'Rejected' } as const;
  return registration === 'pending' || registration === 'rejected'
    ? `the link is open, the backend answered BootNotification with ${answers[registration]}`
    : 'the link is open, BootNotification is not answered yet';
}

function reservationOf(reserved: Reserved | null, station: Station): EvseStatus['reservation'] {
  const found = reserved === null ? undefined : station.reservations.list.find(({ id }) => id === reserved.id);
  return found === undefined ? null : { id: found.id, expiryMs: found.expiryMs };
}

function evseStatus(evse: EvseController, station: Station): EvseStatus {
  const { state, shown, keeper, id } = evse;
  const record = keeper.record;
  return {
    id,
    status: shown.status,
    errorCode: shown.errorCode,
    info: shown.info,
    pilot: state.pilot,
    plugged: state.plugged,
    contactor: evse.contactorClosed ? 'closed' : 'open',
    phase: state.phase.kind,
    ...shownLimit(station.limits.shown(id)),
    reservation: reservationOf(state.reserved, station),
    transaction:
      record === null
        ? null
        : {
            key: record.key,
            backendId: station.outbox.backendTransaction(record.key),
            told: record.untold !== true,
            startedMs: record.startedMs,
            meterStartWh: record.meterStartWh,
            lastWh: record.lastWh,
            stage: record.stage,
          },
  };
}
