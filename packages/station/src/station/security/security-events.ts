import { messageOf } from '../../core/errors.ts';
import { LazyMap } from '../../core/lazy-map.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { OptionalActions } from '../../delivery/optional-actions.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import { floodStep, noFlood, type FloodState } from '../../security/flood-limit.ts';
import { traitsOfType, type SecurityEventType } from '../../security/security-event-types.ts';
import { SecurityLog, type NewEntry, type SecurityLogEntry } from '../../security/security-log.ts';
import type { Store, Write } from '../../store/store.ts';
import type { EventFact, Fact } from '../../transactions/facts.ts';

/** What the events are recorded and told with. */
export interface SecurityEventsDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly clock: StationClock;
  readonly params: ParameterReader;
  readonly outbox: Pick<Outbox, 'append'>;
  readonly optional: OptionalActions;
  readonly onEvent: (type: SecurityEventType, detail: string) => void;
  readonly onProblem: (problem: string) => void;
}

interface Raised {
  readonly type: SecurityEventType;
  readonly detail: string;
  /** When it happened (monotonic). */
  readonly atMs: number;
}

interface Flood {
  state: FloodState;
  /** The last one that was kept back; comes by itself when it may. */
  last: Raised | null;
  cancel: Cancel;
}

/** What cannot be written waits in memory; so many at most. */
const unwrittenAtMost = 100;
/** Longer texts are cut: they may come from a backend. */
const longestDetail = 500;

/**
 * Takes in what happened to the security of the station (S-14): into the rolling log at once, and with it, in one commit, into
 * the outbox when a backend is to be told. What comes in a flood is counted instead.
 */
export class SecurityEvents {
  readonly #deps: SecurityEventsDeps;
  readonly log: SecurityLog;
  readonly #floods = new LazyMap<SecurityEventType, Flood>();
  /** Lines whose time is an estimate so far: when they happened, and what. */
  readonly #undated = new LazyMap<number, Raised>();
  #unwritten: readonly Raised[] = [];
  #open = false;

  constructor(deps: SecurityEventsDeps) {
    this.#deps = deps;
    const { station, store, params } = deps;
    this.log = new SecurityLog({ station, store, size: () => params.get('security.logSize') });
  }

  /** Reads where the log stands. */
  load(): Promise<void> {
    return this.log.load();
  }

  /** The device has started, and the outbox is open: what happened before is written now. */
  start(firmwareVersion: string): void {
    this.#open = true;
    void this.release();
    void this.raise('StartupOfTheDevice', firmwareVersion === '' ? '' : `firmware ${firmwareVersion}`);
    void this.storeRecovered();
  }

