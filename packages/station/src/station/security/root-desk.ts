import { messageOf } from '../../core/errors.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { CertificateCommands } from '../../dialects/station-commands.ts';
import type { VerifiedLink } from '../../link/verified-link.ts';
import type { Parameters } from '../../params/parameters.ts';
import { nameOf } from '../../security/certificate-checks.ts';
import type { CertificateHashes } from '../../security/certificate-hashes.ts';
import {
  certificateOf,
  CertificateStore,
  hashesOf,
  type InstalledRoot,
  type RootChange,
  type RootKind,
} from '../../security/certificate-store.ts';
import {
  deletionProblem,
  planInstall,
  planSuccession,
  rootsNamed,
  type TrustInUse,
} from '../../security/root-plans.ts';
import type { Store } from '../../store/store.ts';
import { certificatesIn, namedInFile } from './file-roots.ts';

/** The security events of the desk. */
export type RootEvent = 'InvalidCentralSystemCertificate' | 'ReconfigurationOfSecurityParameters';

/** What the desk works with. */
export interface RootDeskDeps {
  readonly station: string;
  readonly store: Store;
  readonly params: Parameters;
  readonly clock: Pick<StationClock, 'nowMs' | 'certificateTime'>;
  /** PEM texts of the file `backend.tlsCaFile`; throws when it cannot be read. */
  readonly fileRoots: () => readonly string[];
  /** The open link; null while there is none. */
  readonly link: () => VerifiedLink | null;
  /** Whether these hashes name the station's own certificate. */
  readonly isOwn: (hashes: CertificateHashes) => boolean;
  /** Whom to trust is another question from the next connection on. */
  readonly onTrust: () => void;
  /** For the security log and the backend (S-14). */
  readonly onSecurityEvent: (type: RootEvent, detail: string) => void;
  readonly onProblem: (text: string) => void;
}

/** What became of an installation, with the reason for people. */
export type InstallOutcome =
  | { readonly status: 'accepted'; readonly root: InstalledRoot | null }
  | { readonly status: 'rejected' | 'failed'; readonly problem: string };

/** What became of a deletion. */
export type DeleteOutcome =
  | { readonly status: 'accepted' | 'notFound' }
  | { readonly status: 'failed'; readonly problem: string };

