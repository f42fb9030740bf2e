import { TriggerGrants } from './trigger-grants.ts';
import type { BackendAnswer, StationCall, Watch, WatchContext, WireEvent } from './wire-event.ts';

type Registration =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'waiting';
      readonly status: 'Pending' | 'Rejected';
      readonly sinceMs: number;
      readonly untilMs: number;
    };

/** With interval 0 the station chooses its wait, which must not flood (B-06). */
const shortestOwnWaitMs = 5000;
/** An answer that left this shortly before the end of its connection may not have arrived. */
const maybeLostMs = 1000;

/** Nothing before registration, nothing but triggered messages while Pending, nothing while Rejected (B-01 to B-06). */
export class RegistrationWatch implements Watch {
  readonly #context: WatchContext;
  readonly #grants = new TriggerGrants();
  #state: Registration = { kind: 'unknown' };
  #openConnection: number | undefined;
  /** The connection of the life before: what the station wrote there before it died may still arrive after its rebirth. */
  #formerConnection: number | undefined;

  constructor(context: WatchContext) {
    this.#context = context;
  }

  see(event: WireEvent): void {
    this.#grants.see(event);
    if (event.kind === 'connected') this.#openConnection = event.connection;
    if (event.kind === 'rebooted') this.#rebooted();
    if (event.kind === 'stationCall' && event.call.record.connection !== this.#formerConnection)
      this.#check(event.call);
    if (event.kind === 'closed') this.#closed(event.atMs);
    if (event.kind === 'backendAnswer' && event.call.action === 'BootNotification')
      this.#booted(event.call, event.answer);
  }

  #rebooted(): void {
    this.#state = { kind: 'unknown' };
    this.#formerConnection = this.#openConnection;
  }

  #check(call: StationCall): void {
    const state = this.#state;
    const isBoot = call.action === 'BootNotification';
    switch (state.kind) {
      case 'accepted':
        return;
      case 'unknown':
        if (isBoot || this.#context.expectations().registeredAtStart) return;
        this.#context.report('boot.missing', `${call.action} was sent before any BootNotification.`, [call.record]);
        return;
      case 'waiting':
        if (this.#grants.take(call) && state.status === 'Pending') return;
        if (isBoot) this.#checkRepeatedBoot(call, state.untilMs);
        else this.#reportCall(call, state.status);
    }
  }

  #checkRepeatedBoot({ record }: StationCall, untilMs: number): void {
    const earlyMs = untilMs - record.atMs;
    if (earlyMs <= this.#context.expectations().toleranceMs) return;
    this.#context.report('boot.tooEarly', `BootNotification was repeated ${earlyMs} ms too early.`, [record]);
  }

  #reportCall({ action, record }: StationCall, status: 'Pending' | 'Rejected'): void {
    const rule = status === 'Pending' ? 'boot.pendingCall' : 'boot.rejectedCall';
    this.#context.report(rule, `${action} was sent while ${status}.`, [record]);
  }

  #booted({ record }: StationCall, { outcome, payload, record: { atMs } }: BackendAnswer): void {
    if (outcome !== 'result') return;
    const { status, interval } = payload;
    if (status === 'Accepted') this.#state = { kind: 'accepted' };
    const { callTimeoutMs, toleranceMs } = this.#context.expectations();
    const late = atMs - record.atMs >= callTimeoutMs - toleranceMs;
    if ((status === 'Pending' || status === 'Rejected') && !late) {
      const waitMs = typeof interval === 'number' && interval > 0 ? interval * 1000 : shortestOwnWaitMs;
      this.#state = { kind: 'waiting', status, sinceMs: atMs, untilMs: atMs + waitMs };
    }
  }

  #closed(atMs: number): void {
    const state = this.#state;
    if (state.kind === 'waiting' && atMs - state.sinceMs < maybeLostMs) this.#state = { ...state, untilMs: 0 };
  }
}
