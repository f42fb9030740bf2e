import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { language } from '../../words/language.ts';
import { testView } from './test-views.ts';
import { problemWithValue, rangeWords, unitWord, valueWord } from './value-words.ts';

beforeEach(() => (language.value = 'en'));

const keepAlive = testView('backend.keepAliveInterval', {
  default: 'auto',
  row: { rule: { type: 'integer', min: 5, max: 9999, allowed: [0], also: ['auto'] }, unit: 's' },
});

test('a range names the words and single numbers that are taken beside it', () => {
  assert.equal(rangeWords(keepAlive.row), 'auto, 0 or 5 … 9,999');
  language.value = 'de';
  assert.equal(rangeWords(keepAlive.row), 'auto, 0 oder 5 … 9.999');
});

test('a number outside its range is told at once, words and single numbers are taken', () => {
  for (const value of ['auto', '0', '5', '9999']) assert.equal(problemWithValue(keepAlive, value), '', value);
  for (const value of ['', '4', '10000', '-5', '5.5', 'AUTOMATIC', '1e3'])
    assert.equal(problemWithValue(keepAlive, value), 'Enter auto, 0 or 5 … 9,999.', value);
  language.value = 'de';
  assert.match(problemWithValue(keepAlive, '4'), /^Geben Sie ein: auto, 0 oder/);
});

test('a number that need not be set may be emptied', () => {
  const limit = testView('charging.limit', { default: '', row: { unit: 'A' } });
  assert.equal(problemWithValue(limit, ''), '');
  assert.equal(valueWord(limit.row, ''), 'not set');
});

test('values are shown with unit and in words; a port is no quantity', () => {
  assert.equal(valueWord(testView('a.b', { row: { unit: 'messages' } }).row, '5000'), '5,000 messages');
  assert.equal(valueWord(testView('backend.port').row, '9000'), '9000');
  const protocol = testView('a.b', { row: { rule: { type: 'choice', values: ['ws', 'wss'] } } });
  assert.equal(valueWord(protocol.row, 'wss'), 'wss – encrypted');
  assert.equal(valueWord(testView('a.b', { row: { rule: { type: 'boolean' } } }).row, 'true'), 'On');
  assert.equal(unitWord(testView('a.b', { row: { unit: 'furlong' } }).row), 'furlong');
});

test('a word that the page does not know is shown as it is written', () => {
  const choice = testView('a.b', { row: { rule: { type: 'choice', values: ['brandNew'] } } });
  assert.equal(valueWord(choice.row, 'brandNew'), 'brandNew');
});

test('of a secret nothing is shown but whether it is set', () => {
  const { row } = testView('a.b', { row: { secret: true, rule: { type: 'text', minLength: 0, maxLength: 40 } } });
  assert.equal(valueWord(row, '********'), 'set');
  assert.equal(valueWord(row, ''), 'not set');
  assert.equal(valueWord(row, 'geheim').includes('geheim'), false);
});

test('lists and texts that are too long are told at once', () => {
  const list = testView('a.b', { row: { rule: { type: 'list', values: ['A', 'B', 'C'], maxItems: 2 } } });
  assert.equal(problemWithValue(list, 'A,B'), '');
  assert.notEqual(problemWithValue(list, 'A,B,C'), '');
  const text = testView('a.b', { row: { rule: { type: 'text', minLength: 1, maxLength: 3 } } });
  assert.equal(problemWithValue(text, ' '), 'This must not be empty.');
  assert.equal(problemWithValue(text, 'äöüß'), 'At most 3 characters fit; these are 4.');
});
