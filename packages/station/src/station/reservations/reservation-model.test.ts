import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { ConnectorStatus } from '../../evse/connector-status.ts';
import { canTakeGrant, stepEvse } from '../../evse/evse-machine.ts';
import { initialEvseState, type EvseInput, type EvseState, type Grant } from '../../evse/evse-state.ts';
import { shownStatus } from '../../evse/shown-status.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { Reservation } from '../../reservations/reservation.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { rules } from '../evse/test-evse.ts';
import { ReservationDesk } from './reservation-desk.ts';

/** A card, and the group that it belongs to. */
interface Card {
  readonly idToken: string;
  readonly parentIdToken: string | null;
}

const cards: readonly Card[] = [
  { idToken: 'ANNA', parentIdToken: 'FLEET' },
  { idToken: 'BERT', parentIdToken: 'fleet' },
  { idToken: 'CARL', parentIdToken: null },
  { idToken: 'carl', parentIdToken: null },
  { idToken: 'DORA', parentIdToken: 'OTHERS' },
];
const evseCount = 3;
const broken = { id: 'f', errorCode: 'InternalError', vendorCode: '', text: '', severity: 'fault' } as const;

const evse = fc.integer({ min: 1, max: evseCount });
const card = fc.constantFrom(...cards);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('reserve' as const),
      id: fc.integer({ min: 0, max: 4 }),
      evse: fc.integer({ min: 0, max: evseCount }),
      card,
      group: fc.constantFrom(null, 'FLEET', 'OTHERS'),
      seconds: fc.constantFrom(0, 60, 600),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('cancel' as const), id: fc.integer({ min: 0, max: 4 }) }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('plug' as const), evse, in: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ op: fc.constant('card' as const), evse, card }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('end' as const), evse }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('fault' as const), evse, active: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('service' as const), evse, operative: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('wait' as const), seconds: fc.constantFrom(1, 61, 601) }) },
);
type Step = Parameters<Parameters<typeof step.map>[0]>[0];

/** An EVSE that decides as the real one does; a start is on disk as soon as it is wanted. */
class ModelEvse {
  readonly id: number;
  readonly closingLeftOpen = false;
  state: EvseState = initialEvseState;
  readonly #run: Run;

  constructor(id: number, run: Run) {
    this.id = id;
    this.#run = run;
  }

  get status(): ConnectorStatus {
    return shownStatus(this.state).status;
  }

  dispatch(input: EvseInput): void {
    const before = this.status;
    const { desk } = this.#run;
    const done = stepEvse(this.state, input, { ...rules, admits: (grant) => desk.admits(this.id, grant) });
    this.state = done.state;
    if (this.status !== before) desk.changed();
    for (const effect of done.effects) if (effect.kind === 'startTransaction') this.#run.start(this, effect.grant);
  }
}

/**
 * One story, judged by a naive reference: a list of promises, and what everybody can see of the connectors. It knows who may
 * start, what a request is answered and what shows, by counting.
 */
class Run {
  readonly time = new VirtualTime();
  readonly evses: readonly ModelEvse[] = Array.from(
    { length: evseCount },
    (_, index) => new ModelEvse(index + 1, this),
  );
  readonly desk: ReservationDesk;
  readonly #starts: Promise<void>[] = [];
  #promises: readonly Reservation[] = [];

