import { messageOf } from '../../core/errors.ts';
import { readState, stateText, type NumberedState } from './numbered-state.ts';
import type { SlotStorage, StateCopy } from './slot-storage.ts';

/** What was read: the state that counts, and the copy that it stands in. */
interface Found<S> extends NumberedState<S> {
  readonly copy: StateCopy;
}

/**
 * The state of the slots on disk. It is kept in two copies that are never written at the same time: whatever happens to one of
 * them, the other holds what was true before or after the last change.
 */
export class SlotLedger<S> {
  readonly #storage: Pick<SlotStorage, 'readState' | 'writeState'>;
  readonly #onProblem: (text: string) => void;
  readonly #initial: S;
  #found: Found<S> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: {
    readonly storage: Pick<SlotStorage, 'readState' | 'writeState'>;
    /** Before anything was written. */
    readonly initial: S;
    readonly onProblem: (text: string) => void;
  }) {
    this.#storage = deps.storage;
    this.#initial = deps.initial;
    this.#onProblem = deps.onProblem;
  }

  /** Reads what is on disk, whatever was known before. */
  reread(): Promise<S> {
    return this.#afterOthers(async () => {
      this.#found = null;
      return (await this.#read()).state;
    });
  }

  async read(): Promise<S> {
    return this.#found?.state ?? this.reread();
  }

  /** Makes one change after the other, durably; a step that gives back the same state writes nothing. */
  change(step: (state: S) => S): Promise<S> {
    return this.#afterOthers(async () => {
      const found = await this.#read();
      const state = step(found.state);
      if (state !== found.state) await this.#write(found, state);
      return state;
    });
  }

  #afterOthers<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #read(): Promise<Found<S>> {
    if (this.#found !== null) return this.#found;
    const [first, second] = await Promise.all([this.#readCopy(0), this.#readCopy(1)]);
    const copy = (second?.number ?? 0) > (first?.number ?? 0) ? 1 : 0;
    this.#found = { ...((copy === 1 ? second : first) ?? this.#nothingYet()), copy };
    return this.#found;
  }

  #nothingYet(): NumberedState<S> {
    return { number: 0, state: this.#initial };
  }

  async #readCopy(copy: StateCopy): Promise<NumberedState<S> | undefined> {
    try {
      const text = await this.#storage.readState(copy);
      const state = text === null ? this.#nothingYet() : readState<S>(text);
      if (state === undefined) this.#onProblem(damaged);
      return state;
    } catch (error) {
      this.#onProblem(`${damaged} (${messageOf(error)})`);
      return undefined;
    }
  }

  async #write(found: Found<S>, state: S): Promise<void> {
    const numbered = { number: found.number + 1, state };
    const text = stateText(numbered);
    const copy = found.copy === 0 ? 1 : 0;
    await this.#storage.writeState(copy, text);
    this.#found = { ...numbered, copy };
    try {
      await this.#storage.writeState(found.copy, text);
    } catch (error) {
      this.#onProblem(`the second copy of the state of the firmware slots was not written: ${messageOf(error)}`);
    }
  }
}

const damaged =
  'a copy of the state of the firmware slots is damaged; the other one counts, and without one the software of the factory';
