import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  endedByPlaces,
  placeAnswer,
  shownReservations,
  standing,
  usedBy,
  type ReservablePlace,
} from './reservation-rules.ts';
import { reservationFromJson, reservationToJson, type Reservation } from './reservation.ts';

/** Places from 1 on: f free, o occupied, x faulted, u unavailable; with whom was let in at some. */
function places(states: string, admitted: Readonly<Record<number, string>> = {}): readonly ReservablePlace[] {
  const words = { f: 'free', o: 'occupied', x: 'faulted', u: 'unavailable' } as const;
  return Array.from(states, (letter, index) => {
    const idToken = admitted[index + 1];
    return {
      evse: index + 1,
      state: words[letter as keyof typeof words],
      admitted: idToken === undefined ? null : { idToken, parentIdToken: null },
    };
  });
}

function reservation(id: number, evse: number, over: Partial<Reservation> = {}): Reservation {
  return { id, evse, idToken: `CARD${id}`, parentIdToken: null, expiryMs: 1_000, ...over };
}

function person(
  idToken: string,
  parentIdToken: string | null = null,
): { idToken: string; parentIdToken: string | null } {
  return { idToken, parentIdToken };
}

describe('a request is answered by what is there (RS-01, RS-02, RS-03)', () => {
  for (const [name, states, book, wanted, answer] of [
    ['free', 'ff', [], [1, 1], 'accepted'],
    ['occupied', 'of', [], [1, 1], 'occupied'],
    ['faulted', 'xf', [], [1, 1], 'faulted'],
    ['unavailable', 'uf', [], [1, 1], 'unavailable'],
    ['unknown', 'ff', [], [1, 3], 'unknown'],
    ['reserved by another', 'ff', [reservation(2, 1)], [1, 1], 'occupied'],
    ['needed for one of any place', 'fo', [reservation(2, 0)], [1, 1], 'occupied'],
    ['one is left for any place', 'ff', [reservation(2, 0)], [1, 1], 'accepted'],
    ['its own, and somebody has come', 'of', [reservation(1, 1)], [1, 1], 'accepted'],
    ['moved to a free place', 'ff', [reservation(1, 1)], [1, 2], 'accepted'],
    ['moved to a taken place', 'fo', [reservation(1, 1)], [1, 2], 'occupied'],
    ['moved from any place to the last one', 'fo', [reservation(1, 0)], [1, 1], 'accepted'],
    ['any place', 'of', [], [1, 0], 'accepted'],
    ['any place, the free one is reserved', 'of', [reservation(2, 2)], [1, 0], 'occupied'],
    ['any place, the free one was promised', 'of', [reservation(2, 0)], [1, 0], 'occupied'],
    ['any place, two are free', 'ff', [reservation(2, 0)], [1, 0], 'accepted'],
    ['any place again, though none is free', 'oo', [reservation(1, 0)], [1, 0], 'accepted'],
    ['from its place to any', 'fo', [reservation(1, 1)], [1, 0], 'accepted'],
    ['all faulted', 'xx', [], [1, 0], 'faulted'],
    ['all unavailable', 'uu', [], [1, 0], 'unavailable'],
    ['one faulted, one in use', 'xo', [], [1, 0], 'occupied'],
    ['one faulted, one unavailable', 'xu', [], [1, 0], 'unavailable'],
  ] as const) {
    test(`${name}: ${answer}`, () => {
      assert.equal(placeAnswer(book, places(states), { id: wanted[0], evse: wanted[1] }), answer);
    });
  }
});

