import { bearerText, stillStands } from './bearer.ts';
import type { Bearer } from './bearer.ts';
import { usableBearers, whyNoneIsUp } from './bearer-choice.ts';
import type { BearerRules } from './bearer-choice.ts';
import type { BearerChange, BearerEffect, BearerInput, BearerMachine } from './bearer-machine-types.ts';

/** So many failed attempts in a row make the next bearer be tried (parameters.md row 1). */
const ATTEMPTS_BEFORE_NEXT = 5;
/** Another bearer is tried at most this often, and one over which the backend was not reached as well. */
export const TRY_AGAIN_MS = 600_000;

const noMoments: ReadonlyMap<string, number> = new Map();

/** A choice before anything is known. */
export function newBearerMachine(rules: BearerRules): BearerMachine {
  return {
    rules,
    interfaces: [],
    driverUp: true,
    used: null,
    reason: 'not started',
    upSinceMs: noMoments,
    failures: 0,
    returnTo: null,
    suspects: noMoments,
    triedMs: noMoments,
    moving: false,
  };
}

/** One decision about the bearer. Pure: all it knows of time is `nowMs` (monotonic). */
export function stepBearer(
  machine: BearerMachine,
  input: BearerInput,
  nowMs: number,
): { readonly state: BearerMachine; readonly effects: readonly BearerEffect[] } {
  const turn = new Turn(machine, nowMs);
  turn.take(input);
  return { state: turn.machine, effects: turn.effects };
}

/** Names a bearer in the machine's books. */
export function keyOf(bearer: Bearer): string {
  return bearer.interface ?? bearer.name;
}

/** The working copy of one step. */
class Turn {
  machine: BearerMachine;
  readonly effects: BearerEffect[] = [];
  readonly #nowMs: number;

  constructor(machine: BearerMachine, nowMs: number) {
    this.machine = machine;
    this.#nowMs = nowMs;
  }

  take(input: BearerInput): void {
    switch (input.type) {
      case 'rules':
        this.#set({ rules: input.rules });
        if (!input.rules.fallback) this.#set({ suspects: new Map(), returnTo: null });
        break;
      case 'interfaces':
        this.#set({ interfaces: input.interfaces });
        break;
      case 'driver':
        this.#set({ driverUp: input.up });
        break;
      case 'attemptFailed':
        this.#attemptFailed();
        break;
      case 'proven':
        this.#proven();
        break;
      case 'quiet':
        if (this.machine.moving) this.#move();
        break;
      case 'timer':
        break;
    }
    this.#decide();
  }

