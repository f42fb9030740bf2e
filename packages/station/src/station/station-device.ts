import type { ApiDevice } from '../api/device-port.ts';
import type { StationClock } from '../core/station-clock.ts';
import type { Parameters } from '../params/parameters.ts';
import { AuthorizationDesk } from './desks/authorization-desk.ts';
import { OutboxDesk } from './desks/outbox-desk.ts';
import { OwnCertificate } from './security/own-certificate.ts';
import { publishStationEvent } from './station-events.ts';
import type { Station } from './station.ts';

interface Life {
  readonly station: Station;
  readonly params: Parameters;
  readonly clock: StationClock;
}

/** What people on site do with a living station itself. Holds nothing: it may be made anew for each question. */
export function stationDevice({ station, params, clock }: Life, name: string): ApiDevice {
  const { outbox, scheduler, parts, backend } = station;
  const { roots, security, desks, cache, archives } = parts;
  return {
    get outbox() {
      const onProblem = (text: string): void =>
        publishStationEvent({ type: 'problem', text, station: name, atMs: clock.nowMs() });
      return new OutboxDesk({ outbox, scheduler, params, clock, logbook: () => archives.logbook, onProblem });
    },
    get authorization() {
      return new AuthorizationDesk({ cache, params, authorizer: () => desks.authorizer });
    },
    get firmware() {
      return parts.firmware.uploads;
    },
    get scheduled() {
      return parts.scheduled;
    },
    get certificate() {
      const link = (): typeof backend.verified => backend.verified;
      return new OwnCertificate({ desk: security.certificate, roots: () => roots.desk.roots, link, clock, params });
    },
  };
}
