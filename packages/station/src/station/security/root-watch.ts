import type { Cancel, Time } from '../../core/time.ts';
import type { VerifiedLink } from '../../link/verified-link.ts';
import { nameOf } from '../../security/certificate-checks.ts';
import { certificateOf, type InstalledRoot } from '../../security/certificate-store.ts';

/** What the watch works with. */
export interface RootWatchDeps {
  readonly time: Time;
  /** The wall time by which certificates are judged. */
  readonly nowMs: () => number;
  readonly roots: () => readonly InstalledRoot[];
  readonly link: () => VerifiedLink | null;
  readonly onProblem: (text: string) => void;
}

const dayMs = 86_400_000;
/** How long before its end a certificate is warned of. */
const warnedDays = 30;

/** Warns before a root or the backend's own certificates end: whole fleets went offline in one night for that (fault 55). */
export class RootWatch {
  readonly #deps: RootWatchDeps;
  readonly #told = new Set<string>();
  #cancel: Cancel | null = null;

  constructor(deps: RootWatchDeps) {
    this.#deps = deps;
  }

  /** Looks now, and from then on once a day while there is something to watch. */
  look(): void {
    for (const notice of this.notices()) {
      if (this.#told.has(notice)) continue;
      this.#told.add(notice);
      this.#deps.onProblem(notice);
    }
    this.stop();
    const { roots, link, time } = this.#deps;
    if (roots().length > 0 || (link()?.validToMs ?? null) !== null) this.#cancel = time.after(dayMs, () => this.look());
  }

  /** What ends soon or has ended, each in a sentence. */
  notices(): readonly string[] {
    const { roots, link, nowMs } = this.#deps;
    const soonMs = nowMs() + warnedDays * dayMs;
    const ofRoots = roots().flatMap((root) => {
      const certificate = certificateOf(root);
      const endMs = certificate.validToDate.getTime();
      if (endMs > soonMs) return [];
      return `The installed root “${nameOf(certificate)}” ${ends(endMs, nowMs())}: install its successor, and delete it then.`;
    });
    const linkEndMs = link()?.validToMs ?? null;
    if (linkEndMs === null || linkEndMs > soonMs) return ofRoots;
    const ofLink = `A certificate by which the backend is verified ${ends(linkEndMs, nowMs())}: ask the backend’s operator to renew it.`;
    return [...ofRoots, ofLink];
  }

  /** May be called twice. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}

function ends(endMs: number, nowMs: number): string {
  return `${endMs < nowMs ? 'ended' : 'ends'} on ${new Date(endMs).toISOString().slice(0, 10)}`;
}
