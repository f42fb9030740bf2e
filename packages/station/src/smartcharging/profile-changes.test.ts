import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import type { ChargingProfile } from './charging-profile.ts';
import { changed, installation, matching, removal, type ProfileFilter } from './profile-changes.ts';
import { profileOf } from './test-profiles.ts';

function made(given: Partial<ChargingProfile>): ChargingProfile {
  return profileOf({ ...given, schedule: {} });
}

const room = { most: 10, nowMs: 1_000 };

describe('installing', () => {
  const cases: readonly (readonly [string, Partial<ChargingProfile>, Partial<ChargingProfile>, boolean])[] = [
    [
      'the same id at another place with another purpose',
      { id: 2, evse: 2, stackLevel: 5 },
      { id: 2, purpose: 'stationMax' },
      true,
    ],
    ['the same level and purpose on the same EVSE', { id: 2 }, { id: 3 }, true],
    ['the same level and purpose of the same transaction', { id: 2, purpose: 'tx' }, { id: 3, purpose: 'tx' }, true],
    ['another EVSE', { id: 2, evse: 1 }, { id: 3, evse: 2 }, false],
    ['EVSE 0 and EVSE 1', { id: 2, evse: 0 }, { id: 3, evse: 1 }, false],
    ['another level', { id: 2, stackLevel: 0 }, { id: 3, stackLevel: 1 }, false],
    ['another purpose', { id: 2, evse: 0, purpose: 'stationMax' }, { id: 3, evse: 0 }, false],
    ['another transaction', { id: 2, purpose: 'tx', transaction: 'before' }, { id: 3, purpose: 'tx' }, false],
  ];
  for (const [title, there, coming, replaces] of cases) {
    test(`${replaces ? 'replaces' : 'leaves'}: ${title}`, () => {
      const change = installation([made(there)], made(coming), room);
      assert.ok(typeof change !== 'string');
      assert.deepEqual(change, { put: [made(coming)], dropped: replaces ? [there.id] : [] });
    });
  }

  test('one profile replaces two: by its id, and by its place', () => {
    const installed = [made({ id: 1, evse: 2 }), made({ id: 2, evse: 1 }), made({ id: 3, evse: 3 })];
    const coming = made({ id: 1, evse: 1 });
    const change = installation(installed, coming, room);
    assert.ok(typeof change !== 'string');
    assert.deepEqual(change.dropped, [1, 2]);
    assert.deepEqual(
      changed(installed, change).map(({ id, evse }) => [id, evse]),
      [
        [3, 3],
        [1, 1],
      ],
    );
  });

  test('one more than there is room for changes nothing; what it replaces makes room', () => {
    const installed = [made({ id: 1, stackLevel: 1 }), made({ id: 2, stackLevel: 2 })];
    const full = { most: 2, nowMs: 1_000 };
    assert.match(String(installation(installed, made({ id: 3 }), full)), /2 charging profiles at most/);
    assert.deepEqual(installation(installed, made({ id: 3, stackLevel: 2 }), full), {
      put: [made({ id: 3, stackLevel: 2 })],
      dropped: [2],
    });
  });

  test('what is not valid any more makes room, and stays while there is room', () => {
    const installed = [
      made({ id: 1, stackLevel: 1, validToMs: 1_000 }),
      made({ id: 2, stackLevel: 2, validToMs: 1_001 }),
    ];
    const coming = made({ id: 3 });
    assert.deepEqual(installation(installed, coming, { most: 3, nowMs: 1_000 }), { put: [coming], dropped: [] });
    assert.deepEqual(installation(installed, coming, { most: 2, nowMs: 1_000 }), { put: [coming], dropped: [1] });
    assert.equal(typeof installation(installed, coming, { most: 1, nowMs: 1_000 }), 'string');
  });
});

describe('a filter means', () => {
  const installed = [
    made({ id: 1, evse: 0, purpose: 'stationMax' }),
    made({ id: 2, evse: 0 }),
    made({ id: 3, evse: 1, stackLevel: 1 }),
    made({ id: 4, evse: 1, purpose: 'tx', stackLevel: 1 }),
  ];
  const all: ProfileFilter = { id: null, evse: null, purpose: null, stackLevel: null };
  const cases: readonly (readonly [string, Partial<ProfileFilter>, readonly number[]])[] = [
    ['everything when it says nothing', {}, [1, 2, 3, 4]],
    ['the one with the id, whatever else it says', { id: 2, evse: 1, purpose: 'tx', stackLevel: 9 }, [2]],
    ['nothing with an id that is not there', { id: 9 }, []],
    ['those of the station', { evse: 0 }, [1, 2]],
    ['those of an EVSE', { evse: 1 }, [3, 4]],
    ['those of a purpose', { purpose: 'txDefault' }, [2, 3]],
    ['those of a level', { stackLevel: 1 }, [3, 4]],
    ['those that fit all', { evse: 1, purpose: 'tx', stackLevel: 1 }, [4]],
    ['nothing when one does not fit', { evse: 1, purpose: 'stationMax' }, []],
  ];
  for (const [title, filter, ids] of cases) {
    test(title, () => {
      assert.deepEqual(removal(matching(installed, { ...all, ...filter })), { put: [], dropped: ids });
    });
  }
});

test('whatever is installed in whatever order: no id twice, no two on one level for one purpose and place, never too many', () => {
  const one = fc.record({
    id: fc.integer({ min: 1, max: 6 }),
    evse: fc.integer({ min: 0, max: 2 }),
    purpose: fc.constantFrom('stationMax' as const, 'txDefault' as const, 'tx' as const),
    stackLevel: fc.integer({ min: 0, max: 2 }),
    transaction: fc.constantFrom(null, 'running', 'other'),
    validToMs: fc.constantFrom(null, 0, 9_000),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (sketches, most) => {
      let installed: readonly ChargingProfile[] = [];
      for (const sketch of sketches) {
        const profile = made(sketch);
        const change = installation(installed, profile, { most, nowMs: 1_000 });
        const next = typeof change === 'string' ? installed : changed(installed, change);
        // Only a profile that finds no room is not there afterwards.
        assert.equal(next.at(-1) === profile, typeof change !== 'string');
        if (typeof change === 'string') assert.equal(installed.length, most);
        installed = next;
        const slots = installed.map((each) => [each.purpose, each.evse, each.stackLevel, each.transaction].join());
        assert.equal(new Set(installed.map(({ id }) => id)).size, installed.length);
        assert.equal(new Set(slots).size, installed.length);
        assert.ok(installed.length <= most);
      }
    }),
  );
});
