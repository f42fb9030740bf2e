import { messageOf } from '../core/errors.ts';
import { isRecord, type Json } from '../core/json.ts';
import type { Store } from '../store/store.ts';
import { catalogue } from './catalogue.ts';
import { isAccepted, type Change, type ChangeAuthor } from './change.ts';
import { findParameter } from './names.ts';
import type { Parameters } from './parameters.ts';
import { parameterOf } from './value-id.ts';
import { mask } from './value-text.ts';

const collection = 'scheduledChanges';
const key = 'changes';

/** What the schedule works with. */
export interface ScheduledChangesDeps {
  /** The station's key in the store. */
  readonly station: string;
  readonly store: Store;
  readonly params: Parameters;
  readonly clock: { nowMs(): number };
  /** No transaction runs. */
  readonly idle: () => boolean;
  /** Why changes that waited could not be applied. */
  readonly onProblem: (problem: string) => void;
}

/** Changes that wait, for people: secrets are masked. */
export interface ScheduledView {
  readonly changes: Readonly<Record<string, string>>;
  readonly who: string;
  /** Wall ms. */
  readonly atMs: number;
}

interface Waiting {
  readonly changes: readonly Change[];
  readonly by: ChangeAuthor;
  readonly atMs: number;
}

/** Changes of parameters that are applied together as soon as no transaction runs; they outlive a power cut. */
export class ScheduledChanges {
  readonly #deps: ScheduledChangesDeps;
  #waiting: Waiting | null = null;
  #stopped = false;
  /** One thing after another: what is set is on disk before it is applied, and applied before it is taken out. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: ScheduledChangesDeps) {
    this.#deps = deps;
  }

  /** Takes up what waited before the last end; never rejects. */
  start(): void {
    void this.#exclusive(async () => {
      const { store, station } = this.#deps;
      const documents = await store.readDocuments(station, collection);
      this.#waiting ??= waitingOf(documents.get(key));
      await this.#applyWhenIdle();
    });
  }

  /** Applies nothing any more; what waits stays on disk. */
  stop(): void {
    this.#stopped = true;
  }

  /** What waits; null = nothing. */
  view(): ScheduledView | null {
    if (this.#waiting === null) return null;
    const { changes, by, atMs } = this.#waiting;
    return {
      changes: Object.fromEntries(changes.map(({ name, value }) => [idOf(name), shown(name, value)])),
      who: by.who,
      atMs,
    };
  }

  /**
   * Lets changes wait in place of what waited before; resolves when that is on disk, and when nobody charges, applied.
   * @throws KerbsideError `store.unavailable`
   */
  async set(changes: readonly Change[], by: ChangeAuthor): Promise<void> {
    await this.#serial(async () => {
      const waiting: Waiting = { changes, by, atMs: this.#deps.clock.nowMs() };
      const { store, station } = this.#deps;
      await store.commit([{ op: 'putDocument', station, collection, key, value: documentOf(waiting) }]);
      this.#waiting = waiting;
    });
    await this.#exclusive(() => this.#applyWhenIdle());
  }

  /**
   * Forgets what waits; resolves when that is on disk.
   * @throws KerbsideError `store.unavailable`
   */
  async cancel(): Promise<void> {
    await this.#serial(() => this.#forget());
  }

  /** A transaction began or ended. */
  transactionsChanged(): void {
    if (this.#waiting !== null) void this.#exclusive(() => this.#applyWhenIdle());
  }

  async #applyWhenIdle(): Promise<void> {
    const { params, idle, onProblem } = this.#deps;
    if (this.#waiting === null || this.#stopped || !idle()) return;
    const { changes, by } = this.#waiting;
    const outcomes = await params.change(changes, by);
    const refused = outcomes.find((outcome) => !isAccepted(outcome));
    if (refused !== undefined && 'reason' in refused)
      onProblem(`the changes that waited until no car charges were refused: ${refused.reason}`);
    await this.#forget();
  }

  async #forget(): Promise<void> {
    const { store, station } = this.#deps;
    if (this.#waiting === null) return;
    await store.commit([{ op: 'deleteDocument', station, collection, key }]);
    this.#waiting = null;
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }

  /** What fails here is told, and tried again when a transaction ends and at the next start. */
  #exclusive(work: () => Promise<void>): Promise<void> {
    return this.#serial(work).catch((error: unknown) =>
      this.#deps.onProblem(`changes that wait until no car charges could not be applied: ${messageOf(error)}`),
    );
  }
}

/** One name for a parameter, whichever it was written under. */
function idOf(name: string): string {
  const named = findParameter(name);
  return named?.kind === 'parameter' ? named.id : name;
}

function shown(name: string, value: string): string {
  const named = findParameter(name);
  const secret = named?.kind === 'parameter' && catalogue[parameterOf(named.id)].secret === true;
  return secret && value !== '' ? mask : value;
}

function documentOf({ changes, by, atMs }: Waiting): Json {
  return { changes: changes.map(({ name, value }) => [name, value]), source: by.source, who: by.who, atMs };
}

function waitingOf(document: Json | undefined): Waiting | null {
  if (!isRecord(document) || !Array.isArray(document['changes'])) return null;
  const { source, who, atMs } = document;
  const known = source === 'backend' || source === 'operator' || source === 'manufacturer';
  if (!known || typeof who !== 'string' || typeof atMs !== 'number') return null;
  const changes = document['changes'].flatMap((entry): Change[] => {
    if (!Array.isArray(entry)) return [];
    const [name, value] = entry;
    return typeof name === 'string' && typeof value === 'string' ? [{ name, value }] : [];
  });
  return changes.length === 0 ? null : { changes, by: { source, who }, atMs };
}
