import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { BootAnswer, Outcome, StationIdentity } from '../../delivery/session.ts';
import {
  initialRegistration,
  stepRegistration,
  type RegistrationEffect,
  type RegistrationInput,
  type RegistrationRules,
  type RegistrationState,
} from '../../link/registration-machine.ts';

/** What the registrar works with. */
export interface RegistrarDeps {
  readonly time: Time;
  readonly scheduler: CallScheduler;
  readonly identity: () => StationIdentity;
  readonly rules: () => RegistrationRules;
  /** A BootNotification ended, however; told before anything follows from it. */
  readonly onBoot?: (outcome: Outcome<BootAnswer>, durationMs: number) => void;
  /** A usable answer came: clock and heartbeat follow it, before anything else is sent (B-03). */
  readonly onAnswer: (answer: BootAnswer) => void;
  /** Accepted; `again` when this endpoint had accepted before in this power cycle. */
  readonly onRegistered: (again: boolean) => void;
  readonly onState: (state: RegistrationState) => void;
  /** A BootNotification on an open link was not answered usefully. */
  readonly onFailed: () => void;
}

/** The shell of the registration: sends BootNotification when it is due, and opens the gate for what else may go out. */
export class Registrar {
  readonly #deps: RegistrarDeps;
  #state: RegistrationState = initialRegistration;
  #cancelWake: Cancel = noTimer;

  constructor(deps: RegistrarDeps) {
    this.#deps = deps;
  }

  get state(): RegistrationState {
    return this.#state;
  }

  /** What the backend said last, as its calls are judged (B-04, B-05). */
  get standing(): 'none' | 'pending' | 'rejected' | 'accepted' {
    const { kind } = this.#state;
    if (kind === 'accepted' || kind === 'pending' || kind === 'rejected') return kind;
    return this.#state.before.kind;
  }

  /** Feeds the machine. */
  dispatch(input: RegistrationInput): void {
    const { time, rules, onState } = this.#deps;
    const step = stepRegistration(this.#state, input, time.monotonicMs(), rules());
    const changed = step.state !== this.#state;
    this.#state = step.state;
    const perform = (): void => {
      if (changed) onState(step.state);
      for (const effect of step.effects) this.#perform(effect);
    };
    if (!changed) return perform();
    this.#cancelWake();
    this.#openGate(perform);
  }

  /** A BootNotification that the backend asked for. While registered it changes nothing (B-09). */
  async triggered(): Promise<void> {
    if (this.#state.kind !== 'accepted') {
      // The repetition that is due stays due: this one may fail as well (B-07).
      await this.#boot();
      return;
    }
    const outcome = await this.#deps.scheduler.request('triggered', (session) => session.boot(this.#deps.identity()), {
      coalesceKey: 'boot',
    });
    if (outcome.kind === 'answered' && outcome.answer.status === 'accepted') this.#deps.onAnswer(outcome.answer);
  }

  /** Ends timers; nothing is sent any more. */
  stop(): void {
    this.#cancelWake();
  }

  /** Lets through what the registration allows, beginning with what `first` asks for. */
  #openGate(first: () => void): void {
    const { kind } = this.#state;
    if (kind === 'offline') return first();
    if (kind === 'accepted') this.#deps.scheduler.setLevel('all', first);
    else this.#deps.scheduler.setLevel(this.standing === 'pending' ? 'triggeredOnly' : 'bootOnly', first);
  }

  #perform(effect: RegistrationEffect): void {
    switch (effect.kind) {
      case 'sendBoot':
        void this.#boot();
        return;
      case 'wakeAt':
        this.#cancelWake = this.#deps.time.after(effect.dueMs - this.#deps.time.monotonicMs(), () =>
          this.dispatch({ kind: 'due' }),
        );
        return;
      case 'registered':
        this.#deps.onRegistered(effect.again);
    }
  }

  async #boot(): Promise<void> {
    const { scheduler, identity, time } = this.#deps;
    const startedMs = time.monotonicMs();
    const outcome = await scheduler.request('boot', (session) => session.boot(identity()), { coalesceKey: 'boot' });
    this.#deps.onBoot?.(outcome, time.monotonicMs() - startedMs);
    this.#settle(outcome);
  }

  #settle(outcome: Outcome<BootAnswer>): void {
    if (outcome.kind === 'linkLost') return;
    if (outcome.kind !== 'answered') {
      this.dispatch({ kind: 'bootFailed' });
      this.#deps.onFailed();
      return;
    }
    this.#deps.onAnswer(outcome.answer);
    const { status, intervalSeconds } = outcome.answer;
    this.dispatch({ kind: 'bootAnswered', status, intervalSeconds });
  }
}
