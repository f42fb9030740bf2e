import type { Cancel, Time } from '../../core/time.ts';
import type { HardwareCommand } from '../../evse/hardware.ts';
import type { EvsePower } from '../../smartcharging/evse-power.ts';
import type { PlannedLimit } from '../../smartcharging/limit-plan.ts';
import { HardwareOffer } from './hardware-offer.ts';
import type { LimitedEvse } from './limit-ports.ts';

/** What a place works with. */
export interface LimitedPlaceDeps {
  readonly time: Time;
  readonly command: (command: HardwareCommand) => Promise<unknown>;
  /** The plan has to be made anew. */
  readonly onChange: () => void;
  readonly onProblem: (text: string) => void;
}

/** How long a vehicle that is offered something again may take before its pause counts as its own. */
const resumingMs = 5_000;

/** A vehicle that took nothing for so long counts as one that has had enough: most of its part is free for others. */
const patienceMs = 30_000;

/** One EVSE with what is planned for it and what its hardware offers. */
export class LimitedPlace {
  readonly evse: LimitedEvse;
  readonly #deps: LimitedPlaceDeps;
  #offer: HardwareOffer | null = null;
  /** What is planned; null before the first plan. */
  plan: PlannedLimit | null = null;
  /** Its contactor is closed, or closes as soon as the limit is set. */
  admitted = false;
  /** Its limit is being set for a contactor that closes after it: it is open, and a report of that says nothing new. */
  admitting = false;
  /** The limit is not set yet, because something else has to be done first. */
  waits = false;
  /** The phases are being switched: nothing is offered. */
  switching = false;
  /** The vehicle took what was offered, and takes nothing any more. */
  standsBy = false;
  phases: EvsePower['phases'];
  /** Nobody knows with how many phases an earlier life left the hardware. */
  phasesKnown = false;
  /** When the phases were last switched during a transaction, on the monotonic clock. */
  switchedMs: number = Number.NEGATIVE_INFINITY;
  #admission: PromiseWithResolvers<void> | null = null;
  #cancelResuming: Cancel | null = null;
  #cancelPatience: Cancel | null = null;
  #follows: (() => void) | null = null;
  #drew = false;

  constructor(evse: LimitedEvse, deps: LimitedPlaceDeps) {
    this.evse = evse;
    this.#deps = deps;
    this.phases = evse.description.phases;
  }

  /** What its hardware offers; made when it first does. */
  get offer(): HardwareOffer {
    const { time, command, onProblem } = this.#deps;
    const { id } = this.evse;
    this.#offer ??= new HardwareOffer({
      time,
      command: (milliamps) => command({ type: 'setLimit', evse: id, milliamps }),
      onSettled: (error) => this.#settled(error),
      onProblem: (text) => onProblem(`EVSE ${id}: ${text}`),
    });
    return this.#offer;
  }

  /** What its hardware shall offer, in mA per phase. */
  get wanted(): number {
    return this.switching || this.plan === null ? 0 : this.plan.milliamps;
  }

  /** What is offered, or would be to a vehicle that came now. */
  get shownMilliamps(): number {
    return this.admitted ? Math.min(this.offer.told ?? this.wanted, this.wanted) : this.wanted;
  }

  /** Whether hardware and plan agree. */
  get settled(): boolean {
    return !this.admitted || (!this.waits && this.offer.told === this.wanted);
  }

  /** Resolves when the hardware confirmed a limit; rejects with what it refused with. */
  admission(): Promise<void> {
    this.#admission ??= Promise.withResolvers();
    return this.#admission.promise;
  }

  /** Nobody charges here any more, or not now. */
  released(): void {
    this.admitted = false;
    this.standsBy = false;
    this.#drew = false;
    this.#offer?.reset();
    this.#stopWaiting();
    this.#follows?.();
  }

  /** Tells the machine what there is to draw. Less is told at once; something again, when the vehicle takes it or had its time. */
  tell(): void {
    const { state } = this.evse;
    const offered = this.wanted > 0;
    if (!offered) this.#stopWaiting();
    if (state.offered === offered) return;
    if (!offered || !this.admitted || takes(state.pilot)) this.evse.offerChanged(offered);
    else if ((this.offer.told ?? 0) > 0) {
      this.#cancelResuming ??= this.#deps.time.after(resumingMs, () => {
        this.#cancelResuming = null;
        if (this.wanted > 0) this.evse.offerChanged(true);
      });
    }
  }

  /** Looks whether the vehicle still wants its part; whether that changed. */
  observe(): void {
    const drawing = takes(this.evse.state.pilot);
    if (!drawing) this.#follows?.();
    if (!this.admitted) return;
    if (drawing) {
      this.#drew = true;
      this.standsBy = false;
      this.#stopWaiting();
      return;
    }
    if (!this.#mayDraw) return;
    const offered = this.wanted > 0 && (this.offer.told ?? 0) > 0;
    if (!offered) {
      // A vehicle that is offered nothing cannot say what it wants.
      this.#drew = false;
      return;
    }
    if (this.#drew) this.standsBy = true;
    else if (!this.standsBy) this.#awaitDrawing();
  }

  /** Resolves when the vehicle draws nothing, or had the time that it is given to follow (IEC 61851-1). */
  async vehicleFollowed(): Promise<void> {
    if (!this.admitted || !takes(this.evse.state.pilot)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#deps.time.after(resumingMs, () => resolve());
    this.#follows = resolve;
    await promise;
    cancel();
    this.#follows = null;
  }

  /** Ends all waiting. */
  stop(): void {
    this.#stopWaiting();
    this.#offer?.reset();
  }

  /** At the end of a transaction a vehicle lets go because it has to. */
  get #mayDraw(): boolean {
    const { phase, pilot } = this.evse.state;
    return pilot === 'B' && phase.kind === 'running' && phase.energy !== 'deauthorized';
  }

  #awaitDrawing(): void {
    this.#cancelPatience ??= this.#deps.time.after(patienceMs, () => {
      this.#cancelPatience = null;
      this.standsBy = this.admitted && this.wanted > 0;
      this.#deps.onChange();
    });
  }

  #stopWaiting(): void {
    this.#cancelResuming?.();
    this.#cancelResuming = null;
    this.#cancelPatience?.();
    this.#cancelPatience = null;
  }

  #settled(error: unknown): void {
    const admission = this.#admission;
    if (this.offer.told !== null) {
      this.#admission = null;
      admission?.resolve();
    } else if (error !== null && admission !== null) {
      this.#admission = null;
      admission.reject(error);
    }
    this.#deps.onChange();
  }
}

function takes(pilot: LimitedEvse['state']['pilot']): boolean {
  return pilot === 'C' || pilot === 'D';
}
