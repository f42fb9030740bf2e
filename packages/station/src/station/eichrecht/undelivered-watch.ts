import { messageOf } from '../../core/errors.ts';
import { LazyMap } from '../../core/lazy-map.ts';
import type { DeliveryEvent } from '../../delivery/delivery-events.ts';
import type { Outbox, UndeliveredRef } from '../../delivery/outbox.ts';

/** What the watch works with. */
export interface UndeliveredWatchDeps {
  readonly outbox: Pick<Outbox, 'undelivered' | 'holds' | 'deadLetters'>;
  /** `eichrecht.onUndelivered` is *block*. */
  readonly blocks: () => boolean;
  /** `mark` is the highest number among the messages. */
  readonly onBlock: (evse: number, active: boolean, detail: string, mark: number) => void;
  /** More messages of an EVSE were given up. */
  readonly onAlarm: (evse: number, text: string) => void;
  readonly onProblem: (text: string) => void;
}

interface Undelivered extends UndeliveredRef {
  readonly evse: number;
}

const relevant: readonly DeliveryEvent['kind'][] = ['parked', 'unparked', 'delivered', 'dropped'];

/**
 * Watches the messages with signed data that the backend did not take in all their attempts (parameters.md rows 13 and 13a). One
 * counts until it is delivered, also while it is under way again. What lies in the outbox says it, so a restart finds it anew.
 */
export class UndeliveredWatch {
  readonly #deps: UndeliveredWatchDeps;
  readonly #evseOf = new LazyMap<string, number>();
  #known: readonly Undelivered[] = [];
  #blocked: readonly number[] = [];
  #looking: Promise<void> | null = null;
  #again = false;

  constructor(deps: UndeliveredWatchDeps) {
    this.#deps = deps;
  }

  /** How many messages of an EVSE are not delivered. */
  count(evse: number): number {
    return this.#known.filter((message) => message.evse === evse).length;
  }

  /** Something happened in the outbox. */
  delivery(event: DeliveryEvent): void {
    if (!relevant.includes(event.kind)) return;
    if (event.kind === 'parked' || this.#known.length > 0) void this.look();
  }

  /** Looks what lies there now; resolves when everybody knows. Never rejects. */
  look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#lookAgain().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookAgain(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      // One look for all that happens in the same turn.
      await Promise.resolve();
      try {
        this.#take(await this.#found());
      } catch (error) {
        this.#deps.onProblem(`what is not delivered cannot be read: ${messageOf(error)}`);
      }
    }
  }

  async #found(): Promise<readonly Undelivered[]> {
    const { outbox } = this.#deps;
    const parked = outbox.undelivered();
    if (parked.some(({ transaction }) => !this.#evseOf.has(transaction))) {
      for (const { transaction, fact } of await outbox.deadLetters())
        if (transaction !== null && fact !== null && 'evse' in fact) this.#evseOf.set(transaction, fact.evse);
    }
    const underWay = this.#known.filter(({ seq }) => outbox.holds(seq) && !parked.some((other) => other.seq === seq));
    // One whose content cannot be read concerns the whole station.
    const all = [...underWay, ...parked.map((each) => ({ ...each, evse: this.#evseOf.get(each.transaction) ?? 0 }))];
    for (const transaction of this.#evseOf.keys())
      if (!all.some((each) => each.transaction === transaction)) this.#evseOf.delete(transaction);
    return all;
  }

  #take(found: readonly Undelivered[]): void {
    const fresh = found.filter(({ seq }) => !this.#known.some((known) => known.seq === seq));
    this.#known = found;
    for (const evse of placesOf(fresh)) this.#deps.onAlarm(evse, alarm(this.count(evse)));
    const blocked = this.#deps.blocks() ? placesOf(found) : [];
    for (const evse of this.#blocked) if (!blocked.includes(evse)) this.#deps.onBlock(evse, false, '', 0);
    for (const evse of blocked) {
      const mark = Math.max(...found.filter((each) => each.evse === evse).map(({ seq }) => seq));
      this.#deps.onBlock(evse, true, messages(this.count(evse)), mark);
    }
    this.#blocked = blocked;
  }
}

function placesOf(messagesThere: readonly Undelivered[]): readonly number[] {
  return [...new Set(messagesThere.map(({ evse }) => evse))];
}

function alarm(count: number): string {
  return `the backend did not take signed data: ${messages(count)} not delivered; kept, and sent again on every occasion`;
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}