describe('who may start (RS-03, RS-04)', () => {
  const named = [reservation(1, 1, { parentIdToken: 'Fleet' })];
  test('where it is reserved: its card in any letter case and its group, others not', () => {
    const at = (who: ReturnType<typeof person>): string => standing(named, places('ff'), { evse: 1, person: who });
    assert.equal(at(person('card1')), 'own');
    assert.equal(at(person('X', 'FLEET')), 'own');
    assert.equal(at(person('X')), 'ask');
    assert.equal(at(person('X', 'OTHERS')), 'closed');
    assert.equal(standing([reservation(1, 1)], places('ff'), { evse: 1, person: person('X') }), 'closed');
    assert.equal(standing(named, places('ff'), { evse: 2, person: person('X') }), 'open');
  });

  test('where any place was promised: everybody as long as one is left, then only those it was promised to', () => {
    const book = [reservation(1, 0)];
    const at = (states: string, evse: number, who: string): string =>
      standing(book, places(states), { evse, person: person(who) });
    assert.equal(at('ff', 1, 'X'), 'open');
    assert.equal(at('of', 2, 'X'), 'closed');
    assert.equal(at('of', 2, 'CARD1'), 'open');
    assert.equal(at('of', 1, 'X'), 'open', 'who has plugged in leaves the other one free');
    assert.equal(at('oo', 1, 'X'), 'closed');
    assert.equal(standing(book, places('fo', { 2: 'CARD1' }), { evse: 1, person: person('X') }), 'open');
    const group = [reservation(1, 0, { parentIdToken: 'FLEET' })];
    assert.equal(standing(group, places('of'), { evse: 2, person: person('X') }), 'ask');
    assert.equal(standing(group, places('of'), { evse: 2, person: person('X', 'OTHERS') }), 'closed');
  });
});

test('a start uses the reservation of its place, then its card’s own of any place, then its group’s, each time the one that ends first (RS-05)', () => {
  const group = { parentIdToken: 'FLEET' };
  const book = [
    reservation(1, 0, { ...group, expiryMs: 1 }),
    reservation(2, 0, { idToken: 'ME', expiryMs: 3 }),
    reservation(3, 0, { idToken: 'ME', expiryMs: 2 }),
    reservation(4, 1, group),
  ];
  const me = person('ME', 'FLEET');
  assert.equal(usedBy(book, 1, me)?.id, 4);
  assert.equal(usedBy(book, 2, me)?.id, 3);
  assert.equal(usedBy(book, 2, person('X', 'FLEET'))?.id, 1);
  assert.equal(usedBy(book, 2, person('X')), null);
});

test('shown as reserved is what is reserved by name, and what is free when no more is left than was promised (RS-01, RS-03)', () => {
  const shown = (book: readonly Reservation[], states: string): readonly (readonly [number, number])[] =>
    [...shownReservations(book, places(states))].map(([evse, { id }]) => [evse, id]);
  const book = [reservation(1, 0), reservation(2, 2), reservation(3, 0)];
  assert.deepEqual(shown(book, 'ffff'), [[2, 2]]);
  assert.deepEqual(shown(book, 'fffo'), [
    [2, 2],
    [1, 1],
    [3, 3],
  ]);
  assert.deepEqual(shown(book, 'ofoo'), [[2, 2]]);
  assert.deepEqual(shown(book, 'offo'), [
    [2, 2],
    [3, 1],
  ]);
  assert.deepEqual(shown([], 'ff'), []);
});

test('a place that does not serve ends its reservation; those of any place end when none serves (RS-06)', () => {
  const book = [reservation(1, 1), reservation(2, 2), reservation(3, 0), reservation(4, 9)];
  const ended = (states: string): readonly number[] => endedByPlaces(book, places(states)).map(({ id }) => id);
  assert.deepEqual(ended('fo'), [4]);
  assert.deepEqual(ended('xo'), [1, 4]);
  assert.deepEqual(ended('xu'), [1, 2, 3, 4]);
});

test('a reservation survives the store as it is, and what cannot be one is none', () => {
  const kept = reservation(0, 0, { parentIdToken: 'FLEET' });
  assert.deepEqual(reservationFromJson(reservationToJson(kept)), kept);
  for (const broken of [null, {}, { ...kept, id: '7' }, { ...kept, parentIdToken: 3 }, { ...kept, expiryMs: null }])
    assert.equal(reservationFromJson(broken), undefined);
});