  /** Waits for nothing any more. May be called twice. */
  stop(): void {
    for (const flood of this.#floods.values()) flood.cancel();
  }

  /**
   * Something happened. Resolves when it is on disk, or when that has to wait (a flood, a store that takes nothing); never rejects.
   * @param detail what a person wants to know, without secrets; 255 characters of it reach a backend
   */
  async raise(type: SecurityEventType, detail = ''): Promise<void> {
    await this.#admit({ type, detail: detail.slice(0, longestDetail), atMs: this.#deps.time.monotonicMs() });
  }

  /** The clock is set, or the station is registered anew: what waits for that is told, with the time that is right now. */
  async release(): Promise<void> {
    const { log } = this;
    if (!this.#open || log.held.length === 0 || !this.#deps.clock.valid || !this.#taken) return;
    const waiting = new Set(log.held);
    // Read first: what cannot be read yet stays held, and is told at the next occasion.
    const lines = await log.read().catch((error: unknown) => {
      this.#deps.onProblem(`security events are told later: ${messageOf(error)}`);
      return null;
    });
    if (lines === null) return;
    const known = new Map(this.#undated);
    this.#undated.clear();
    const writes: Write[] = [...log.released()];
    const corrected = [...known].map(([number, raised]): SecurityLogEntry => ({ number, ...this.#entry(raised) }));
    for (const { number, ...entry } of corrected) writes.push(...log.rewrite(number, entry));
    // Of an earlier life only the estimate of the time is left.
    const stored = lines.filter(({ number }) => waiting.has(number) && !known.has(number));
    const told = [...stored, ...corrected].toSorted((a, b) => a.number - b.number);
    const tells = this.#deps.params.get('security.sendEvents') !== 'off';
    await this.#commit(tells ? told.map((entry) => factOf(entry.number, entry)) : [], writes);
  }

  /** The store takes something again. */
  async storeRecovered(): Promise<void> {
    if (!this.#open) return;
    const waiting = this.#unwritten;
    this.#unwritten = [];
    for (const raised of waiting) await this.#write(raised);
  }

  /** What goes into the commit that takes a confirmed notification out of the outbox. */
  confirmed(fact: Fact): readonly Write[] {
    if (fact.kind !== 'securityEvent') return [];
    const { type, timeMs: atMs, detail, logged, estimated } = fact;
    return this.log.rewrite(logged, { type, atMs, detail, estimated, told: true });
  }

  /** Empties the log; that it happened is its first line. Rejects when it could not be written. */
  async clear(who: string): Promise<void> {
    const { time, outbox, store, onEvent } = this.#deps;
    const raised = { type: 'SecurityLogWasCleared', detail: `cleared by ${who}`, atMs: time.monotonicMs() } as const;
    const cleared = this.log.clear();
    this.#undated.clear();
    const { facts, writes } = this.#line(raised);
    try {
      await (facts.length > 0 ? outbox.append(facts, [...cleared, ...writes]) : store.commit([...cleared, ...writes]));
    } catch (error) {
      await this.log.load();
      throw error;
    }
    onEvent(raised.type, raised.detail);
  }

  async #admit(raised: Raised): Promise<void> {
    const rule = traitsOfType(raised.type);
    const nowMs = this.#deps.time.monotonicMs();
    const known = this.#floods.get(raised.type);
    const verdict = floodStep(known?.state ?? noFlood(rule, nowMs), rule, nowMs);
    const flood: Flood = known ?? { state: verdict.state, last: null, cancel: () => undefined };
    flood.state = verdict.state;
    this.#floods.set(raised.type, flood);
    if (verdict.passes) {
      flood.last = null;
      flood.cancel();
      const detail = verdict.keptBack > 0 ? `${raised.detail} (and ${verdict.keptBack} more before)` : raised.detail;
      await this.#write({ ...raised, detail: detail.trim() });
      return;
    }
    if (flood.last === null) {
      flood.cancel = this.#deps.time.after(verdict.nextMs - nowMs, () => this.#release(flood));
    }
    flood.last = raised;
  }

  #release(flood: Flood): void {
    const { last } = flood;
    if (last === null) return;
    flood.state = { ...flood.state, keptBack: flood.state.keptBack - 1 };
    flood.last = null;
    void this.#admit(last);
  }

  async #write(raised: Raised): Promise<void> {
    if (!this.#open) {
      this.#keep(raised);
      return;
    }
    const { number, facts, writes } = this.#line(raised);
    if (await this.#commit(facts, writes)) this.#deps.onEvent(raised.type, raised.detail);
    else {
      this.#undated.delete(number);
      this.#keep(raised);
    }
  }

  /** One more line, with the fact for the backend when it is to be told and the time is known. */
  #line(raised: Raised): {
    readonly number: number;
    readonly facts: readonly EventFact[];
    readonly writes: readonly Write[];
  } {
    const { params, clock } = this.#deps;
    const entry = this.#entry(raised);
    const isTold = traitsOfType(raised.type).told && params.get('security.sendEvents') !== 'off';
    const waits = isTold && (!clock.valid || !this.#taken);
    const { number, writes } = this.log.append(entry, waits);
    if (waits && !clock.valid) this.#undated.set(number, raised);
    return { number, facts: isTold && !waits ? [factOf(number, entry)] : [], writes };
  }

  /** A backend that does not know security events is told of none before it registers the station again. */
  get #taken(): boolean {
    const { params, optional } = this.#deps;
    return params.get('security.sendEvents') === 'on' || optional.taken('securityEvent');
  }

  async #commit(facts: readonly Fact[], writes: readonly Write[]): Promise<boolean> {
    const { store, outbox, onProblem } = this.#deps;
    try {
      await (facts.length > 0 ? outbox.append(facts, writes) : store.commit(writes));
      return true;
    } catch (error) {
      onProblem(`a security event could not be recorded and waits in memory: ${messageOf(error)}`);
      return false;
    }
  }

  #keep(raised: Raised): void {
    this.#unwritten = [...this.#unwritten, raised].slice(-unwrittenAtMost);
  }

  #entry({ type, detail, atMs }: Raised): NewEntry {
    const { clock } = this.#deps;
    return { type, detail, atMs: Math.round(clock.wallOf(atMs)), estimated: !clock.valid, told: false };
  }
}

function factOf(logged: number, { type, atMs, detail, estimated }: NewEntry): EventFact {
  const { critical } = traitsOfType(type);
  return { kind: 'securityEvent', type, timeMs: atMs, detail, critical, logged, estimated };
}
