import type { StationCall, Watch, WatchContext, WireEvent } from './wire-event.ts';

/** One CALL in flight (T-10), one message per id (T-09), one socket (T-24). */
export class FlightWatch implements Watch {
  readonly #context: WatchContext;
  readonly #inFlight = new Set<StationCall>();
  /** The last frame before the last reboot: what was durable then is not known. */
  #rebootedAt: number | undefined;
  #lastSequence = 0;
  #retransmissions = 0;

  constructor(context: WatchContext) {
    this.#context = context;
  }

  /** How often a message was rightly sent again. */
  get retransmissions(): number {
    return this.#retransmissions;
  }

  see(event: WireEvent): void {
    switch (event.kind) {
      case 'connected':
        if (event.second)
          this.#context.report('socket.two', `Connection ${event.connection} while another was open.`, []);
        this.#inFlight.clear();
        return;
      case 'stationCall':
        this.#lastSequence = event.call.record.sequence;
        this.#checkFlight(event.call);
        this.#checkId(event.call);
        return;
      case 'backendAnswer':
        this.#inFlight.delete(event.call);
        return;
      case 'rebooted':
        this.#rebootedAt = this.#lastSequence;
        return;
      case 'closed':
      case 'unreachable':
      case 'backendCall':
      case 'stationAnswer':
      case 'malformed':
      case 'passed':
    }
  }

  #checkFlight(call: StationCall): void {
    const { callTimeoutMs, toleranceMs } = this.#context.expectations();
    for (const open of this.#inFlight) {
      if (open.record.connection === call.record.connection) {
        const waitedMs = call.record.atMs - open.record.atMs;
        if (waitedMs < callTimeoutMs - toleranceMs) {
          const problem = `${call.action} was sent ${waitedMs} ms after ${open.action}, which was not answered.`;
          this.#context.report('call.twoInFlight', problem, [open.record, call.record]);
        }
      }
      this.#inFlight.delete(open);
    }
    this.#inFlight.add(call);
  }

  #checkId(call: StationCall): void {
    const { previous } = call;
    if (previous === undefined) return;
    const records = [previous.record, call.record];
    if (previous.record.text !== call.record.text) {
      this.#context.report(
        'call.idReused',
        `${call.id} was ${previous.action} and is now another ${call.action}.`,
        records,
      );
    } else if (this.#answerArrived(previous, call)) {
      this.#context.report('call.idRepeated', `${call.action} ${call.id} was sent again after its answer.`, records);
    } else {
      this.#retransmissions += 1;
    }
  }

  /** Whether the station must have the answer: a result, in time, on the same connection, and no power cut since. */
  #answerArrived({ answer, record }: StationCall, again: StationCall): boolean {
    if (answer?.outcome !== 'result' || record.connection !== again.record.connection) return false;
    if (this.#rebootedAt !== undefined && this.#rebootedAt >= record.sequence) return false;
    const { callTimeoutMs, toleranceMs } = this.#context.expectations();
    return answer.record.atMs - record.atMs < callTimeoutMs - toleranceMs;
  }
}
