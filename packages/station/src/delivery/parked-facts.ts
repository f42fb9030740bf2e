import { LazySet } from '../core/lazy-set.ts';
import type { Random } from '../core/random.ts';
import type { OutboxRow } from '../store/store.ts';
import type { Batches } from './batches.ts';
import type { ResendReason } from './delivery-events.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import type { EffectLog } from './effects.ts';
import { isOrphan, type Verdict } from './lane-decision.ts';
import type { OutboxIndex } from './outbox-index.ts';
import type { SendLane } from './send-lane.ts';
import * as rounds from './resend-round.ts';
import { traitsOf } from './row-kind.ts';
import type { TransactionIds } from './transaction-ids.ts';

export interface ParkedFactsDeps {
  readonly index: OutboxIndex;
  readonly ids: TransactionIds;
  readonly batches: Batches;
  readonly random: Random;
  readonly settings: () => DeliverySettings;
  readonly log: EffectLog;
}

/** The occasions on which parked facts are tried again, and what is tried next (row 12). */
export class ParkedFacts {
  readonly #deps: ParkedFactsDeps;
  #rounds: rounds.RoundState;
  /** What somebody wants to be tried by itself; each once, before any round. */
  readonly #chosen = new LazySet<number>();

  constructor(deps: ParkedFactsDeps, nowMs: number) {
    this.#deps = deps;
    this.#rounds = rounds.idleRounds(nowMs, deps.random.next());
  }

  /** How many can go again: a transaction whose Stop went out with −1 is over for the backend. */
  get resendable(): number {
    const { index, ids } = this.#deps;
    let count = 0;
    for (const { group } of index.parked) {
      const isOver = group !== null && index.startOf(group) !== undefined && ids.isEnded(group);
      if (!isOver) count += 1;
    }
    return count;
  }

  want(reason: ResendReason): void {
    if (this.#deps.index.parked.size > 0) this.#rounds = rounds.wantRound(this.#rounds, reason);
  }

  /** Wants one fact to be tried, whatever becomes of the others. */
  choose(seq: number): void {
    this.#chosen.add(seq);
  }

  /** What to try next, when nothing else waits. */
  decide(nowMs: number, pacedUntilMs: number): Verdict {
    const { index } = this.#deps;
    if (index.parked.size === 0) return { kind: 'none' };
    const chosen = this.#nextChosen();
    if (chosen !== undefined) return { kind: 'send', row: chosen };
    const dueMs = rounds.intervalDue(this.#rounds, this.#deps.settings().parkedRetryMs);
    if (nowMs >= dueMs) this.#rounds = rounds.wantRound(this.#rounds, 'interval');
    this.#begin(nowMs);
    const row = rounds.nextOfRound(this.#rounds, index, (candidate) => this.#mayGo(candidate));
    if (row === undefined) {
      this.#rounds = rounds.endRound(this.#rounds);
      return { kind: 'wait', untilMs: rounds.intervalDue(this.#rounds, this.#deps.settings().parkedRetryMs) };
    }
    if (!traitsOf(row).boundary && pacedUntilMs > nowMs) return { kind: 'wait', untilMs: pacedUntilMs };
    return { kind: 'send', row };
  }

  failed(row: OutboxRow, nowMs: number): void {
    if (this.#chosen.delete(row.seq)) return;
    this.#rounds = rounds.roundFailed(this.#rounds, row, nowMs, this.#deps.settings().parkedRetryMs);
  }

  /** A fact was delivered, by the round or out of the queue. */
  delivered(row: OutboxRow, lane: SendLane | null): void {
    const wasChosen = this.#chosen.delete(row.seq);
    if (lane === 'parked' && !wasChosen) this.#rounds = rounds.roundPassed(this.#rounds, row.seq);
    if (this.#deps.index.parked.size > 0) this.#rounds = rounds.roundEncouraged(this.#rounds, traitsOf(row).fact);
  }

  #nextChosen(): OutboxRow | undefined {
    for (const seq of this.#chosen) {
      const row = this.#deps.index.parked.get(seq);
      if (row !== undefined && this.#mayGo(row)) return row;
      this.#chosen.delete(seq);
    }
    return undefined;
  }

  #begin(nowMs: number): void {
    const { wanted } = this.#rounds;
    if (wanted === null) return;
    this.#rounds = rounds.beginRound(this.#rounds, nowMs, this.#deps.random.next());
    const { index, log } = this.#deps;
    const pausing = (this.#rounds.running?.failed.length ?? 0) > 0;
    if (!pausing) log.event({ kind: 'resendBegan', reason: wanted, parked: index.parked.size });
  }

  /** A fact whose Start is parked waits for it; a Start whose Stop went out with −1 would open it for ever. */
  #mayGo(row: OutboxRow): boolean {
    const { batches, ids } = this.#deps;
    if (batches.follows(row.seq) || isOrphan(this.#deps, row)) return false;
    return traitsOf(row).fact !== 'transactionStarted' || row.group === null || !ids.isEnded(row.group);
  }
}
