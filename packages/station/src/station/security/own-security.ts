import type { X509Certificate } from 'node:crypto';

import type { SecurityStatus } from '../../api/host-port.ts';
import { LazySet } from '../../core/lazy-set.ts';
import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { StationIdentity } from '../../delivery/session.ts';
import type { ConnectFailure } from '../../link/transport.ts';
import type { Parameters } from '../../params/parameters.ts';
import type { SecurityEventType } from '../../security/security-event-types.ts';
import type { StationDeps } from '../station-deps.ts';
import { CertificateDesk } from './certificate-desk.ts';
import { refusesStation, securityEventOf } from './connect-security.ts';

/** What the security of the link is made from. */
export interface OwnSecuritySurroundings {
  readonly scheduler: CallScheduler;
  readonly identity: () => StationIdentity;
  /** The roots that are installed. */
  readonly roots: () => readonly X509Certificate[];
  /** The link has to log in with another certificate. */
  readonly onCredential: () => void;
  readonly onSecurityEvent: (type: SecurityEventType, detail: string) => void;
  readonly onProblem: (text: string) => void;
}

/** Who the station is for its backend: its certificate, and the security events of the link (S-05…S-10). */
export class OwnSecurity {
  readonly certificate: CertificateDesk;
  readonly #params: Parameters;
  readonly #around: OwnSecuritySurroundings;
  /** What was told since the link was open last: each kind of failure once. */
  readonly #told = new LazySet<string>();
  /** Flaws of the backend's certificate that were told in this life. */
  readonly #tolerated = new LazySet<string>();

  constructor(deps: StationDeps, around: OwnSecuritySurroundings) {
    this.#around = around;
    this.#params = deps.params;
    const { name: station, store, time, clock, params } = deps;
    const { scheduler, roots, onCredential, onSecurityEvent, onProblem } = around;
    this.certificate = new CertificateDesk({
      station,
      store,
      time,
      clock,
      params,
      scheduler,
      commonName: () => commonName(around.identity(), params.get('backend.identity')),
      roots,
      onCredential,
      onSecurityEvent,
      onProblem,
    });
  }

  /** For people. */
  get status(): SecurityStatus {
    const { certificate, isAwaited } = this.certificate.shown;
    return { profile: this.#params.get('security.profile'), certificate, certificateAwaited: isAwaited };
  }

  /** An attempt to connect failed. */
  attemptFailed(failure: ConnectFailure): void {
    const event = securityEventOf(failure);
    if (event !== null && !this.#told.has(event)) {
      this.#told.add(event);
      this.#around.onSecurityEvent(event, failure.message);
    }
    if (refusesStation(failure)) this.certificate.refused();
  }

  /**
   * The link is open. A certificate that only a lowered verification let pass is an event, once for each flaw; the first warning is
   * the level itself.
   */
  opened(tlsWarnings: readonly string[]): void {
    this.certificate.opened();
    const flaws = tlsWarnings.slice(1).join(' ');
    if (this.#params.get('backend.tlsVerification') === 'strict' || flaws === '' || this.#tolerated.has(flaws)) return;
    this.#tolerated.add(flaws);
    this.#around.onSecurityEvent('InvalidCentralSystemCertificate', `accepted all the same: ${flaws}`);
  }

  /** The backend answered for the first time on the open link: a series of failures is over. */
  answered(): void {
    this.#told.clear();
    this.certificate.answered();
  }

  /** Begins nothing more. May be called twice. */
  stop(): void {
    this.certificate.stop();
  }
}

/** CN of the station's certificate: the serial number that BootNotification tells, else the ChargeBoxIdentity. */
function commonName({ serialNumber, chargeBoxSerialNumber }: StationIdentity, identity: string): string {
  return serialNumber ?? chargeBoxSerialNumber ?? identity;
}
