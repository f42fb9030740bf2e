import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { FreeTraits } from '../../authorization/free-charging.ts';
import type { Grant } from '../../evse/evse-state.ts';
import type { HardwareFault } from '../../evse/hardware.ts';
import type { Person } from '../../reservations/reservation.ts';
import type { Standing } from '../../reservations/reservation-rules.ts';
import type { Verdict } from './authorizer.ts';
import { CardDesk, type CardDeskRules } from './card-desk.ts';
import { grantOf, TestEvse } from '../evse/test-evse.ts';

const fault: HardwareFault = { id: 'g', errorCode: 'GroundFailure', vendorCode: 'g', text: 'g', severity: 'fault' };

class Bench {
  readonly evses = [new TestEvse(1), new TestEvse(2)] as const;
  readonly signs: string[] = [];
  readonly asked: string[] = [];
  readonly problems: string[] = [];
  readonly told: string[] = [];
  rules: CardDeskRules = {
    letterCase: 'asRead',
    byteOrder: 'asRead',
    readerEnabled: true,
    concurrent: true,
    authorizeForStop: false,
  };
  answer: (idToken: string) => Promise<Verdict> = () => Promise.resolve({ accepted: true, parentIdToken: null });
  standing: (evse: number, person: Person) => Standing = () => 'open';
  /** Charging that is free of charge. */
  readonly free: { traits: FreeTraits | null; grantFor: () => Grant | null } = {
    traits: null,
    grantFor: () => this.freeGrant,
  };
  freeGrant: Grant | null = null;
  readonly desk: CardDesk;

