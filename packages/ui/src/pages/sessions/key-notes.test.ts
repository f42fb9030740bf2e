import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { it } from 'node:test';

import { ocaPublicKey } from '@kerbside/ocmf';

import { keyNotes } from './key-notes.ts';
import { sessionTexts } from './session-texts.ts';
import { keyFor } from './signed-text.ts';

const words = sessionTexts('en');

function newKey(): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return publicKey.export({ type: 'spki', format: 'der' }).toString('hex');
}

it('takes what a person enters before the key of the record, and the key of the meter last', () => {
  const record = { data: '', encoding: 'OCMF', publicKey: 'record', test: false };
  assert.deepEqual(keyFor(record, 'typed', 'meter'), { key: 'typed', from: 'typed' });
  assert.deepEqual(keyFor(record, null, 'meter'), { key: 'record', from: 'record' });
  assert.deepEqual(keyFor({ ...record, publicKey: null }, null, 'meter'), { key: 'meter', from: 'meter' });
  assert.deepEqual(keyFor({ ...record, publicKey: null }, null, null), { key: null, from: 'none' });
});

it('says what a key proves, and whether it is the one that the meter shows now', () => {
  const [key, other] = [newKey(), newKey()];
  const notes = (from: 'typed' | 'record' | 'meter' | 'none', signature: 'valid' | 'invalid', ofMeter: string | null) =>
    keyNotes({ chosen: { key, from }, verdict: { signature }, ofRecord: key, ofMeter }, words);
  assert.deepEqual(notes('record', 'valid', null), [words.keyIntegrity]);
  assert.deepEqual(notes('record', 'valid', ocaPublicKey(key.toUpperCase())), [words.keyIntegrity, words.keySame]);
  assert.deepEqual(notes('record', 'invalid', other), [words.keyOther]);
  assert.deepEqual(notes('record', 'invalid', 'unreadable'), [words.keyOther]);
  assert.deepEqual(notes('meter', 'valid', key), [words.keyOfMeterOnly]);
  assert.deepEqual(notes('meter', 'invalid', key), [words.keyOfMeterWrong]);
  assert.deepEqual(notes('typed', 'valid', other), [words.keyTyped]);
  assert.deepEqual(notes('none', 'invalid', other), [words.noKey]);
});
