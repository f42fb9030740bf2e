import type { Cancel, Time } from '../core/time.ts';
import type { Store, Write } from '../store/store.ts';
import type { ChargingProfile } from './charging-profile.ts';
import { changed, removal, type ProfileChange } from './profile-changes.ts';
import { profileFromJson, profileToJson } from './profile-document.ts';

/** What the book works with. */
export interface ProfileBookDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly onProblem: (problem: string) => void;
}

/** Decides what changes, by what is installed when its turn has come; a text is why nothing does. */
export type ProfilePlan = (installed: readonly ChargingProfile[]) => ProfileChange | string;

const collection = 'chargingProfiles';

const none: readonly ChargingProfile[] = [];

/**
 * The charging profiles that are installed: on disk before they count, over restarts and power cuts (SC-12). Each is a document
 * under its id; what changes together is one commit. Those of transactions do not outlive a restart, since it ends every transaction.
 */
export class ProfileBook {
  readonly #deps: ProfileBookDeps;
  #profiles: readonly ChargingProfile[] = none;
  #listeners: readonly (() => void)[] = [];
  /** Changes take turns: each is planned by what the one before has left. */
  #turn: Promise<unknown> | null = null;

  constructor(deps: ProfileBookDeps) {
    this.#deps = deps;
  }

  /** Reads what is installed; what cannot be read is told and left where it is. */
  async load(): Promise<void> {
    const { store, station, onProblem } = this.#deps;
    const found: ChargingProfile[] = [];
    const over: ChargingProfile[] = [];
    for (const [key, value] of await store.readDocuments(station, collection)) {
      const profile = profileFromJson(value);
      if (profile === undefined) onProblem(`the stored charging profile ${key} cannot be read and does not apply`);
      else (profile.purpose === 'tx' ? over : found).push(profile);
    }
    if (found.length > 0) this.#profiles = found.toSorted((a, b) => a.acceptedMs - b.acceptedMs);
    if (over.length > 0) store.commitLater(this.#writes(removal(over)));
  }

  /** What is installed, the newest last; another list after each change. */
  get profiles(): readonly ChargingProfile[] {
    return this.#profiles;
  }

  /** Tells each change, when what asked for it has been answered. Returns the way to stop listening. */
  onChange(listener: () => void): Cancel {
    this.#listeners = this.#listeners.concat(listener);
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /**
   * Changes what is installed; resolves when that is on disk, with the profiles that are gone, or with why nothing changed. `commit`
   * may write more together with it. Rejects when it could not be written: then nothing has changed.
   */
  change(
    plan: ProfilePlan,
    commit: (writes: readonly Write[]) => Promise<void> = (writes) => this.#deps.store.commit(writes),
  ): Promise<readonly ChargingProfile[] | string> {
    const mine = (this.#turn ?? Promise.resolve()).then(() => this.#change(plan, commit));
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (this.#turn === settled) this.#turn = null;
      });
    this.#turn = settled;
    return mine;
  }

  /** A transaction is over, and with it what was installed for it (SC-04). A power cut before that is on disk comes to the same. */
  async transactionEnded(transaction: string): Promise<void> {
    const isOf = (profile: ChargingProfile): boolean => profile.transaction === transaction;
    if (this.#turn === null && !this.#profiles.some(isOf)) return;
    await this.change(
      (installed) => removal(installed.filter(isOf)),
      (writes) => {
        if (writes.length > 0) this.#deps.store.commitLater(writes);
        return Promise.resolve();
      },
    );
  }

  async #change(
    plan: ProfilePlan,
    commit: (writes: readonly Write[]) => Promise<void>,
  ): Promise<readonly ChargingProfile[] | string> {
    const before = this.#profiles;
    const change = plan(before);
    if (typeof change === 'string') return change;
    await commit(this.#writes(change));
    if (change.put.length === 0 && change.dropped.length === 0) return none;
    this.#profiles = changed(before, change);
    this.#deps.time.after(0, () => {
      for (const listener of this.#listeners) listener();
    });
    return before.filter((profile) => !this.#profiles.includes(profile));
  }

  #writes({ put, dropped }: ProfileChange): readonly Write[] {
    const { station } = this.#deps;
    const kept = new Set(put.map(({ id }) => id));
    const gone = dropped.filter((id) => !kept.has(id));
    return [
      ...gone.map((id) => ({ op: 'deleteDocument', station, collection, key: String(id) }) as const),
      ...put.map((profile): Write => {
        return { op: 'putDocument', station, collection, key: String(profile.id), value: profileToJson(profile) };
      }),
    ];
  }
}