  constructor() {
    this.desk = new CardDesk({
      evses: () => this.evses.map((evse) => evse.controller),
      authorize: (idToken) => {
        this.asked.push(idToken);
        return this.answer(idToken);
      },
      rules: () => this.rules,
      parentOf: () => null,
      standing: (evse, person) => this.standing(evse, person),
      free: this.free,
      tell: (idToken) => void this.told.push(idToken),
      indicate: (evse, signal) => this.signs.push(`${evse} ${signal}`),
      longestIdToken: 20,
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  group(parentIdToken: string | null): void {
    this.answer = () => Promise.resolve({ accepted: true, parentIdToken });
  }
}

describe('a card at an EVSE', () => {
  test('that is accepted starts it, with its group', async () => {
    const bench = new Bench();
    bench.group('FLEET');
    bench.evses[0].plug();
    await bench.desk.shown(1, 'CARD');
    assert.deepEqual(bench.evses[0].of('granted')[0]?.grant, grantOf('CARD', { parentIdToken: 'FLEET' }));
    assert.deepEqual([bench.asked, bench.signs], [['CARD'], ['1 waiting']]);
  });

  test('that is refused starts nothing (A-06)', async () => {
    const bench = new Bench();
    bench.answer = () => Promise.resolve({ accepted: false, parentIdToken: null });
    await bench.desk.shown(1, 'CARD');
    assert.deepEqual([bench.evses[0].inputs, bench.signs], [[], ['1 waiting', '1 refused']]);
  });

  test('that started it ends it in whatever letter case, without asking anyone (A-02)', async () => {
    const bench = new Bench();
    bench.evses[0].run(grantOf('caRD'));
    await bench.desk.shown(1, 'CArd');
    assert.deepEqual(bench.evses[0].of('stop')[0]?.cause, { reason: 'local', idToken: 'CArd' });
    assert.deepEqual(bench.asked, []);
  });

  test('held to the reader asks once', async () => {
    const bench = new Bench();
    const asking = Promise.withResolvers<Verdict>();
    bench.answer = () => asking.promise;
    const shown = [bench.desk.shown(1, 'CARD'), bench.desk.shown(1, 'CARD'), bench.desk.shown(0, 'CARD')];
    asking.resolve({ accepted: true, parentIdToken: null });
    await Promise.all(shown);
    await bench.desk.shown(1, 'CARD');
    assert.deepEqual([bench.asked, bench.evses[0].of('granted').length], [['CARD'], 1]);
  });

  test('of somebody else does not end it (A-12); without a group nobody is even asked', async () => {
    const bench = new Bench();
    bench.evses[0].run(grantOf('CARD'));
    await bench.desk.shown(1, 'OTHER');
    assert.deepEqual([bench.asked, bench.signs, bench.evses[0].inputs], [[], ['1 refused'], []]);
  });

  test('of the same group ends it, refused ones and other groups do not (A-11)', async () => {
    const verdicts: readonly (readonly [Verdict, number])[] = [
      [{ accepted: true, parentIdToken: 'fleet' }, 1],
      [{ accepted: true, parentIdToken: 'OTHER' }, 0],
      [{ accepted: true, parentIdToken: null }, 0],
      [{ accepted: false, parentIdToken: 'FLEET' }, 0],
    ];
    for (const [verdict, stops] of verdicts) {
      const bench = new Bench();
      bench.evses[0].run(grantOf('CARD', { parentIdToken: 'FLEET' }));
      bench.answer = () => Promise.resolve(verdict);
      await bench.desk.shown(1, 'SECOND');
      assert.equal(bench.evses[0].of('stop').length, stops, JSON.stringify(verdict));
    }
  });

  test('of a group does not end what somebody else began while the backend was being asked (A-12)', async () => {
    const bench = new Bench();
    bench.evses[0].run(grantOf('CARD', { parentIdToken: 'FLEET' }));
    const asking = Promise.withResolvers<Verdict>();
    bench.answer = () => asking.promise;
    const shown = bench.desk.shown(1, 'SECOND');
    bench.evses[0].dispatch({ kind: 'stop', cause: { reason: 'remote', idToken: null } });
    bench.evses[0].dispatch({ kind: 'stopped' });
    bench.evses[0].run(grantOf('STRANGER', { parentIdToken: 'OTHER' }));
    asking.resolve({ accepted: true, parentIdToken: 'FLEET' });
    await shown;
    assert.deepEqual([bench.evses[0].of('stop'), bench.signs.at(-1)], [[], '1 refused']);
  });

  test('releases the cable of a refused user when it is his or of his group (X-06)', async () => {
    for (const [idToken, parentIdToken] of [
      ['card', null],
      ['SECOND', 'FLEET'],
    ] as const) {
      const bench = new Bench();
      bench.group(parentIdToken);
      bench.evses[0].run(grantOf('CARD', { parentIdToken: 'FLEET' }));
      bench.evses[0].dispatch({ kind: 'deauthorized' });
      bench.evses[0].dispatch({ kind: 'stopped' });
      await bench.desk.shown(1, idToken);
      assert.equal(bench.evses[0].effects.at(-1)?.kind, 'unlock');
    }
  });

  test('where nobody can start is refused without asking: a fault, an unknown EVSE', async () => {
    const bench = new Bench();
    bench.evses[0].dispatch({ kind: 'fault', fault, active: true });
    await bench.desk.shown(1, 'CARD');
    await bench.desk.shown(7, 'CARD');
    assert.deepEqual([bench.asked, bench.signs], [[], ['1 refused', '7 refused']]);
  });

  test('that became useless while the backend was being asked is refused', async () => {
    const bench = new Bench();
    const asking = Promise.withResolvers<Verdict>();
    bench.answer = () => asking.promise;
    const shown = bench.desk.shown(1, 'CARD');
    bench.evses[0].dispatch({ kind: 'fault', fault, active: true });
    asking.resolve({ accepted: true, parentIdToken: null });
    await shown;
    assert.deepEqual([bench.evses[0].of('granted'), bench.signs.at(-1)], [[], '1 refused']);
  });
});

describe('an identifier that no backend could be told', () => {
  for (const uid of ['x'.repeat(21), '']) {
    test(`of ${uid.length} characters is refused on entry, and people are told why (T-18)`, async () => {
      const bench = new Bench();
      bench.evses[0].plug();
      await bench.desk.shown(1, uid);
      await bench.desk.shown(0, uid);
      assert.deepEqual([bench.asked, bench.evses[0].of('granted')], [[], []]);
      assert.deepEqual(bench.signs, ['1 refused', '0 refused']);
      assert.match(bench.problems[0] ?? '', /1 to 20 characters/);
    });
  }

  test('one of 20 characters is taken', async () => {
    const bench = new Bench();
    await bench.desk.shown(1, 'x'.repeat(20));
    assert.deepEqual([bench.asked.length, bench.problems], [1, []]);
  });
});

describe('a card at the common reader', () => {
  test('goes to the EVSE where a plug waits for it, else to the first free one', async () => {
    const waiting = new Bench();
    waiting.evses[1].plug();
    await waiting.desk.shown(0, 'CARD');
    assert.deepEqual([waiting.evses[0].of('granted').length, waiting.evses[1].of('granted').length], [0, 1]);
    const free = new Bench();
    await free.desk.shown(0, 'CARD');
    assert.equal(free.evses[0].of('granted')[0]?.grant.movable, true);
  });

  test('moves to the EVSE that is plugged next', async () => {
    const bench = new Bench();
    await bench.desk.shown(0, 'CARD');
    bench.evses[1].plug();
    bench.desk.plugged(bench.evses[1].controller);
    assert.deepEqual([bench.evses[0].state.phase.kind, bench.evses[1].state.phase.kind], ['idle', 'starting']);
  });

  test('does not move to an EVSE that cannot take it', async () => {
    const bench = new Bench();
    await bench.desk.shown(0, 'CARD');
    bench.evses[1].dispatch({ kind: 'fault', fault, active: true });
    bench.evses[1].plug();
    bench.desk.plugged(bench.evses[1].controller);
    assert.deepEqual(bench.evses[0].state.phase, { kind: 'preparing', grant: grantOf('CARD', { movable: true }) });
    assert.deepEqual(bench.evses[1].of('granted'), []);
  });

  test('that was shown at an EVSE stays there', async () => {
    const bench = new Bench();
    await bench.desk.shown(1, 'CARD');
    bench.evses[1].plug();
    bench.desk.plugged(bench.evses[1].controller);
    assert.deepEqual([bench.evses[0].state.phase.kind, bench.evses[1].state.phase.kind], ['preparing', 'preparing']);
  });

  test('ends the transaction that it started, on whichever EVSE', async () => {
    const bench = new Bench();
    bench.evses[1].run(grantOf('CARD'));
    await bench.desk.shown(0, 'CARD');
    assert.deepEqual([bench.evses[1].of('stop').length, bench.asked], [1, []]);
  });
});

describe('a card, and connectors that are reserved (RS-04)', () => {
  const standings =
    (...here: readonly Standing[]) =>
    (evse: number): Standing =>
      here[evse - 1] ?? 'open';

  test('is refused without a question where the place is somebody else’s', async () => {
    const bench = new Bench();
    bench.standing = standings('closed');
    await bench.desk.shown(1, 'CARD');
    assert.deepEqual([bench.asked, bench.signs, bench.evses[0].inputs], [[], ['1 refused'], []]);
  });

  test('asks where only its group decides, and begins when it is the right one', async () => {
    const bench = new Bench();
    bench.standing = (_evse, { parentIdToken }) => (parentIdToken === 'FLEET' ? 'own' : 'ask');
    await bench.desk.shown(1, 'CARD');
    assert.deepEqual([bench.asked.length, bench.signs], [1, ['1 waiting', '1 refused']]);
    bench.group('FLEET');
    await bench.desk.shown(1, 'CARD');
    assert.equal(bench.evses[0].of('granted').length, 1);
  });

  test('goes to its own at the common reader, whatever is plugged elsewhere, and stays there', async () => {
    const bench = new Bench();
    bench.evses[0].plug();
    bench.standing = standings('open', 'own');
    await bench.desk.shown(0, 'CARD');
    assert.equal(bench.evses[1].of('granted')[0]?.grant.movable, false);
    assert.deepEqual(bench.evses[0].of('granted'), []);
  });

  test('goes past what is somebody else’s at the common reader, and does not move there', async () => {
    const bench = new Bench();
    bench.standing = standings('closed', 'open');
    await bench.desk.shown(0, 'CARD');
    assert.equal(bench.evses[1].of('granted').length, 1);
    bench.evses[0].plug();
    bench.desk.plugged(bench.evses[0].controller);
    assert.deepEqual([bench.evses[0].of('granted'), bench.evses[1].of('grantWithdrawn')], [[], []]);
  });

  test('ends at the common reader what its group charges, where nothing is left for it (A-11)', async () => {
    for (const left of ['closed', 'ask'] as const) {
      const bench = new Bench();
      bench.group('FLEET');
      bench.evses[0].run(grantOf('OTHER', { parentIdToken: 'FLEET' }));
      bench.standing = standings('open', left);
      await bench.desk.shown(0, 'CARD');
      assert.deepEqual([bench.evses[0].of('stop').length, bench.evses[1].of('granted').length], [1, 0], left);
    }
  });

  test('that wanted to begin at the common reader ends nothing when its place was taken meanwhile', async () => {
    const bench = new Bench();
    bench.evses[0].run(grantOf('OTHER', { parentIdToken: 'FLEET' }));
    const asking = Promise.withResolvers<Verdict>();
    bench.answer = () => asking.promise;
    const shown = bench.desk.shown(0, 'CARD');
    bench.standing = standings('open', 'closed');
    asking.resolve({ accepted: true, parentIdToken: 'FLEET' });
    await shown;
    assert.deepEqual([bench.evses[0].of('stop'), bench.evses[1].of('granted')], [[], []]);
  });
});

describe('the parameters of cards', () => {
  test('make the identifier of what was read; one that grows too long is refused as always (A-01, T-18)', async () => {
    const bench = new Bench();
    bench.rules = { ...bench.rules, letterCase: 'upper', byteOrder: 'reversed' };
    await bench.desk.shown(1, '04a1b2');
    assert.deepEqual(bench.asked, ['B2A104']);
    await bench.desk.shown(1, 'ab'.repeat(11));
    assert.equal(bench.problems.length, 1);
  });

  test('with the reader off refuse cards without a question, except those that charge or whose cable is held', async () => {
    const bench = new Bench();
    bench.rules = { ...bench.rules, readerEnabled: false };
    bench.evses[0].run(grantOf('CARD', { parentIdToken: 'FLEET' }));
    await bench.desk.shown(2, 'OTHER');
    await bench.desk.shown(1, 'SIBLING');
    assert.deepEqual([bench.asked, bench.signs], [[], ['2 refused', '1 refused']]);
    bench.evses[0].dispatch({ kind: 'deauthorized' });
    bench.evses[0].dispatch({ kind: 'stopped' });
    await bench.desk.shown(1, 'CARD');
    assert.deepEqual(bench.evses[0].of('released').length, 1);
  });

  test('that forbid concurrent transactions are judged again after the answer (A-13)', async () => {
    const bench = new Bench();
    bench.rules = { ...bench.rules, concurrent: false };
    const asking = Promise.withResolvers<Verdict>();
    bench.answer = () => asking.promise;
    const shown = bench.desk.shown(2, 'CARD');
    bench.evses[0].run(grantOf('card', { via: 'remote' }));
    asking.resolve({ accepted: true, parentIdToken: null });
    await shown;
    assert.deepEqual([bench.evses[1].of('granted'), bench.signs], [[], ['2 waiting', '2 refused']]);
  });

  test('that forbid concurrent transactions are judged again at a common reader, too (A-13)', async () => {
    const bench = new Bench();
    bench.rules = { ...bench.rules, concurrent: false };
    const asking = Promise.withResolvers<Verdict>();
    bench.answer = () => asking.promise;
    const shown = bench.desk.shown(0, 'CARD');
    bench.evses[1].run(grantOf('CARD', { via: 'remote' }));
    asking.resolve({ accepted: true, parentIdToken: null });
    await shown;
    assert.deepEqual([bench.evses[0].of('granted'), bench.signs], [[], ['0 waiting', '0 refused']]);
  });

  test('that forbid concurrent transactions let a card that charges elsewhere end what its group charges here (A-11)', async () => {
    const bench = new Bench();
    bench.rules = { ...bench.rules, concurrent: false };
    bench.group('FLEET');
    bench.evses[0].run(grantOf('CARD', { parentIdToken: 'FLEET' }));
    bench.evses[1].run(grantOf('SIBLING', { parentIdToken: 'FLEET' }));
    await bench.desk.shown(2, 'CARD');
    assert.deepEqual(bench.evses[1].of('stop')[0]?.cause, { reason: 'local', idToken: 'CARD' });
  });

  test('with Authorize for stop tell the backend of the card that ends its own, and wait for nothing', async () => {
    const bench = new Bench();
    bench.rules = { ...bench.rules, authorizeForStop: true };
    bench.evses[0].run(grantOf('CARD'));
    await bench.desk.shown(1, 'CARD');
    assert.deepEqual([bench.told, bench.asked, bench.evses[0].of('stop').length], [['CARD'], [], 1]);
  });
});

describe('a card where charging is free of charge', () => {
  const traits: FreeTraits = { number: 3, card: true, tells: 'transactions', idTag: 'configured' };
  const free = grantOf('FREE', { free: { card: 'CARD' } });

  function freeBench(): Bench {
    const bench = new Bench();
    bench.free.traits = traits;
    bench.freeGrant = free;
    bench.rules = { ...bench.rules, readerEnabled: false, concurrent: false, authorizeForStop: true };
    return bench;
  }

  test('begins without a question, whatever the reader is to take', async () => {
    const bench = freeBench();
    bench.evses[1].run(free);
    bench.evses[0].plug();
    await bench.desk.shown(1, 'A card with far too long a number');
    assert.deepEqual(bench.evses[0].of('granted')[0]?.grant, free);
    assert.deepEqual([bench.asked, bench.told, bench.signs], [[], [], []]);
  });

  test('ends what it began, under the identifier that was told; another card does not, nor that identifier', async () => {
    const bench = freeBench();
    bench.evses[0].run(free);
    for (const other of ['OTHER', 'FREE']) await bench.desk.shown(1, other);
    assert.deepEqual([bench.evses[0].of('stop'), bench.signs], [[], ['1 refused', '1 refused']]);
    await bench.desk.shown(1, 'card');
    assert.deepEqual(bench.evses[0].of('stop')[0]?.cause, { reason: 'local', idToken: 'FREE' });
    assert.deepEqual([bench.asked, bench.told], [[], []]);
  });

  test('begins nothing where none is needed, and is refused where nothing can begin', async () => {
    const bench = freeBench();
    bench.free.traits = { ...traits, card: false };
    await bench.desk.shown(1, 'CARD');
    bench.evses[1].dispatch({ kind: 'fault', fault, active: true });
    await bench.desk.shown(2, 'CARD');
    assert.deepEqual([bench.evses[0].inputs, bench.signs], [[], ['1 ready', '2 refused']]);
  });

  test('is refused while no identifier is set that is needed', async () => {
    const bench = freeBench();
    bench.freeGrant = null;
    await bench.desk.shown(1, 'CARD');
    assert.deepEqual([bench.evses[0].inputs, bench.signs], [[], ['1 refused']]);
  });

  test('is asked about as before where its group may end what began before that', async () => {
    const bench = freeBench();
    bench.rules = { ...bench.rules, readerEnabled: true };
    bench.group('FLEET');
    bench.evses[0].run(grantOf('CARD1', { parentIdToken: 'FLEET' }));
    await bench.desk.shown(1, 'CARD2');
    assert.deepEqual(bench.asked, ['CARD2']);
    assert.equal(bench.evses[0].of('stop').length, 1);
  });

  test('counts by the rules of the moment at which the answer comes', async () => {
    const bench = freeBench();
    bench.free.traits = null;
    bench.rules = { ...bench.rules, readerEnabled: true };
    bench.answer = () => {
      bench.free.traits = traits;
      return Promise.resolve({ accepted: false, parentIdToken: null });
    };
    await bench.desk.shown(1, 'CARD');
    assert.deepEqual(bench.evses[0].of('granted')[0]?.grant, free);
  });
});