  constructor() {
    this.desk = new ReservationDesk({
      station: 's',
      store: createMemoryStore(),
      time: this.time,
      clock: { nowMs: () => this.time.systemWallMs(), valid: true, onSet: () => () => undefined },
      params: { get: () => true } as unknown as ParameterReader,
      evses: () => this.evses as unknown as readonly EvseController[],
      longestIdToken: () => 20,
      cardless: () => false,
      onProblem: () => undefined,
    });
    this.desk.settled();
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const each of steps) {
      await this.#do(each);
      await this.time.advance(0);
      await Promise.all(this.#starts.splice(0));
      await this.time.advance(0);
      this.#forget();
      const ids = this.desk.list.map(({ id }) => id).toSorted();
      assert.deepEqual(ids, this.#promises.map(({ id }) => id).toSorted(), 'what holds');
      assert.deepEqual(
        this.evses.filter(({ status }) => status === 'Reserved').map(({ id }) => id),
        this.#shown(),
      );
    }
    this.desk.stop();
  }

  async #do(each: Step): Promise<void> {
    switch (each.op) {
      case 'reserve':
        return this.#reserve(each);
      case 'cancel': {
        const known = this.#promises.some(({ id }) => id === each.id);
        assert.equal(await this.desk.cancel(each.id), known ? 'accepted' : 'unknown');
        this.#promises = this.#promises.filter(({ id }) => id !== each.id);
        return;
      }
      case 'card':
        return this.#card(this.#evse(each.evse), each.card);
      case 'wait':
        return this.time.advance(each.seconds * 1000);
      case 'plug':
        return this.#evse(each.evse).dispatch({ kind: 'pilot', state: each.in ? 'B' : 'A' });
      case 'end':
        this.#evse(each.evse).dispatch({ kind: 'stop', cause: { reason: 'local', idToken: null } });
        return this.#evse(each.evse).dispatch({ kind: 'stopped' });
      case 'fault':
        return this.#evse(each.evse).dispatch({ kind: 'fault', fault: broken, active: each.active });
      case 'service':
        return this.#evse(each.evse).dispatch({ kind: 'availability', operative: each.operative });
    }
  }

