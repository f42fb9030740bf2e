import type { ApiOwnCertificate } from '../../api/device-port.ts';
import type { TwoTexts } from '../../api/two-texts.ts';
import { KerbsideError } from '../../core/errors.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { VerifiedLink } from '../../link/verified-link.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import { certificateProblems } from '../../security/certificate-problems.ts';
import type { RequestedSubject } from '../../security/certificate-request.ts';
import { certificateOf, type InstalledRoot } from '../../security/certificate-store.ts';
import type { CertificateDesk } from './certificate-desk.ts';

/** What it works with. */
export interface OwnCertificateDeps {
  readonly desk: CertificateDesk;
  readonly roots: () => readonly InstalledRoot[];
  readonly link: () => VerifiedLink | null;
  readonly clock: Pick<StationClock, 'certificateTime'>;
  readonly params: ParameterReader;
}

/** X.520: the upper bound of common names and names of organisations. */
const longestName = 64;

/** The station's own certificate as people on site see and change it. */
export class OwnCertificate implements ApiOwnCertificate {
  readonly #deps: OwnCertificateDeps;

  constructor(deps: OwnCertificateDeps) {
    this.#deps = deps;
  }

  problems(): readonly TwoTexts[] {
    const { desk, roots, link, clock, params } = this.#deps;
    return certificateProblems({
      nowMs: clock.certificateTime().nowMs,
      own: desk.certificate,
      ownIsUsed: params.get('backend.protocol') === 'wss' && params.get('security.useClientCertificate'),
      roots: roots().map(certificateOf),
      linkValidToMs: link()?.validToMs ?? null,
    });
  }

  async request(subject: Partial<RequestedSubject>): Promise<string> {
    for (const [what, name] of Object.entries(subject)) {
      const isUsable = name.length <= longestName && !/\p{Cc}/u.test(name) && (what === 'organization' || name !== '');
      if (!isUsable) throw refused(`its ${what} has 1 to ${longestName} characters, and none that cannot be printed`);
    }
    const csr = await this.#deps.desk.requestLocally(subject);
    if (csr === null) throw new KerbsideError('store.unavailable', 'The key of the request could not be stored.');
    return csr;
  }

  async install(chain: string): Promise<boolean> {
    const outcome = await this.#deps.desk.installLocally(chain);
    if (typeof outcome === 'object') throw refused(outcome.problem);
    if (outcome === 'failed') throw new KerbsideError('store.unavailable', 'The certificate could not be stored.');
    return outcome === 'installed';
  }
}

function refused(problem: string): KerbsideError {
  return new KerbsideError('certificate.refused', `The certificate of the station was not changed: ${problem}.`);
}
