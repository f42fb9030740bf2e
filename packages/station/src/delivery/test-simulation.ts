import { createSeededRandom } from '../core/random.ts';
import { freshState, type OutboxRow } from '../store/store.ts';
import type { Fact } from '../transactions/facts.ts';
import type { DeliveryEvent } from './delivery-events.ts';
import { factoryDelivery, type DeliverySettings } from './delivery-settings.ts';
import type { Effects } from './effects.ts';
import type { Moment } from './moment.ts';
import { OptionalActions } from './optional-actions.ts';
import { OutboxMachine, type NextMessage } from './outbox-machine.ts';
import { groupOf, kindOf, laneOf, traitsOf } from './row-kind.ts';
import { answered, givesId, refused, unanswered, type noAnswer } from './test-session.ts';
import type { Outcome } from './session.ts';

/** A fact that happens at a moment (ms from the start). */
export interface Happening {
  readonly atMs: number;
  readonly fact: Fact;
}

/** What the backend got, and how it answered. */
export interface Arrival {
  readonly seq: number;
  readonly kind: string;
  readonly transaction: string | null;
  readonly atMs: number;
  readonly outcome: Outcome<typeof noAnswer>['kind'];
}

/** How the backend takes a message. */
export interface Taking {
  readonly afterMs: number;
  readonly outcome: 'answered' | 'refused' | 'unanswered';
  readonly final?: boolean;
}

export interface Simulation {
  readonly happenings: readonly Happening[];
  readonly take: (row: OutboxRow, attempt: number) => Taking;
  readonly settings?: Partial<DeliverySettings>;
  /** Offline until then; 0 unless given. */
  readonly onlineAtMs?: number;
  readonly untilMs: number;
}

export interface SimulationResult {
  readonly arrivals: readonly Arrival[];
  readonly events: readonly DeliveryEvent[];
  readonly machine: OutboxMachine;
}

/** Plays the pure machine against a backend, event by event, without store, session or timers. */
export function simulate(simulation: Simulation): SimulationResult {
  return new Player(simulation).play();
}

class Player {
  readonly #simulation: Simulation;
  readonly #machine: OutboxMachine;
  readonly #arrivals: Arrival[] = [];
  readonly #events: DeliveryEvent[] = [];
  readonly #todo: Happening[];
  #nowMs = 0;
  #seq = 0;
  #flight: { readonly row: OutboxRow; readonly endMs: number; readonly taking: Taking } | null = null;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.#todo = simulation.happenings.toSorted((a, b) => a.atMs - b.atMs);
    const settings = { ...factoryDelivery, ...simulation.settings };
    const random = createSeededRandom('simulation');
    const optional = new OptionalActions();
    this.#machine = new OutboxMachine({ station: 's', settings: () => settings, random, optional }, 0);
  }

  play(): SimulationResult {
    const { untilMs, onlineAtMs = 0 } = this.#simulation;
    while (this.#nowMs <= untilMs) {
      if (this.#nowMs >= onlineAtMs) this.#machine.setOnline(true, this.#moment());
      this.#appendDue();
      this.#endFlight();
      const next = this.#flight === null ? this.#send() : ({ kind: 'idle' } as const);
      const dueMs = next.kind === 'wait' ? next.untilMs : Infinity;
      const onlineMs = this.#nowMs < onlineAtMs ? onlineAtMs : Infinity;
      const nextMs = Math.min(this.#todo[0]?.atMs ?? Infinity, this.#flight?.endMs ?? Infinity, dueMs, onlineMs);
      if (nextMs === Infinity) break;
      this.#nowMs = Math.max(nextMs, this.#nowMs);
    }
    return { arrivals: this.#arrivals, events: this.#events, machine: this.#machine };
  }

  #appendDue(): void {
    const due = this.#todo.findIndex(({ atMs }) => atMs > this.#nowMs);
    for (const { fact } of this.#todo.splice(0, due < 0 ? this.#todo.length : due)) {
      const place = { seq: this.#seq++, lane: laneOf(fact), group: groupOf(fact) };
      this.#note(this.#machine.add([{ ...place, kind: kindOf(fact), state: freshState }], this.#moment()));
    }
  }

  #endFlight(): void {
    if (this.#flight === null || this.#flight.endMs > this.#nowMs) return;
    const { row, taking } = this.#flight;
    this.#flight = null;
    const answer = traitsOf(row).fact === 'transactionStarted' ? givesId(`id of ${row.group}`) : answered;
    if (taking.outcome === 'answered' && answer.kind === 'answered') {
      this.#note(this.#machine.delivered(row.seq, answer.answer, false, this.#moment()));
    } else {
      const failure = taking.outcome === 'refused' ? refused('InternalError', taking.final) : unanswered;
      if (failure.kind === 'refused' || failure.kind === 'unanswered')
        this.#note(this.#machine.failed(failure, this.#moment()));
    }
  }

  #send(): NextMessage {
    const { next, effects } = this.#machine.next(this.#moment());
    this.#note(effects);
    if (next.kind !== 'send') return next;
    const row = this.#machine.queue.index.get(next.seq);
    if (row === undefined) return next;
    this.#machine.claim(next.seq, next.lane, 1);
    this.#note(this.#machine.sent([next.seq], String(next.seq), this.#moment()).effects);
    const taking = this.#simulation.take(row, row.state.attempts + 1);
    this.#flight = { row, taking, endMs: this.#nowMs + taking.afterMs };
    const { seq, kind, group: transaction } = row;
    this.#arrivals.push({ seq, kind, transaction, atMs: this.#nowMs, outcome: taking.outcome });
    return next;
  }

  #note(effects: Effects): void {
    this.#events.push(...effects.events);
  }

  #moment(): Moment {
    return { monoMs: this.#nowMs, wallMs: 1_795_000_000_000 + this.#nowMs, wallValid: true };
  }
}