  #evse(id: number): ModelEvse {
    const found = this.evses[id - 1];
    assert.ok(found !== undefined);
    return found;
  }

  async #reserve({
    id,
    evse: place,
    card: { idToken },
    group,
    seconds,
  }: Extract<Step, { op: 'reserve' }>): Promise<void> {
    const expiryMs = this.time.systemWallMs() + seconds * 1000;
    const wanted = { id, evse: place, idToken, parentIdToken: group, expiryMs };
    const expected = this.#answer(wanted);
    assert.equal(await this.desk.reserve(wanted), expected, JSON.stringify(wanted));
    if (expected === 'accepted') this.#promises = [...this.#promises.filter((other) => other.id !== id), wanted];
  }

  /** A card that is accepted: it begins, or waits for its plug, exactly where nobody else was promised the place. */
  #card(at: ModelEvse, who: Card): void {
    if (!canTakeGrant(at.state)) return;
    const may = this.#may(at, who);
    at.dispatch({ kind: 'granted', grant: { ...who, via: 'card', movable: false } });
    const { phase } = at.state;
    const isIn = phase.kind === 'starting' || (phase.kind === 'preparing' && phase.grant !== null);
    assert.equal(isIn, may, `whether ${who.idToken} is let in at ${at.id}`);
  }

  start(at: ModelEvse, grant: Grant): void {
    const expected = this.#used(at, grant);
    let used: number | undefined;
    const commit = (_writes: readonly unknown[], id?: number): Promise<void> => {
      used = id;
      return Promise.resolve();
    };
    const companion = this.desk.companionOf(at.id, grant);
    const begun = companion?.start({ key: 't', startedMs: 0 }, commit) ?? commit([]);
    const done = begun.then(() => {
      assert.equal(used, expected?.id, `the reservation that a start at ${at.id} uses`);
      this.#promises = this.#promises.filter((each) => each !== expected);
      at.dispatch({ kind: 'started' });
    });
    this.#starts.push(done);
  }

  #forget(): void {
    const out = this.evses.filter(({ status }) => status === 'Faulted' || status === 'Unavailable').map(({ id }) => id);
    this.#promises = this.#promises.filter(({ evse: place, expiryMs }) => {
      if (expiryMs <= this.time.systemWallMs()) return false;
      return place === 0 ? out.length < evseCount : !out.includes(place);
    });
  }

  #answer(wanted: Reservation): string {
    const { id, evse: place } = wanted;
    const others = this.#promises.filter((each) => each.id !== id);
    const had = this.#promises.find((each) => each.id === id)?.evse;
    const statuses = this.evses.map(({ status }) => status);
    const inTime = wanted.expiryMs > this.time.systemWallMs() ? 'accepted' : 'rejected';
    const spare = (without: number): number =>
      this.#free(others).filter((each) => each !== without).length - this.#seekers(others).length;
    if (place === 0) {
      if (had === 0 || spare(0) > 0) return inTime;
      if (statuses.every((status) => status === 'Faulted')) return 'faulted';
      if (statuses.every((status) => status === 'Unavailable')) return 'unavailable';
      return statuses.every((status) => status === 'Faulted' || status === 'Unavailable') ? 'unavailable' : 'occupied';
    }
    const status = statuses[place - 1];
    if (status === 'Faulted') return 'faulted';
    if (status === 'Unavailable') return 'unavailable';
    if (had === place) return inTime;
    const isFree = this.#free(others).includes(place);
    return isFree && (this.#seekers(others).length === 0 || spare(place) >= 0) ? inTime : 'occupied';
  }

  /** What nobody is at and nobody has by name. */
  #free(promises: readonly Reservation[]): readonly number[] {
    return this.evses
      .filter(({ status, id }) => {
        const isQuiet = status === 'Available' || status === 'Reserved';
        return isQuiet && !promises.some(({ evse: place }) => place === id);
      })
      .map(({ id }) => id);
  }

  /** Promises of any place whose people have not come yet. */
  #seekers(promises: readonly Reservation[]): readonly Reservation[] {
    let left = promises;
    for (const at of this.evses) {
      const { phase } = at.state;
      const who = phase.kind === 'preparing' || phase.kind === 'starting' ? phase.grant : null;
      const used = who === null ? null : best(left, at.id, who);
      left = left.filter((each) => each !== used);
    }
    return left.filter(({ evse: place }) => place === 0);
  }

  #may(at: ModelEvse, who: Card): boolean {
    const named = this.#promises.filter(({ evse: place }) => place === at.id);
    if (named.length > 0) return named.every((each) => fits(each, who));
    const seekers = this.#seekers(this.#promises);
    if (seekers.some((each) => fits(each, who))) return true;
    return this.#free(this.#promises).filter((id) => id !== at.id).length >= seekers.length;
  }

  #used(at: ModelEvse, who: Card): Reservation | null {
    return best(this.#promises, at.id, who);
  }

  #shown(): readonly number[] {
    const free = this.#free(this.#promises);
    const kept = free.length <= this.#seekers(this.#promises).length ? free : [];
    const named = this.evses.filter(({ id, state }) => {
      return state.phase.kind === 'idle' && this.#promises.some(({ evse: place }) => place === id);
    });
    return [...new Set([...kept, ...named.map(({ id }) => id)])].toSorted();
  }
}

function fits({ idToken, parentIdToken }: Reservation, who: Card): boolean {
  if (idToken.toUpperCase() === who.idToken.toUpperCase()) return true;
  return parentIdToken !== null && parentIdToken === who.parentIdToken?.toUpperCase();
}

function best(promises: readonly Reservation[], at: number, who: Card): Reservation | null {
  const score = (each: Reservation): number =>
    (each.evse === at ? 2 : 0) + (each.idToken.toUpperCase() === who.idToken.toUpperCase() ? 1 : 0);
  const fitting = promises.filter((each) => (each.evse === at || each.evse === 0) && fits(each, who));
  const [first] = fitting.toSorted((a, b) => score(b) - score(a) || a.expiryMs - b.expiryMs);
  return first ?? null;
}

test('whatever happens, only who is entitled begins, as many connectors stay free as were promised, and answers and statuses are what counting says (RS-01…RS-07)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), (steps) => new Run().play(steps)),
    { numRuns: 400 },
  );
});
