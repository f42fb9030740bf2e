import type { BackendCall, StationAnswer, Watch, WatchContext, WireEvent } from './wire-event.ts';

/** Every CALL of the backend is answered once, and soon (G-05, T-11). */
export class AnswerWatch implements Watch {
  readonly #context: WatchContext;
  readonly #open = new Set<BackendCall>();

  constructor(context: WatchContext) {
    this.#context = context;
  }

  see(event: WireEvent): void {
    if (event.kind === 'closed' || event.kind === 'unreachable') this.#forget(event.connection);
    if ('atMs' in event) this.#sweep(event.atMs, event.kind === 'stationAnswer' ? event.answer.call : undefined);
    if (event.kind === 'backendCall') this.#open.add(event.call);
    if (event.kind === 'stationAnswer') this.#answered(event.answer);
  }

  #forget(connection: number): void {
    for (const call of this.#open) {
      if (call.record.connection === connection) this.#open.delete(call);
    }
  }

  /** Finds what has waited too long; what is being answered now is late, not missing. */
  #sweep(atMs: number, answeredNow: BackendCall | undefined): void {
    for (const call of this.#open) {
      if (call === answeredNow || !this.#isOverdue(call, atMs)) continue;
      this.#open.delete(call);
      if (!this.#context.expectations().answersArrive) continue;
      const problem = `${call.action ?? 'A malformed CALL'} has no answer after ${atMs - call.record.atMs} ms.`;
      this.#context.report('answer.missing', problem, [call.record]);
    }
  }

  #answered({ call, record }: StationAnswer): void {
    if (call === undefined) {
      this.#context.report('answer.foreign', 'No CALL of the backend on this connection has that id.', [record]);
      return;
    }
    const waited = this.#open.delete(call);
    call.answers += 1;
    if (call.answers > 1)
      this.#context.report('answer.duplicate', `${call.action ?? ''} ${call.id}`, [call.record, record]);
    else if (waited && this.#isOverdue(call, record.atMs)) {
      const problem = `${call.action ?? ''} was answered after ${record.atMs - call.record.atMs} ms.`;
      this.#context.report('answer.late', problem, [call.record, record]);
    }
  }

  #isOverdue(call: BackendCall, atMs: number): boolean {
    const { answerWithinMs, toleranceMs } = this.#context.expectations();
    return atMs - call.record.atMs > answerWithinMs + toleranceMs;
  }
}
