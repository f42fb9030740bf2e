import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Decided } from '../evse/decided.ts';
import type { Grant } from '../evse/evse-state.ts';
import { chargePlace } from './charge-place.ts';
import { userAssignment } from './user-assignment.ts';

const card: Grant = { idToken: '04A1B2C3', parentIdToken: null, via: 'card', movable: false };

describe('who is charged, as the meter signs it (E-05)', () => {
  const rows: readonly (readonly [by: Decided, secured: boolean, level: string, flag: string])[] = [
    ['backend', false, 'TRUSTED', 'OCPP_AUTH'],
    ['backend', true, 'TRUSTED', 'OCPP_AUTH_TLS'],
    ['localList', false, 'TRUSTED', 'OCPP_WHITELIST'],
    ['cache', true, 'TRUSTED', 'OCPP_CACHE'],
    ['whiteList', false, 'TRUSTED', 'OCPP_NONE'],
    ['unknownOffline', false, 'HEARSAY', 'OCPP_NONE'],
    ['inDoubt', true, 'HEARSAY', 'OCPP_NONE'],
  ];
  for (const [decided, secured, level, flag] of rows) {
    test(`a card by ${decided}${secured ? ' over TLS' : ''}`, () => {
      assert.deepEqual(userAssignment({ ...card, decided }, secured), {
        assigned: true,
        level,
        flags: ['RFID_PLAIN', flag],
        type: 'ISO14443',
        id: '04A1B2C3',
      });
    });
  }

  test('a card with eight octets is of ISO 15693', () => {
    assert.equal(userAssignment({ ...card, idToken: 'E00401000A1B2C3D' }, false).type, 'ISO15693');
  });

  test('a remote start is assigned by the centre, over TLS or not', () => {
    const remote: Grant = { idToken: 'APP', parentIdToken: null, via: 'remote', movable: false };
    const expected = { assigned: true, level: 'TRUSTED', type: 'CENTRAL', id: 'APP' };
    assert.deepEqual(userAssignment(remote, false), { ...expected, flags: ['OCPP_RS'] });
    assert.deepEqual(userAssignment(remote, true), { ...expected, flags: ['OCPP_RS_TLS'] });
  });

  test('a card of free charging is hearsay; what is told under an identifier that is nobody’s is assigned to nobody', () => {
    const free: Grant = { ...card, free: { card: card.idToken } };
    assert.deepEqual([userAssignment(free, false).level, userAssignment(free, false).id], ['HEARSAY', '04A1B2C3']);
    for (const via of ['card', 'remote'] as const)
      assert.equal(userAssignment({ ...free, via, idToken: 'FREE' }, false).assigned, false);
  });

  test('whoever only plugged is not known, and is not made up', () => {
    const plug: Grant = { idToken: 'FREE', parentIdToken: null, via: 'plug', movable: false };
    assert.deepEqual(userAssignment(plug, true), { assigned: false, level: 'NONE', flags: [], type: 'NONE', id: '' });
  });
});

test('the place is the EVSE id, or identity and connector (E-05)', () => {
  assert.deepEqual(chargePlace('DE*ABC*E1', 'CS-1', 1), { type: 'EVSEID', id: 'DE*ABC*E1' });
  assert.deepEqual(chargePlace(null, 'CS-1', 2), { type: 'CBIDC', id: 'CS-1 2' });
});
