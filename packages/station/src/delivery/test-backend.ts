import type { Fact } from '../transactions/facts.ts';
import { TestSession, type Reply } from './test-session.ts';
import type { FactAnswer, Outcome } from './session.ts';

/** One fact that the backend accepted. */
export interface Entry {
  readonly messageId: string;
  readonly fact: Fact;
  readonly backendTransaction: string | null;
  /** The id given, for a Start. */
  readonly gave: string | null;
}

/** A backend that keeps books over all lives of a station, and objects to what it may never see. */
export class TestBackend {
  readonly entries: Entry[] = [];
  /** What it objected to; must stay empty. */
  readonly problems: string[] = [];
  readonly #payloads = new Map<string, string>();
  readonly #refused = new Set<string>();
  #nextId = 100;

  /** A connection; `how` decides what becomes of each message, `accept` unless it says otherwise. */
  session(how: (fact: Fact) => Outcome<FactAnswer> | 'accept' | Promise<Outcome<FactAnswer> | 'accept'>): TestSession {
    return new TestSession((fact, messageId, id): Reply => this.#take(fact, messageId, id, how(fact)));
  }

  /** A station that lost power may not know of its last refusals. */
  powerWasCut(): void {
    this.#refused.clear();
  }

  /** Books of one kind of fact, by transaction or marker. */
  count(test: (fact: Fact) => boolean): number {
    return this.entries.filter(({ fact }) => test(fact)).length;
  }

  async #take(
    fact: Fact,
    messageId: string,
    id: string | null,
    how: Outcome<FactAnswer> | 'accept' | Promise<Outcome<FactAnswer> | 'accept'>,
  ): Promise<Outcome<FactAnswer>> {
    const payload = JSON.stringify([fact, id]);
    const isStart = fact.kind === 'transactionStarted';
    if ((this.#payloads.get(messageId) ?? payload) !== payload)
      this.problems.push(`other bytes under an id: ${payload}`);
    if (this.#refused.has(messageId)) this.problems.push(`the id of a refused message again: ${payload}`);
    if (!isStart && fact.kind !== 'securityEvent' && id === null) this.problems.push(`sent without id: ${payload}`);
    this.#payloads.set(messageId, payload);
    const outcome = await how;
    if (outcome !== 'accept') {
      if (outcome.kind === 'refused') this.#refused.add(messageId);
      return outcome;
    }
    const gave = isStart ? String(this.#nextId++) : null;
    this.entries.push({ messageId, fact, backendTransaction: id, gave });
    return { kind: 'answered', answer: { backendTransaction: gave, idToken: null } };
  }
}
