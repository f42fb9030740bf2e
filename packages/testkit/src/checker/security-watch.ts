import { timeOf } from './watched-transaction.ts';
import type { BackendAnswer, StationCall, Watch, WatchContext, WireEvent } from './wire-event.ts';

const transactionActions = ['StartTransaction', 'StopTransaction'];
/** A Start or Stop that is this much older than an event that was sent before it had waited behind that event. */
const waitedMs = 15_000;
/** What seems older stems from a clock that jumped. */
const oldestMs = 43_200_000;
/** Clocks that differ by more say nothing of what waited. */
const clockToleranceMs = 5_000;

/**
 * A security event never goes before or between a Start and its Stop that wait (S-14). Judged only while all messages of
 * transactions are taken, and the backend's clock is right: what is parked may be overtaken.
 */
export class SecurityWatch implements Watch {
  readonly #context: WatchContext;
  #events: StationCall[] = [];
  #judges = true;

  constructor(context: WatchContext) {
    this.#context = context;
  }

  see(event: WireEvent): void {
    if (event.kind === 'connected') this.#events = [];
    if (event.kind === 'backendAnswer') this.#answered(event.call, event.answer);
    if (event.kind === 'stationCall') this.#check(event.call);
  }

  #answered({ action }: StationCall, { outcome, payload, record }: BackendAnswer): void {
    const isRefused = transactionActions.includes(action) && outcome !== 'result';
    const { currentTime } = payload;
    const isAstray = currentTime !== undefined && !(Math.abs(timeOf(currentTime) - record.atMs) <= clockToleranceMs);
    if (isRefused || isAstray) this.#judges = false;
  }

  #check(call: StationCall): void {
    if (call.action === 'SecurityEventNotification') this.#events.push(call);
    if (!transactionActions.includes(call.action) || call.previous !== undefined || !this.#judges) return;
    const happenedMs = timeOf(call.payload['timestamp']);
    const hasty = this.#events.find(({ record }) => {
      const ageMs = record.atMs - happenedMs;
      return ageMs > waitedMs && ageMs < oldestMs;
    });
    if (hasty === undefined) return;
    const problem = `A security event was sent while a ${call.action} waited.`;
    this.#context.report('security.overtakes', problem, [hasty.record, call.record]);
  }
}
