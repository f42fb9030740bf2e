import type { ApiRoots } from '../../api/host-port.ts';
import type { StationCertificateCommands } from '../../dialects/station-commands.ts';
import type { VerifiedLink } from '../../link/verified-link.ts';
import { nameOf } from '../../security/certificate-checks.ts';
import type { CertificateHashes } from '../../security/certificate-hashes.ts';
import { certificateOf } from '../../security/certificate-store.ts';
import type { StationDeps } from '../station-deps.ts';
import { guarded } from './plain-link-guard.ts';
import { localRoots } from './local-roots.ts';
import { RootDesk, type RootDeskDeps, type RootEvent } from './root-desk.ts';
import { RootWatch } from './root-watch.ts';

/** What the roots need of what a station is made of. */
type RootDeps = Pick<StationDeps, 'name' | 'store' | 'time' | 'params' | 'roots'> & Pick<RootDeskDeps, 'clock'>;

/** The parts of a station that its roots have to do with. */
export interface RootSurroundings {
  readonly link: () => VerifiedLink | null;
  /** Whom to trust is another question from the next connection on. */
  readonly onTrust: () => void;
  /** Whether these hashes name the station's own certificate. */
  readonly isOwn: (hashes: CertificateHashes) => boolean;
  readonly onSecurityEvent: (type: RootEvent, detail: string) => void;
  readonly onProblem: (text: string) => void;
}

/** The roots of one station: the desk where they are changed, and the watch over their ends. */
export class StationRoots {
  readonly desk: RootDesk;
  readonly #deps: RootDeps;
  readonly #around: RootSurroundings;
  #watch: RootWatch | null = null;
  #fallBackTold: string | null = null;

  constructor(deps: RootDeps, around: RootSurroundings) {
    this.#deps = deps;
    this.#around = around;
    const { name: station, store, time, params, clock, roots: fileRoots } = deps;
    const { link, isOwn, onProblem } = around;
    // What was asked is answered first (TC_078).
    const onSecurityEvent: RootSurroundings['onSecurityEvent'] = (type, detail) => {
      time.after(0, () => around.onSecurityEvent(type, detail));
    };
    const onTrust = (): void => this.#trustChanged();
    this.desk = new RootDesk({
      station,
      store,
      params,
      clock,
      fileRoots,
      link,
      isOwn,
      onTrust,
      onSecurityEvent,
      onProblem,
    });
  }

  /** Reads what an earlier life installed. */
  async load(): Promise<void> {
    await this.desk.load();
    if (this.desk.roots.length > 0) this.#look();
  }

  /** For people on site. */
  get local(): ApiRoots {
    return localRoots(this.desk, this.#around.link);
  }

  /** The station's certificate as a backend may change it over the link as it is. */
  guard(commands: StationCertificateCommands): StationCertificateCommands {
    const refusal = (): string | null => this.desk.refusalOnPlainLink();
    return guarded(commands, { refusal, onProblem: this.#around.onProblem });
  }

  /** The link is open. */
  opened(): void {
    const link = this.#around.link();
    if (link?.tls !== true) return;
    if (link.anchor !== null) {
      this.desk.verifiedBy(link.anchor);
      this.#tellFallBack(link.anchor);
    }
    this.#look();
  }

  /** What ends soon, for people. */
  notices(): readonly string[] {
    return this.#watched().notices();
  }

  /** Watches no more. May be called twice. */
  stop(): void {
    this.#watch?.stop();
  }

  /** A successor that the backend does not use yet is told of, once for each root that stands in for it. */
  #tellFallBack(anchor: string): void {
    const successor = this.desk.roots.find(({ replacing }) => replacing);
    if (successor === undefined || successor.fingerprint === anchor || this.#fallBackTold === anchor) return;
    this.#fallBackTold = anchor;
    this.#around.onProblem(
      `The backend was verified by the old root, not by its successor “${nameOf(certificateOf(successor))}”; both stay until it is.`,
    );
  }

  #trustChanged(): void {
    this.#around.onTrust();
    this.#look();
    const anchor = this.#around.link()?.anchor ?? null;
    if (anchor === null || this.#goesOnCounting(anchor)) return;
    this.#around.onProblem(
      'The link in use was verified by a root that does not count from the next connection on: install it too, or set backend.tlsTrust to installed+public.',
    );
  }

  #goesOnCounting(anchor: string): boolean {
    if (this.#deps.params.get('backend.tlsTrust') === 'installed+public') return true;
    return this.desk.counts(anchor);
  }

  #look(): void {
    this.#watched().look();
  }

  #watched(): RootWatch {
    const { time, clock } = this.#deps;
    const { link, onProblem } = this.#around;
    this.#watch ??= new RootWatch({
      time,
      nowMs: () => clock.certificateTime().nowMs,
      roots: () => this.desk.roots,
      link,
      onProblem,
    });
    return this.#watch;
  }
}
