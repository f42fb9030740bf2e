import assert from 'node:assert/strict';
import { test } from 'node:test';

import { errorCatalogue, KerbsideError, messageOf, type ErrorCode } from './errors.ts';

test('every reason names itself and says in sentences what a person can do', () => {
  for (const [code, { title, remedy }] of Object.entries(errorCatalogue)) {
    assert.match(code, /^[a-z]+\.[a-zA-Z]+$/);
    for (const text of [title.en, title.de]) assert.match(text, /^[A-ZÄÖÜ].+\.$/, code);
    for (const text of [remedy.en, remedy.de]) assert.match(text, /^[A-ZÄÖÜ`].+\.$/, code);
    assert.notEqual(title.en, title.de, code);
    assert.notEqual(remedy.en, remedy.de, code);
  }
});

test('an error carries its code, its remedy and what caused it', () => {
  const cause = new Error('ENOSPC');
  const error = new KerbsideError('store.unavailable', 'the disk is full', { cause });
  const code: ErrorCode = error.code;
  assert.ok(error instanceof Error);
  assert.deepEqual(
    [error.name, code, error.message, error.remedy, error.cause],
    ['KerbsideError', 'store.unavailable', 'the disk is full', errorCatalogue['store.unavailable'].remedy.en, cause],
  );
});

test('whatever is thrown has a text', () => {
  assert.equal(messageOf(new KerbsideError('driver.lost', 'gone')), 'gone');
  assert.equal(messageOf(new TypeError('x is not a function')), 'x is not a function');
  assert.equal(messageOf('plain'), 'plain');
  assert.equal(messageOf(undefined), 'undefined');
  assert.equal(messageOf({ toString: () => 'odd' }), 'odd');
});
