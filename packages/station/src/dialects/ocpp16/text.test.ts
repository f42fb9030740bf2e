import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { compact, cutText } from './text.ts';

test('free text is cut at a code point, never through one (T-18)', () => {
  assert.equal(cutText('a'.repeat(51), 50), 'a'.repeat(50));
  assert.equal(cutText(`${'a'.repeat(49)}😀`, 50), 'a'.repeat(49));
  assert.equal(cutText(`${'a'.repeat(48)}😀b`, 50), `${'a'.repeat(48)}😀`);
  assert.equal(cutText('ä'.repeat(60), 50), 'ä'.repeat(50));
  assert.equal(cutText('short', 50), 'short');
});

test('text of which nothing is left is no member (T-17)', () => {
  for (const [text, most] of [
    [null, 50],
    ['', 50],
    ['😀', 1],
    ['abc', 0],
  ] as const) {
    assert.equal(cutText(text, most), undefined);
  }
});

test('whatever the text: at most so long, a beginning of it, and well formed when it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 0, max: 60 }), (text, most) => {
      const cut = cutText(text, most) ?? '';
      assert.ok(cut.length <= most && text.startsWith(cut) && cut.isWellFormed());
      if (text.length <= most) assert.equal(cut, text);
      else assert.ok(cut.length >= most - 1);
    }),
  );
});

test('members that are undefined are left out; null, 0, false and empty text are not', () => {
  assert.deepEqual(Object.entries(compact({ a: undefined, b: 0, c: false, d: '', e: null })), [
    ['b', 0],
    ['c', false],
    ['d', ''],
    ['e', null],
  ]);
});
