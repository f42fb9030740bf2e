import type { Actor } from '../../api/actor.ts';
import type { ApiOutbox, OutboxView } from '../../api/device-port.ts';
import { KerbsideError } from '../../core/errors.ts';
import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { Deletion } from '../../delivery/dead-letters.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { Logbook } from '../../eichrecht/logbook.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { Fact } from '../../transactions/facts.ts';

/** What the desk works with. */
export interface OutboxDeskDeps {
  readonly outbox: Outbox;
  readonly scheduler: CallScheduler;
  readonly params: ParameterReader;
  readonly clock: { nowMs(): number };
  readonly logbook: () => Logbook;
  readonly onProblem: (text: string) => void;
}

/** Under which name people know what becomes of a fact. */
const actions: Readonly<Record<Fact['kind'], string>> = {
  transactionStarted: 'StartTransaction',
  meterValues: 'MeterValues',
  transactionEnded: 'StopTransaction',
  securityEvent: 'SecurityEventNotification',
};

/** The outbox for people on site: what waits, and what becomes of what the backend did not take. */
export class OutboxDesk implements ApiOutbox {
  readonly #deps: OutboxDeskDeps;

  constructor(deps: OutboxDeskDeps) {
    this.#deps = deps;
  }

  async view(): Promise<OutboxView> {
    const { outbox, scheduler, params, clock } = this.#deps;
    const { inFlight, head, nextDueInMs, parked, storeBlocked, overflow, counters, waitingByFact } = outbox.snapshot();
    const { transaction, event, bytes, oldestMs } = await outbox.waiting();
    return {
      inFlight:
        inFlight === null ? null : { action: actionOf(inFlight.fact), ageMs: inFlight.ageMs, id: inFlight.messageId },
      waiting: { transaction, event, state: scheduler.waitingStatuses },
      waitingByAction: Object.fromEntries(
        Object.entries(waitingByFact).map(([fact, count]) => [actionOf(fact), count]),
      ),
      parked,
      bytes,
      bound: params.get('traffic.queueSize'),
      nextRetryMs: nextDueInMs === null ? null : Math.round(clock.nowMs() + nextDueInMs),
      attempts: head?.failed ?? 0,
      lastError: head === null || head.lastError === '' ? null : head.lastError,
      oldestMs,
      storeBlocked,
      overflow,
      counters,
    };
  }

  resend(seq: number): void {
    switch (this.#deps.outbox.letters.resend(seq)) {
      case 'accepted':
        return;
      case 'unknown':
        throw unknown(seq);
      case 'over':
        throw new KerbsideError(
          'outbox.refused',
          `Message ${seq} begins a transaction that is over for the backend: sent now, it would stay open there for ever.`,
        );
    }
  }

  async delete(seq: number, confirm: boolean, by: Actor): Promise<number> {
    const { outbox, logbook, onProblem } = this.#deps;
    const deletion = outbox.letters.deletion(seq);
    if (deletion.kind !== 'possible') throw refusalOf(deletion.kind, seq);
    const { seqs, bills } = deletion;
    if (bills !== null && !confirm)
      throw new KerbsideError(
        'outbox.confirm',
        `Without message ${seq} the backend cannot bill the transaction ${bills}; ${messages(seqs.length)} would be deleted for ever.`,
      );
    const text = `${messages(seqs.length)} of the transaction ${String(bills)} deleted undelivered by ${by.who}`;
    const actor = by.role === 'manufacturer' ? 'manufacturer' : 'operator';
    const entry = bills === null ? [] : logbook().entry('unbillable', 0, text, actor, bills);
    await outbox.letters.delete(seqs, entry);
    onProblem(bills === null ? `${messages(seqs.length)} deleted undelivered by ${by.who}` : text);
    return seqs.length;
  }
}

function actionOf(fact: string): string {
  return Object.hasOwn(actions, fact) ? actions[fact as Fact['kind']] : fact;
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}

function unknown(seq: number): KerbsideError {
  return new KerbsideError('outbox.unknown', `There is no message ${seq} among those that the backend did not take.`);
}

function refusalOf(kind: Exclude<Deletion['kind'], 'possible'>, seq: number): KerbsideError {
  if (kind === 'unknown') return unknown(seq);
  return new KerbsideError('outbox.refused', `Message ${seq} cannot be deleted: ${reasons[kind]}.`);
}

const reasons: Readonly<Record<Exclude<Deletion['kind'], 'possible' | 'unknown'>, string>> = {
  onItsWay: 'it is being sent, or something that goes with it waits in the queue',
  open: 'its transaction has not ended yet',
  signed: 'signed meter data stay until they are delivered, and what they cannot be delivered without stays with them',
};
