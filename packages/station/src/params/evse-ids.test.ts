import assert from 'node:assert/strict';
import { test } from 'node:test';

import { evseIdAt, parseEvseIds } from './evse-ids.ts';

test('EVSE IDs are taken one for each connector, with empty places', () => {
  assert.deepEqual(parseEvseIds(' DE*ABC*E1*1 , ,DEABCE2'), { ok: true, text: 'DE*ABC*E1*1,,DEABCE2' });
  const stored = 'DE*ABC*E1*1,,DEABCE2';
  assert.deepEqual(
    [1, 2, 3, 4].map((connector) => evseIdAt(stored, connector)),
    ['DE*ABC*E1*1', null, 'DEABCE2', null],
  );
  assert.equal(evseIdAt('', 1), null);
});

test('what is no EVSE ID, too long, or there twice is refused with words', () => {
  for (const text of ['1', 'DE*ABC*X1', `DE*ABC*E${'1'.repeat(31)}`, 'DE*ABC*E1,DE*ABC*E1']) {
    const result = parseEvseIds(text);
    assert.equal(result.ok, false, text);
    if (!result.ok) assert.match(result.reason, /EVSE ID/);
  }
});
