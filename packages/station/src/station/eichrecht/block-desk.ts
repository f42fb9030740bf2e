import { KerbsideError, messageOf } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { LazyMap } from '../../core/lazy-map.ts';
import { blockCauses, type BlockCause, type BlockCauseRow } from '../../eichrecht/block-causes.ts';
import {
  blockingCauses,
  storedBook,
  withCause,
  withoutCause,
  withRelease,
  type BlockBook,
  type BlockEntry,
} from '../../eichrecht/block-book.ts';
import type { Logbook } from '../../eichrecht/logbook.ts';
import type { EvseInput } from '../../evse/evse-state.ts';
import type { LegalBlock } from '../../evse/legal-block.ts';
import type { Store, Write } from '../../store/store.ts';

/** What the desk works with. */
export interface BlockDeskDeps {
  readonly station: string;
  readonly store: Store;
  /** The wall clock. */
  readonly nowMs: () => number;
  readonly evses: () => readonly BlockedEvse[];
  /** Whether calibration law applies at an EVSE now. */
  readonly applies: (evse: number) => boolean;
  /** Asked for when something is written: most stations never do. */
  readonly logbook: () => Pick<Logbook, 'entry'>;
  /** Ends a cause for good, together with what is to be written along; null for one that only ends by itself. */
  readonly lift: (cause: BlockCause) => ((along: readonly Write[]) => Promise<void>) | null;
  /** A cause came that may be tampering. */
  readonly onTamper: (detail: string) => void;
  readonly onEvent: (event: 'blocked' | 'released', evse: number, cause: BlockCause, text: string) => void;
  readonly onProblem: (text: string) => void;
}

/** An EVSE as far as it is blocked here. */
export interface BlockedEvse {
  readonly id: number;
  dispatch(input: Extract<EvseInput, { readonly kind: 'legalBlocks' }>): void;
}

/** One entry of the legal logbook about a block: what its `entry` is given. */
type LogbookLine = Parameters<Logbook['entry']>;

/** Who may lift a block. */
export type Releaser = 'operator' | 'manufacturer';

/** A cause that keeps people from starting at an EVSE. */
export interface ActiveBlock {
  readonly cause: BlockCause;
  /** 0: it concerns the whole station. */
  readonly place: number;
  readonly sinceMs: number;
  readonly detail: string;
}

const collection = 'legalBlocks';
/** Stands for every EVSE. */
const everywhere = 0;

/**
 * Keeps why calibration law lets nobody start, and shows it at the EVSEs. Causes are told by whoever finds them, also again after
 * a restart; what is remembered is since when they last, and what was released of them (eichrecht.md E-06, E-11).
 */
export class BlockDesk {
  readonly #deps: BlockDeskDeps;
  readonly #books = new LazyMap<number, BlockBook>();
  /** What each EVSE was told last, as text. */
  readonly #told = new LazyMap<number, string>();
  #writing: Promise<void> = Promise.resolve();
  /** Is being lifted: that it ends is not said twice. */
  #lifting: BlockCause | null = null;

  constructor(deps: BlockDeskDeps) {
    this.#deps = deps;
  }

  /** Reads what is remembered; causes that were found meanwhile stay. */
  async load(): Promise<void> {
    const { store, station } = this.#deps;
    for (const [key, value] of await store.readDocuments(station, collection)) {
      const place = Number(key);
      const found = this.#book(place);
      const known = storedBook(value);
      const isFound = ({ cause }: BlockEntry): boolean => found.some((entry) => entry.cause === cause);
      const merged = found.map((entry) => {
        const before = known.find(({ cause }) => cause === entry.cause);
        return before === undefined ? entry : { ...before, active: true, detail: entry.detail, mark: entry.mark };
      });
      this.#books.set(place, [...known.filter((entry) => !isFound(entry)), ...merged]);
    }
    this.apply();
  }

