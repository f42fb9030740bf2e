import type { Random } from '../core/random.ts';
import type { Time } from '../core/time.ts';
import type { CallScheduler } from '../delivery/call-scheduler.ts';
import type { Outbox } from '../delivery/outbox.ts';
import type { TriggerRequest } from '../dialects/station-commands.ts';
import type { MeterReading } from '../evse/hardware.ts';
import type { Sample } from '../metering/sample.ts';
import type { EvseController } from './evse-controller.ts';
import type { StatusBoard } from './status-board.ts';

/** What the desk works with. */
export interface TriggerDeskDeps {
  readonly time: Time;
  readonly random: Random;
  readonly scheduler: CallScheduler;
  readonly outbox: Outbox;
  readonly board: StatusBoard;
  readonly evses: () => readonly EvseController[];
  readonly boot: () => Promise<void>;
  readonly heartbeat: () => Promise<void>;
  readonly sampleOf: (evse: EvseController, reading: MeterReading) => Sample | null;
  readonly onProblem: (problem: string) => void;
}

/** Triggers of one kind and EVSE closer together than this give one message (V-13). */
const coalesceMs = 2_000;

/** Sends what a backend wants to see again (OCPP 1.6 §5.17): the confirmation first, then the message. */
export class TriggerDesk {
  readonly #deps: TriggerDeskDeps;
  readonly #lastMeterMs = new Map<number, number>();

  constructor(deps: TriggerDeskDeps) {
    this.#deps = deps;
  }

  /** Decides at once, sends afterwards. */
  trigger(request: TriggerRequest): 'accepted' | 'rejected' {
    switch (request.kind) {
      case 'boot':
        return this.#later(() => this.#deps.boot());
      case 'heartbeat':
        return this.#later(() => this.#deps.heartbeat());
      case 'status':
        return this.#status(request.evse);
      case 'meterValues':
        return this.#meterValues(request.evse);
    }
  }

  #status(evse: number | null): 'accepted' | 'rejected' {
    const places = [0, ...this.#deps.evses().map((each) => each.id)].filter((place) => evse === null || place === evse);
    if (places.length === 0) return 'rejected';
    return this.#later(async () => {
      await Promise.all(places.map((place) => this.#sendStatus(place)));
    });
  }

  async #sendStatus(evse: number): Promise<void> {
    const { scheduler, board } = this.#deps;
    await scheduler.request(
      'triggered',
      async (session) => {
        const report = board.report(evse);
        return report === null ? { kind: 'notSendable', problem: `no EVSE ${evse}` } : session.status(report);
      },
      { coalesceKey: `status:${evse}` },
    );
  }

  #meterValues(evse: number | null): 'accepted' | 'rejected' {
    const wanted = this.#deps.evses().filter((each) => evse === null || each.id === evse);
    if (wanted.length === 0) return 'rejected';
    return this.#later(async () => {
      await Promise.all(wanted.map((each) => this.#sendMeterValues(each)));
    });
  }

  async #sendMeterValues(evse: EvseController): Promise<void> {
    const { time, random, scheduler, outbox, sampleOf } = this.#deps;
    const nowMs = time.monotonicMs();
    if (nowMs - (this.#lastMeterMs.get(evse.id) ?? Number.NEGATIVE_INFINITY) < coalesceMs) return;
    this.#lastMeterMs.set(evse.id, nowMs);
    const sample = sampleOf(evse, await evse.readMeter());
    if (sample === null) return;
    const transaction = evse.keeper.record?.key ?? null;
    const backendId = transaction === null ? null : outbox.backendTransaction(transaction);
    const fact = {
      kind: 'meterValues',
      transaction,
      evse: evse.id,
      samples: [sample],
      offline: false,
      index: 0,
    } as const;
    await scheduler.request('triggered', (session) => session.fact(fact, random.uuid(), backendId), {
      coalesceKey: `meter:${evse.id}`,
    });
  }

  #later(work: () => Promise<void>): 'accepted' {
    this.#deps.time.after(0, () => {
      work().catch((error: unknown) => this.#deps.onProblem(`a triggered message was left out: ${String(error)}`));
    });
    return 'accepted';
  }
}
