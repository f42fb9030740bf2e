import type { ApiArchives } from '../../api/archives-port.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { Cancel } from '../../core/time.ts';
import type { DeliveryEvent } from '../../delivery/delivery-events.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import { deliveredMarks, givenUpMark, numbersIn } from '../../eichrecht/delivery-marks.ts';
import { Logbook } from '../../eichrecht/logbook.ts';
import { SessionArchive } from '../../eichrecht/session-archive.ts';
import { SignedArchive } from '../../eichrecht/signed-archive.ts';
import type { Parameters } from '../../params/parameters.ts';
import type { Store, Write } from '../../store/store.ts';
import type { Fact } from '../../transactions/facts.ts';
import type { ArchiveBlock } from '../../transactions/signed-keeping.ts';
import type { SecurityEvents } from '../security/security-events.ts';
import type { StationDeps } from '../station-deps.ts';

/** What the archives of a station work with. */
export interface StationArchivesDeps {
  readonly station: string;
  readonly store: Store;
  readonly clock: StationClock;
  readonly params: Pick<Parameters, 'get' | 'onChange'>;
  readonly outbox: () => Pick<Outbox, 'backendTransaction'>;
  readonly securityEvents: () => Pick<SecurityEvents, 'raise'>;
  readonly onProblem: (problem: string) => void;
}

const dayMs = 86_400_000;

/** The archives of one station: signed records, sessions, and the legal logbook. Each is made when it is first used. */
export class StationArchives implements ApiArchives {
  readonly #deps: StationArchivesDeps;
  #logbook: Logbook | null = null;
  #sessions: SessionArchive | null = null;
  #signed: SignedArchive | null = null;
  #onBlocked: ((blocked: ArchiveBlock | null) => void) | null = null;
  #unwatch: Cancel | null = null;

  constructor(deps: StationArchivesDeps) {
    this.#deps = deps;
  }

  get logbook(): Logbook {
    const { station, store, clock } = this.#deps;
    this.#logbook ??= new Logbook({ station, store, clock });
    return this.#logbook;
  }

  get sessions(): SessionArchive {
    const { station, store, onProblem } = this.#deps;
    this.#sessions ??= new SessionArchive({ station, store, onProblem });
    return this.#sessions;
  }

  get signed(): SignedArchive {
    this.#signed ??= this.#createSigned();
    return this.#signed;
  }

  /** Tells each change of `signed.blocked`; one listener. */
  onBlocked(listener: (blocked: ArchiveBlock | null) => void): void {
    this.#onBlocked = listener;
  }

  backendTransaction(transaction: string): string | null {
    return this.#deps.outbox().backendTransaction(transaction);
  }

  /** What goes into the commit that takes a confirmed fact out of the outbox. */
  confirmed(fact: Fact): readonly Write[] {
    return deliveredMarks(this.#deps.station, fact, (transaction) => this.backendTransaction(transaction));
  }

  /** After that commit: there may be room again. */
  delivered(fact: Fact): void {
    if (this.#signed !== null && this.#signed.blocked === 'full' && numbersIn(fact).length > 0)
      void this.#signed.review();
  }

  /** A fact left the outbox; when it was the end of a session, that is given up. */
  left(event: DeliveryEvent): void {
    if (event.kind !== 'dropped' || event.fact !== 'transactionEnded' || event.transaction === null) return;
    const { station, store, outbox } = this.#deps;
    const { transaction } = event;
    store.commitLater([givenUpMark(station, transaction, outbox().backendTransaction(transaction))]);
  }

  /** Watches nothing any more. May be called twice. */
  stop(): void {
    this.#unwatch?.();
    this.#unwatch = null;
  }

  #createSigned(): SignedArchive {
    const { station, store, clock, params, onProblem } = this.#deps;
    this.#unwatch = params.onChange((changed) => {
      if (changed.has('eichrecht.recordCapacity') || changed.has('eichrecht.recordRetention'))
        void this.signed.review();
    });
    return new SignedArchive({
      station,
      store,
      clock,
      logbook: this.logbook,
      capacity: () => params.get('eichrecht.recordCapacity'),
      retentionMs: () => params.get('eichrecht.recordRetention') * dayMs,
      onChange: (blocked) => this.#blocked(blocked),
      onProblem,
    });
  }

  #blocked(blocked: ArchiveBlock | null): void {
    if (blocked === 'full') {
      const detail = 'the archive of signed records is full of records that the backend has not confirmed';
      void this.#deps.securityEvents().raise('MemoryExhaustion', detail);
    }
    this.#onBlocked?.(blocked);
  }
}

/** Composes the archives of a station. */
export function createArchives(
  deps: StationDeps,
  parts: { readonly outbox: Outbox; readonly securityEvents: SecurityEvents },
  onProblem: (problem: string) => void,
): StationArchives {
  const { name: station, store, clock, params } = deps;
  const { outbox, securityEvents } = { outbox: () => parts.outbox, securityEvents: () => parts.securityEvents };
  return new StationArchives({ station, store, clock, params, outbox, securityEvents, onProblem });
}
