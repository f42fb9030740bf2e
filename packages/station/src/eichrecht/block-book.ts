import { isRecord, type Json } from '../core/json.ts';
import { isBlockCause, type BlockCause } from './block-causes.ts';

/** What is known of one cause at one place. */
export interface BlockEntry {
  readonly cause: BlockCause;
  /** False when it is over, or of the station and not found again since a restart: its age and its release are not forgotten. */
  readonly active: boolean;
  readonly sinceMs: number;
  /** What exactly is wrong; '' when the cause says it all. */
  readonly detail: string;
  /** Grows with what adds to the cause, such as one more message that is not delivered; 0 where there is no such thing. */
  readonly mark: number;
  /** Somebody lifted it up to this mark; null: nobody did. */
  readonly releasedMark: number | null;
}

/** All causes at one place. */
export type BlockBook = readonly BlockEntry[];

/** A cause as it was found. */
export interface FoundCause {
  readonly cause: BlockCause;
  readonly detail: string;
  readonly mark: number;
  readonly nowMs: number;
}

/** A cause is there, or more of it. One that is known keeps its age, and its release as far as that goes. */
export function withCause(book: BlockBook, { cause, detail, mark, nowMs }: FoundCause): BlockBook {
  const known = book.find((entry) => entry.cause === cause);
  const entry: BlockEntry = {
    cause,
    active: true,
    sinceMs: known?.sinceMs ?? nowMs,
    detail,
    mark,
    releasedMark: known?.releasedMark ?? null,
  };
  if (known !== undefined && isSame(known, entry)) return book;
  return [...book.filter((other) => other !== known), entry];
}

/** A cause is over, and so is what was released of it. */
export function withoutCause(book: BlockBook, cause: BlockCause): BlockBook {
  return book.some((entry) => entry.cause === cause) ? book.filter((entry) => entry.cause !== cause) : book;
}

/** A cause is lifted up to a mark: more of it blocks again. */
export function withRelease(book: BlockBook, cause: BlockCause, mark: number): BlockBook {
  return book.map((entry) => (entry.cause === cause ? { ...entry, releasedMark: mark } : entry));
}

/** The causes that keep people from starting, the oldest first. */
export function blockingCauses(book: BlockBook): readonly BlockEntry[] {
  return book
    .filter(({ active, mark, releasedMark }) => active && (releasedMark === null || mark > releasedMark))
    .toSorted((left, right) => left.sinceMs - right.sinceMs);
}

/** What was stored; what cannot be read counts as not known. */
export function storedBook(value: Json | undefined): BlockBook {
  if (!Array.isArray(value)) return [];
  return value.flatMap((stored: unknown): readonly BlockEntry[] => {
    if (!isRecord(stored)) return [];
    const { cause, sinceMs, detail, mark, releasedMark } = stored;
    if (typeof cause !== 'string' || !isBlockCause(cause) || typeof detail !== 'string') return [];
    if (typeof sinceMs !== 'number' || typeof mark !== 'number') return [];
    return [
      {
        cause,
        active: !foundByItself.has(cause),
        sinceMs,
        detail,
        mark,
        releasedMark: typeof releasedMark === 'number' ? releasedMark : null,
      },
    ];
  });
}

/**
 * What the station itself finds again after a restart, where it lasts. What was wrong with a meter holds until the meter was asked: a
 * connector is not announced as free before (E-06).
 */
const foundByItself: ReadonlySet<BlockCause> = new Set(['archiveFull', 'archiveDamaged', 'undelivered']);

function isSame(left: BlockEntry, right: BlockEntry): boolean {
  return left.active && left.detail === right.detail && left.mark === right.mark;
}
