import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { SignIns } from './sign-ins.ts';

describe('sign-ins', () => {
  it('have an id and a word of their own each, and live on by being used, for half a day at most', () => {
    let nowMs = 0;
    const signIns = new SignIns({ monotonicMs: () => nowMs });
    const { id, signIn } = signIns.begin('anna', null);
    const other = signIns.begin('anna', null);
    assert.equal(new Set([id, signIn.csrf, other.id, other.signIn.csrf]).size, 4);
    for (let steps = 0; steps < 24; steps++) {
      assert.equal(signIns.find(id)?.user, 'anna', `after ${nowMs} ms`);
      nowMs += 30 * 60_000 - 1;
    }
    nowMs = 12 * 60 * 60_000;
    assert.equal(signIns.find(id), null);
    assert.equal(signIns.find(other.id), null, 'nobody has used it');
  });

  it('of one person are ended together, those of others stay', () => {
    const signIns = new SignIns({ monotonicMs: () => 0 });
    const [anna, bert] = [signIns.begin('anna', null), signIns.begin('bert', null)];
    signIns.endAllOf('anna');
    assert.deepEqual([signIns.find(anna.id), signIns.find(bert.id)?.user], [null, 'bert']);
    signIns.end(bert.id);
    assert.equal(signIns.find(bert.id), null);
  });

  it('are bounded: the one that was idle longest gives way', () => {
    const signIns = new SignIns({ monotonicMs: () => 0 });
    const ids = Array.from({ length: 200 }, (_, index) => signIns.begin(`user ${index}`, null).id);
    assert.notEqual(signIns.find(ids[0] ?? ''), null);
    signIns.begin('one more', null);
    assert.notEqual(signIns.find(ids[0] ?? ''), null);
    assert.equal(signIns.find(ids[1] ?? ''), null);
  });
});