  /** The bearers that are up, best first. */
  #candidates(): readonly Bearer[] {
    const { interfaces, rules, used, driverUp } = this.machine;
    return driverUp ? usableBearers(interfaces, rules, used) : [];
  }

  #decide(): void {
    const candidates = this.#candidates();
    this.#keepBooks(candidates.map(keyOf));
    const { used } = this.machine;
    const current = used === null ? undefined : candidates.find((one) => keyOf(one) === keyOf(used));
    if (used !== null && current !== undefined && stillStands(used, current)) {
      if (used.ipv4 !== current.ipv4 || used.ipv6 !== current.ipv6) this.#use(current, 'same', this.machine.reason);
      this.#considerMove(candidates);
    } else if (used !== null && this.#isSwitchedOff()) this.#askForQuiet();
    else this.#replace(used, candidates);
    this.#arm(candidates);
  }

  /** What went down begins anew when it comes up again. */
  #keepBooks(up: readonly string[]): void {
    const { upSinceMs, suspects } = this.machine;
    this.#set({
      upSinceMs: new Map(up.map((key) => [key, upSinceMs.get(key) ?? this.#nowMs])),
      suspects: suspects.size === 0 ? noMoments : new Map([...suspects].filter(([key]) => up.includes(key))),
    });
  }

  #replace(lost: Bearer | null, candidates: readonly Bearer[]): void {
    const next = candidates.find((one) => !this.#isSuspect(one)) ?? candidates[0] ?? null;
    if (lost === null && next === null) return this.#set({ reason: this.#whyNone() });
    this.#use(next, lost === null ? 'up' : 'lost', next === null ? this.#whyNone() : whyReplaced(lost, next));
    this.#callOff();
  }

  #whyNone(): string {
    const { driverUp, interfaces, rules } = this.machine;
    if (this.#isSwitchedOff()) return 'no network is to be used (backend.connectionType)';
    return driverUp ? whyNoneIsUp(interfaces, rules) : 'the hardware says that the connection is down';
  }

  #isSwitchedOff(): boolean {
    return this.machine.rules.connectionType === 'none';
  }

  #considerMove(candidates: readonly Bearer[]): void {
    if (this.#readyFor(candidates) === undefined) this.#callOff();
    else this.#askForQuiet();
  }

  /** The best of the better bearers that has been up long enough. */
  #readyFor(candidates: readonly Bearer[]): Bearer | undefined {
    return this.#better(candidates).find((one) => this.#dueMs(one) <= this.#nowMs);
  }

  /** A trial is not cut short by what failed before it. */
  #better(candidates: readonly Bearer[]): readonly Bearer[] {
    const { used, returnTo, suspects } = this.machine;
    const place = used === null ? -1 : candidates.findIndex((one) => keyOf(one) === keyOf(used));
    const better = candidates.slice(0, Math.max(0, place));
    return returnTo === null ? better : better.filter((one) => !suspects.has(keyOf(one)));
  }

  #dueMs(bearer: Bearer): number {
    const { upSinceMs, rules, suspects } = this.machine;
    const key = keyOf(bearer);
    return Math.max((upSinceMs.get(key) ?? this.#nowMs) + rules.holdMs, suspects.get(key) ?? 0);
  }

  #isSuspect(bearer: Bearer): boolean {
    return (this.machine.suspects.get(keyOf(bearer)) ?? 0) > this.#nowMs;
  }

  #askForQuiet(): void {
    if (this.machine.moving) return;
    this.#set({ moving: true });
    this.effects.push({ type: 'awaitQuiet' });
  }

  #callOff(): void {
    if (this.machine.moving) this.effects.push({ type: 'resume' });
    this.#set({ moving: false });
  }

  #move(): void {
    const { used } = this.machine;
    const next = this.#readyFor(this.#candidates());
    if (used !== null && this.#isSwitchedOff()) {
      this.#set({ moving: false });
      return this.#use(null, 'move', this.#whyNone());
    }
    if (used === null || next === undefined) return this.#callOff();
    this.#set({ moving: false });
    const returnTo = this.machine.suspects.has(keyOf(next)) ? keyOf(used) : null;
    const why = returnTo === null ? 'is up again and better' : 'is better and tried again';
    this.#use(next, 'move', `${bearerText(next)} ${why} than ${bearerText(used)}`);
    this.#set({ returnTo });
  }

  #attemptFailed(): void {
    const { used, returnTo, failures, rules } = this.machine;
    if (used === null) return;
    if (returnTo !== null) return this.#return(used, returnTo);
    this.#set({ failures: failures + 1 });
    if (!rules.fallback || this.machine.failures < ATTEMPTS_BEFORE_NEXT || this.#triedLately()) return;
    const next = this.#nextToTry(used);
    if (next === undefined) return;
    const failed = this.machine.failures;
    this.#suspect([keyOf(used)]);
    this.#use(next, 'move', `${failed} attempts over ${bearerText(used)} failed`);
    const triedMs = new Map([...this.machine.triedMs, [keyOf(next), this.#nowMs] as const]);
    this.#set({ failures: failed, returnTo: keyOf(used), triedMs });
  }

  #triedLately(): boolean {
    return [...this.machine.triedMs.values()].some((atMs) => this.#nowMs - atMs < TRY_AGAIN_MS);
  }

  /** The bearers beside the used one take turns. */
  #nextToTry(used: Bearer): Bearer | undefined {
    const { triedMs } = this.machine;
    const others = this.#candidates().filter((one) => keyOf(one) !== keyOf(used));
    const lastMs = (one: Bearer): number => triedMs.get(keyOf(one)) ?? Number.NEGATIVE_INFINITY;
    return others.toSorted((one, other) => (lastMs(one) < lastMs(other) ? -1 : lastMs(one) > lastMs(other) ? 1 : 0))[0];
  }

  /** The trial was in vain. */
  #return(tried: Bearer, to: string): void {
    const { failures } = this.machine;
    this.#suspect([keyOf(tried)]);
    const home = this.#candidates().find((one) => keyOf(one) === to);
    if (home === undefined) return this.#set({ returnTo: null });
    this.#use(home, 'return', `over ${bearerText(tried)} the backend was not reached either`);
    this.#set({ failures });
  }

  #proven(): void {
    const { used, returnTo, suspects } = this.machine;
    if (used === null) return;
    this.#set({ failures: 0, returnTo: null });
    this.#set({ suspects: new Map([...suspects].filter(([key]) => key !== keyOf(used))) });
    // What failed is not better for some time.
    if (returnTo !== null) this.#suspect(this.#better(this.#candidates()).map(keyOf));
  }

  #suspect(keys: readonly string[]): void {
    const untilMs = this.#nowMs + TRY_AGAIN_MS;
    this.#set({ suspects: new Map([...this.machine.suspects, ...keys.map((key) => [key, untilMs] as const)]) });
  }

  #use(bearer: Bearer | null, change: BearerChange, reason: string): void {
    if (change !== 'same') this.#set({ failures: 0, returnTo: null });
    this.#set({ used: bearer, reason });
    this.effects.push({ type: 'use', bearer, change, reason });
  }

  #arm(candidates: readonly Bearer[]): void {
    const { used, moving } = this.machine;
    const waits = moving || used === null ? [] : this.#better(candidates).map((one) => this.#dueMs(one) - this.#nowMs);
    this.effects.push({ type: 'arm', delayMs: waits.length === 0 ? null : Math.max(0, Math.min(...waits)) });
  }

  #set(change: Partial<BearerMachine>): void {
    this.machine = { ...this.machine, ...change };
  }
}

function whyReplaced(lost: Bearer | null, next: Bearer): string {
  if (lost === null) return 'it is the best that is up';
  return `${bearerText(lost)} ${keyOf(lost) === keyOf(next) ? 'has another address' : 'went down'}`;
}
