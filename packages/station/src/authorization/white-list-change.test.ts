import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { longestNote, planWhiteListChange, type WhiteListChange, type WhiteListEntry } from './white-list-change.ts';

const limits = { entries: 3, idTokenLength: 20 };

function entry(idToken: string, over: Partial<WhiteListEntry> = {}): WhiteListEntry {
  return { idToken, note: '', expiryMs: null, ...over };
}

function listOf(...ids: readonly string[]): ReadonlyMap<string, WhiteListEntry> {
  return new Map(ids.map((id) => [id.toLowerCase(), entry(id)]));
}

function plan(ids: readonly string[], change: WhiteListChange, entries = limits.entries): string {
  const result = planWhiteListChange(listOf(...ids), change, { ...limits, entries });
  if (result.kind !== 'accepted') return `${result.kind}: ${result.reason}`;
  return `+${[...result.put.keys()].join(',')} -${result.dropped.join(',')}`;
}

describe('a change of the white list', () => {
  test('adds a card once, whatever its letter case (A-01)', () => {
    assert.equal(plan(['A'], { kind: 'add', entry: entry('Bb') }), '+bb -');
    assert.match(plan(['Bb'], { kind: 'add', entry: entry('bB') }), /^known: The card "bB" is .* as "Bb"; letter case/);
    assert.match(
      plan(['B'], { kind: 'add', entry: entry('B') }),
      /^known: The card "B" is on the white list already\.$/,
    );
  });

  test('adds nothing to a list that is full, also when its bound was lowered', () => {
    assert.match(plan(['A', 'B', 'C'], { kind: 'add', entry: entry('D') }), /^refused: .* 4 entries, 3 are allowed/);
    assert.match(plan(['A', 'B'], { kind: 'add', entry: entry('D') }, 1), /^refused: .* 3 entries, 1 are allowed/);
    assert.match(plan([], { kind: 'add', entry: entry('D') }, 0), /^refused/);
  });

  for (const [wrong, why] of [
    [entry(''), /1 to 20 characters/],
    [entry('x'.repeat(21)), /has 21/],
    [entry(' A'), /space/],
    [entry('A\t'), /space/],
    [entry('A\nB'), /control characters/],
    [entry('A\uD800'), /control characters/],
    [entry('A', { note: 'n'.repeat(longestNote + 1) }), /at most 80/],
    [entry('A', { note: 'a\0b' }), /the note contains control/],
    [entry('A', { expiryMs: Number.NaN }), /not a point in time/],
  ] as const) {
    test(`refuses ${JSON.stringify(wrong).slice(0, 60)}, alone and among others`, () => {
      const added = plan([], { kind: 'add', entry: wrong });
      const replaced = plan(['A'], { kind: 'replace', entries: [entry('B'), wrong] });
      assert.match(added, /^refused: The card cannot be listed: /);
      assert.match(added, why);
      assert.match(replaced, /^refused: Entry 2 cannot be listed: /);
    });
  }

  test('takes a card off in whatever letter case, and says when there is none', () => {
    assert.equal(plan(['Aa', 'B'], { kind: 'remove', idToken: 'aA' }), '+ -aa');
    assert.match(plan(['A'], { kind: 'remove', idToken: 'B' }), /^unknown: The card "B" is not on the white list/);
  });

  test('replaces all: writes only what is new or different, drops what is not named', () => {
    assert.equal(
      plan(['A', 'B', 'C'], { kind: 'replace', entries: [entry('B'), entry('a'), entry('D', { note: 'x' })] }),
      '+a,d -c',
    );
    assert.equal(plan(['A', 'B'], { kind: 'replace', entries: [] }), '+ -a,b');
    assert.match(
      plan([], { kind: 'replace', entries: ['A', 'B', 'a'].map((id) => entry(id)) }),
      /^refused: The card "a" is named twice, also by entry 3/,
    );
    assert.match(
      plan([], { kind: 'replace', entries: ['A', 'B', 'C', 'D'].map((id) => entry(id)) }),
      /^refused: .* 4 entries, 3 are allowed/,
    );
  });
});
