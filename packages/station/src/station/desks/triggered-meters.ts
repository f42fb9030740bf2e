import { messageOf } from '../../core/errors.ts';
import { LazyMap } from '../../core/lazy-map.ts';
import type { Random } from '../../core/random.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { TrustedReading } from '../../metering/register-guard.ts';
import type { Sample } from '../../metering/sample.ts';
import type { TransactionRecord } from '../../transactions/transaction-record.ts';
import type { MeteredPlace } from '../metering/metered-place.ts';

/** What triggered meter values work with. */
export interface TriggeredMetersDeps {
  readonly time: Time;
  readonly random: Random;
  readonly scheduler: CallScheduler;
  readonly outbox: Outbox;
  readonly places: () => readonly MeteredPlace[];
  /** The station's clock, for a place that has none of its own yet. */
  readonly nowMs: () => number;
  readonly sampleOf: (place: MeteredPlace, reading: TrustedReading, timeMs: number) => Sample | null;
  readonly onProblem: (problem: string) => void;
}

/** Triggers of one connector closer together than this give one message, at the end of this time (V-13). */
const coalesceMs = 2_000;

interface Wanted {
  /** When the last message was asked for (monotonic). */
  sinceMs: number;
  /** Waits for the end of the time above. */
  cancel: Cancel | null;
  /** A message is being made or waits for its turn. */
  busy: boolean;
  /** A meter that does not answer is told once. */
  failing: boolean;
}

/** Sends what a meter shows now, when a backend asks for it (V-10). What waits is at most one message for each connector. */
export class TriggeredMeters {
  readonly #deps: TriggeredMetersDeps;
  readonly #wanted = new LazyMap<number, Wanted>();

  constructor(deps: TriggeredMetersDeps) {
    this.#deps = deps;
  }

  /** The places that a request is about; null means all. */
  places(connector: number | null): readonly MeteredPlace[] {
    return this.#deps.places().filter((place) => connector === null || place.connector === connector);
  }

  /** A message of this place is wanted: now, or when the last one is two seconds old. */
  want(place: MeteredPlace): void {
    const wanted = this.#wantedAt(place.connector);
    if (wanted.cancel !== null) return;
    const { time } = this.#deps;
    const waitMs = wanted.sinceMs + coalesceMs - time.monotonicMs();
    if (waitMs <= 0) {
      this.#begin(place, wanted);
      return;
    }
    wanted.cancel = time.after(waitMs, () => {
      wanted.cancel = null;
      this.#begin(place, wanted);
    });
  }

  /** Forgets what waits. May be called twice. */
  stop(): void {
    for (const wanted of this.#wanted.values()) wanted.cancel?.();
    this.#wanted.clear();
  }

  #wantedAt(connector: number): Wanted {
    const known = this.#wanted.get(connector);
    if (known !== undefined) return known;
    const fresh: Wanted = { sinceMs: Number.NEGATIVE_INFINITY, cancel: null, busy: false, failing: false };
    this.#wanted.set(connector, fresh);
    return fresh;
  }

  #begin(place: MeteredPlace, wanted: Wanted): void {
    if (wanted.busy) return;
    wanted.busy = true;
    wanted.sinceMs = this.#deps.time.monotonicMs();
    void this.#send(place, wanted).finally(() => {
      wanted.busy = false;
    });
  }

  async #send(place: MeteredPlace, wanted: Wanted): Promise<void> {
    try {
      const reading = await place.read();
      wanted.failing = false;
      if (await this.#tell(place, reading)) return;
      // The transaction ended before the message could leave: after its Stop nothing may name it.
      await this.#tell(place, await place.read());
    } catch (error) {
      if (!wanted.failing)
        this.#deps.onProblem(`triggered values of connector ${place.connector} were left out: ${messageOf(error)}`);
      wanted.failing = true;
    }
  }

  /** Sends one sample; false when its transaction was over before. */
  async #tell(place: MeteredPlace, reading: TrustedReading): Promise<boolean> {
    const { random, scheduler, outbox, nowMs, sampleOf } = this.#deps;
    const timeMs = place.wallMs() ?? nowMs();
    const sample = sampleOf(place, reading, timeMs);
    if (sample === null) return true;
    const transaction = runningAt(place.evse?.keeper.record ?? null, timeMs);
    const evse = place.connector;
    const fact = { kind: 'meterValues', transaction, evse, samples: [sample], offline: false, index: 0 } as const;
    // What the backend sees must not be later than what a power cut leaves; a store that fails has told so itself.
    const kept = transaction === null ? undefined : place.evse?.keeper.checkpoint(reading).catch(() => undefined);
    let isOver = false;
    await scheduler.request('triggered', async (session) => {
      await kept;
      isOver = transaction !== null && place.evse?.keeper.record?.key !== transaction;
      if (isOver) return { kind: 'notSendable', problem: 'its transaction is over' };
      const backendId = transaction === null ? null : outbox.backendTransaction(transaction);
      return session.fact(fact, random.uuid(), backendId);
    });
    return !isOver;
  }
}

/** The transaction to which a moment belongs: one that is ending has its last moment behind it. */
function runningAt(record: TransactionRecord | null, timeMs: number): string | null {
  if (record === null || (record.stop !== null && timeMs > record.stop.timeMs)) return null;
  return record.key;
}