/** Installs, shows and deletes roots for whoever asks (S-11…S-13). One change at a time; each is on disk before it is answered. */
export class RootDesk implements CertificateCommands {
  readonly #deps: RootDeskDeps;
  readonly #store: CertificateStore;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: RootDeskDeps) {
    this.#deps = deps;
    this.#store = new CertificateStore(deps);
  }

  /** Reads what an earlier life installed. */
  load(): Promise<void> {
    return this.#store.load();
  }

  /** Everything that is installed, the oldest first. */
  get roots(): readonly InstalledRoot[] {
    return this.#store.roots;
  }

  /** The installed roots for backends as PEM texts, the newest first: a successor is tried before what it replaces. */
  get trusted(): readonly string[] {
    return this.#store
      .of('centralSystem')
      .map(({ pem }) => pem)
      .toReversed();
  }

  /** How many roots for backends are installed. */
  get backendRoots(): number {
    return this.#store.of('centralSystem').length;
  }

  /** Whether a certificate verifies backends from now on: it is installed, or stands in the file. */
  counts(fingerprint: string): boolean {
    if (this.#store.of('centralSystem').some((root) => root.fingerprint === fingerprint)) return true;
    return certificatesIn(this.#fileRoots()).some((certificate) => certificate.fingerprint256 === fingerprint);
  }

  /** For the backend: one root of a kind, as PEM. */
  async install(kind: RootKind, pem: string): Promise<'accepted' | 'rejected' | 'failed'> {
    const { onProblem, onSecurityEvent } = this.#deps;
    const refusal = this.refusalOnPlainLink();
    if (refusal !== null) {
      onProblem(`InstallCertificate was refused: ${refusal}`);
      return 'rejected';
    }
    const outcome = await this.installRoot(kind, pem, (problem) => {
      if (kind === 'centralSystem') onSecurityEvent('InvalidCentralSystemCertificate', problem);
    });
    if (outcome.status !== 'accepted') onProblem(`the ${kindText[kind]} was not installed: ${outcome.problem}`);
    return outcome.status;
  }

  /** Installs one root, whoever brings it; `onInvalid` is told what is wrong with the certificate itself. */
  installRoot(kind: RootKind, pem: string, onInvalid: (problem: string) => void = () => {}): Promise<InstallOutcome> {
    return this.#exclusive(async () => {
      const { params, clock, onTrust } = this.#deps;
      const plan = planInstall({ kind, pem }, this.roots, {
        time: clock.certificateTime(),
        maximum: params.get('security.certificateStoreMaxLength'),
        succession: params.get('security.additionalRootCertificateCheck'),
        given: certificatesIn(this.#fileRoots()),
      });
      if (plan.kind === 'present') return { status: 'accepted', root: null };
      if (plan.kind === 'refused') {
        if (plan.invalid) onInvalid(plan.problem);
        return { status: 'rejected', problem: plan.problem };
      }
      const problem = await this.#commit({ add: plan.root, remove: plan.remove });
      if (problem !== null) return { status: 'failed', problem };
      this.#tellChange('installed', [plan.root]);
      if (kind === 'centralSystem') onTrust();
      return { status: 'accepted', root: plan.root };
    });
  }

  /** For the backend: what names the roots of a kind. */
  list(kind: RootKind): readonly CertificateHashes[] {
    return this.#store.of(kind).map((root) => hashesOf(root, 'SHA256'));
  }

  /** For the backend: deletes the root that the hashes name. */
  async delete(hashes: CertificateHashes): Promise<'accepted' | 'notFound' | 'failed'> {
    const refusal = this.refusalOnPlainLink();
    const outcome: DeleteOutcome =
      refusal === null
        ? await this.#exclusive(() => this.#deleteNamed(hashes))
        : { status: 'failed', problem: refusal };
    if (outcome.status === 'failed') this.#deps.onProblem(`a certificate was not deleted: ${outcome.problem}`);
    return outcome.status;
  }

  /** Deletes a root by its fingerprint (hexadecimal digits, with or without colons; the first ones are enough where only one begins so). */
  deleteRoot(fingerprint: string): Promise<DeleteOutcome> {
    const digits = digitsOf(fingerprint);
    return this.#exclusive(async () => {
      const found = this.roots.filter((root) => digitsOf(root.fingerprint).startsWith(digits));
      const [first] = found;
      if (first === undefined || digits === '') return { status: 'notFound' };
      if (found.some((root) => root.fingerprint !== first.fingerprint))
        return { status: 'failed', problem: `several fingerprints begin with ${fingerprint}; give more digits` };
      return this.#remove(found);
    });
  }

  /** A link is open that was verified by this certificate: what it replaces is not needed any more. */
  verifiedBy(anchor: string): void {
    if (!this.roots.some(({ replacing, fingerprint }) => replacing && fingerprint === anchor)) return;
    void this.#exclusive(async () => {
      const succession = this.#deps.params.get('security.additionalRootCertificateCheck');
      const plan = planSuccession(this.roots, anchor, succession);
      if (plan === null) return;
      const problem = await this.#commit(plan);
      if (problem !== null) return this.#deps.onProblem(`the old root could not be removed: ${problem}`);
      this.#tellChange('removed for its successor', plan.remove);
      this.#deps.onTrust();
    });
  }

  /** Why a backend may not change certificates over the link as it is; null when it may (fault 61). */
  refusalOnPlainLink(): string | null {
    const { params, link } = this.#deps;
    if (params.get('security.certificatesOverPlainLink') || link()?.tls !== false) return null;
    return 'the link is without TLS, and certificates are not changed over such a one (security.certificatesOverPlainLink)';
  }

  async #deleteNamed(hashes: CertificateHashes): Promise<DeleteOutcome> {
    const found = rootsNamed(hashes, this.roots);
    if (found.length > 0) return this.#remove(found);
    if (this.#deps.isOwn(hashes)) return { status: 'failed', problem: 'it is the certificate of the station itself' };
    const named = namedInFile(hashes, this.#fileRoots());
    if (named === null) return { status: 'notFound' };
    return {
      status: 'failed',
      problem: `“${nameOf(named)}” stands in the file ${this.#deps.params.get('backend.tlsCaFile')} (backend.tlsCaFile), change it there`,
    };
  }

  async #remove(roots: readonly InstalledRoot[]): Promise<DeleteOutcome> {
    for (const root of roots) {
      const problem = deletionProblem(root, this.roots, this.#trustInUse());
      if (problem !== null) return { status: 'failed', problem: `“${nameOf(certificateOf(root))}”: ${problem}` };
    }
    const problem = await this.#commit({ remove: roots });
    if (problem !== null) return { status: 'failed', problem };
    this.#tellChange('deleted', roots);
    if (roots.some(({ kind }) => kind === 'centralSystem')) this.#deps.onTrust();
    return { status: 'accepted' };
  }

  #tellChange(what: string, roots: readonly InstalledRoot[]): void {
    for (const root of roots) {
      const detail = `${kindText[root.kind]} ${what}: ${nameOf(certificateOf(root))} (${root.fingerprint})`;
      this.#deps.onSecurityEvent('ReconfigurationOfSecurityParameters', detail);
    }
  }

  #trustInUse(): TrustInUse {
    const { params, link } = this.#deps;
    const anchor = link()?.anchor ?? null;
    const verified =
      params.get('backend.protocol') === 'wss' && params.get('backend.tlsVerification') !== 'encryptOnly';
    // A link that another root verified shows that there is one.
    return { anchor, verified, otherRoots: anchor !== null || this.#fileRoots().length > 0 };
  }

  #fileRoots(): readonly string[] {
    try {
      return this.#deps.fileRoots();
    } catch {
      // The link tells of a file that cannot be read.
      return [];
    }
  }

  async #commit(change: RootChange): Promise<string | null> {
    try {
      await this.#store.change(change);
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }
}

const kindText: Readonly<Record<RootKind, string>> = {
  centralSystem: 'root for backends',
  manufacturer: 'manufacturer root',
};

function digitsOf(fingerprint: string): string {
  return fingerprint.replaceAll(/[^0-9a-f]/giu, '').toUpperCase();
}