  /**
   * A cause is found, or over. `evse` 0: at the whole station. `mark` grows with what adds to the cause: a release holds for what
   * there was then.
   */
  set(evse: number, cause: BlockCause, active: boolean, detail = '', mark = 0): void {
    const before = this.#book(evse);
    const known = before.find((entry) => entry.cause === cause);
    const now = active
      ? withCause(before, { cause, detail, mark, nowMs: this.#deps.nowMs() })
      : withoutCause(before, cause);
    if (now === before) return;
    this.#books.set(evse, now);
    const was = blockingCauses(before).some((entry) => entry.cause === cause);
    const is = blockingCauses(now).some((entry) => entry.cause === cause);
    // One that blocked before a restart already is no news for the logbook.
    const isNews = is && !was && (known === undefined || known.releasedMark !== null);
    const began = isNews ? [lineOf('blocked', evse, cause, detail)] : [];
    const over = was && !is && cause !== this.#lifting ? [lineOf('released', evse, cause, '')] : [];
    void this.#remember(evse, [...began, ...over]);
    if (is && !was) this.#tellBlocked(evse, cause, detail, isNews);
    if (was && !is) this.#deps.onEvent('released', evse, cause, `Over: ${blockCauses[cause].sentence}`);
    this.apply();
  }

  /** What keeps people from starting at an EVSE, the oldest first; of 0: at the whole station. */
  causes(evse: number): readonly ActiveBlock[] {
    const places = evse === everywhere ? [everywhere] : [evse, everywhere];
    if (evse !== everywhere && !this.#deps.applies(evse)) return [];
    return places
      .flatMap((place) =>
        blockingCauses(this.#book(place)).map(({ cause, sinceMs, detail }) => ({ cause, place, sinceMs, detail })),
      )
      .toSorted((left, right) => left.sinceMs - right.sinceMs);
  }

  /**
   * Lifts a cause that lasts, for what there is of it now; resolves when that and its entry in the legal logbook are on disk.
   * @throws KerbsideError `eichrecht.notBlocked`, `eichrecht.refused`, `store.unavailable`
   */
  async release(evse: number, cause: BlockCause, by: Releaser, reason: string): Promise<void> {
    const row = blockCauses[cause];
    const block = this.causes(evse).find((each) => each.cause === cause);
    if (block === undefined)
      throw new KerbsideError('eichrecht.notBlocked', `Connector ${evse} is not blocked by ${cause}.`);
    if (!mayRelease(row, by)) throw new KerbsideError('eichrecht.refused', whyNot(cause, row));
    const { place } = block;
    const mark = this.#book(place).find((entry) => entry.cause === cause)?.mark ?? 0;
    const text = `Released: ${row.sentence}`;
    this.#lifting = cause;
    await this.#write(
      place,
      () => ({ book: withRelease(this.#book(place), cause, mark), lines: [['released', place, text, by, reason]] }),
      this.#deps.lift(cause),
    ).finally(() => {
      this.#lifting = null;
    });
    this.#books.set(place, withRelease(this.#book(place), cause, mark));
    this.#deps.onEvent('released', place, cause, reason);
    this.#deps.onProblem(`${placeName(place)} was released by the ${by}: ${row.sentence} Reason: ${reason}`);
    this.apply();
  }

  /** Shows at every EVSE what blocks it now: after the EVSEs came, and when the law begins or ends to apply. */
  apply(): void {
    for (const evse of this.#deps.evses()) {
      const blocks = this.#shownAt(evse.id);
      const mark = JSON.stringify(blocks);
      if (mark === (this.#told.get(evse.id) ?? '[]')) continue;
      this.#told.set(evse.id, mark);
      evse.dispatch({ kind: 'legalBlocks', blocks });
    }
  }

  #shownAt(evse: number): readonly LegalBlock[] {
    const blocks = this.causes(evse).map(({ cause }): LegalBlock => {
      const { errorCode, shows, words } = blockCauses[cause];
      return { id: `legal-${cause}`, errorCode, vendorCode: `legal.${cause}`, text: words, shows };
    });
    return blocks.toSorted((left, right) => Number(right.shows === 'Faulted') - Number(left.shows === 'Faulted'));
  }

  #tellBlocked(evse: number, cause: BlockCause, detail: string, isNews: boolean): void {
    const { sentence, remedy, tamper } = blockCauses[cause];
    const exactly = detail === '' ? '' : ` (${detail})`;
    this.#deps.onEvent('blocked', evse, cause, `${sentence}${exactly}`);
    this.#deps.onProblem(`${placeName(evse)} starts no session: ${sentence}${exactly} ${remedy}`);
    if (tamper && isNews) this.#deps.onTamper(`${placeName(evse)}: ${sentence}${exactly}`);
  }

  #book(place: number): BlockBook {
    return this.#books.get(place) ?? [];
  }

  async #remember(place: number, lines: readonly (LogbookLine | null)[]): Promise<void> {
    try {
      const logged = lines.filter((line) => line !== null);
      await this.#write(place, () => ({ book: this.#book(place), lines: logged }));
    } catch (error) {
      this.#deps.onProblem(`a block of ${placeName(place)} cannot be recorded: ${messageOf(error)}`);
    }
  }

  /** One after another, so that no older state is written over a newer one; what is written is taken when its turn comes. */
  #write(
    place: number,
    what: () => { readonly book: BlockBook; readonly lines: readonly LogbookLine[] },
    commit: ((writes: readonly Write[]) => Promise<void>) | null = null,
  ): Promise<void> {
    const turn = this.#writing.then(() => {
      const { book, lines } = what();
      const { store, station, logbook } = this.#deps;
      const key = String(place);
      const kept: Write =
        book.length === 0
          ? { op: 'deleteDocument', station, collection, key }
          : { op: 'putDocument', station, collection, key, value: book as unknown as Json };
      const writes = [kept, ...lines.flatMap((line) => logbook().entry(...line))];
      return commit === null ? store.commit(writes) : commit(writes);
    });
    this.#writing = turn.catch(() => undefined);
    return turn;
  }
}

/** Whether one of this role may release a cause; a manufacturer may what an operator may. */
function mayRelease({ releasableBy, byCommissioning }: BlockCauseRow, by: Releaser): boolean {
  return (
    !byCommissioning && (releasableBy === 'operator' || (releasableBy === 'manufacturer' && by === 'manufacturer'))
  );
}

function whyNot(cause: BlockCause, { releasableBy, byCommissioning, remedy }: BlockCauseRow): string {
  if (byCommissioning)
    return `${cause} is not released: the manufacturer commissions what the meter is now (eichrecht commission). ${remedy}`;
  return releasableBy === 'manufacturer'
    ? `Only the manufacturer may release ${cause}.`
    : `Nobody may release ${cause}; it ends by itself. ${remedy}`;
}

/** What goes into the legal logbook of a change; null for a cause that comes and goes. */
function lineOf(kind: 'blocked' | 'released', evse: number, cause: BlockCause, detail: string): LogbookLine | null {
  const { logged, sentence } = blockCauses[cause];
  if (!logged) return null;
  const text = kind === 'blocked' ? sentence : `Over: ${sentence}`;
  return [kind, evse, text, 'station', detail === '' ? null : detail];
}

function placeName(place: number): string {
  return place === everywhere ? 'The station' : `EVSE ${place}`;
}
