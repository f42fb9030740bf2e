import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { blockCauses, isBlockCause, type BlockCause } from './block-causes.ts';
import { blockingCauses, storedBook, withCause, withoutCause, withRelease, type BlockBook } from './block-book.ts';

const causes = Object.keys(blockCauses) as BlockCause[];
const ofStation: readonly BlockCause[] = ['archiveFull', 'archiveDamaged', 'undelivered'];

function names(book: BlockBook): readonly string[] {
  return blockingCauses(book).map(({ cause }) => cause);
}

test('every cause says in few words what is wrong, in sentences why, and what to do', () => {
  for (const cause of causes) {
    const { words, sentence, remedy } = blockCauses[cause];
    assert.ok(words.length > 0 && words.length <= 40, `${cause}: ${words.length} characters`);
    for (const text of [sentence, remedy]) assert.match(text, /^[A-Z].*\.$/, cause);
  }
  assert.equal(isBlockCause('toString'), false);
});

test('a cause that lasts keeps its age, also over a restart that finds it again', () => {
  const found = { cause: 'keyChanged', detail: '', mark: 0 } as const;
  const first = withCause([], { ...found, nowMs: 1_000 });
  const again = withCause(storedBook(structuredClone(first) as never), { ...found, nowMs: 9_000 });
  assert.deepEqual(
    again.map(({ sinceMs, active }) => [sinceMs, active]),
    [[1_000, true]],
  );
});

test('after a restart what was wrong with a meter holds until it was asked; what the station finds itself does not', () => {
  const ofMeter = withCause([], { cause: 'meterLost', detail: '', mark: 0, nowMs: 1 });
  const both = withCause(ofMeter, { cause: 'archiveFull', detail: '', mark: 0, nowMs: 2 });
  assert.deepEqual(names(storedBook(structuredClone(both) as never)), ['meterLost']);
});

test('a release holds for what was there: more of the cause blocks again', () => {
  const found = { cause: 'undelivered', detail: '', nowMs: 0 } as const;
  const released = withRelease(withCause([], { ...found, mark: 4 }), 'undelivered', 4);
  assert.deepEqual(names(released), []);
  assert.deepEqual(names(withCause(released, { ...found, mark: 4 })), []);
  assert.deepEqual(names(withCause(released, { ...found, mark: 7 })), ['undelivered']);
  const over = withCause(withoutCause(released, 'undelivered'), { ...found, mark: 4 });
  assert.deepEqual(names(over), ['undelivered']);
});

test('what is stored and cannot be read is left out', () => {
  const good = { cause: 'meterLost', sinceMs: 1, detail: '', mark: 0, releasedMark: null };
  const stored = [null, 'x', { ...good, cause: 'nonsense' }, { ...good, sinceMs: 'yesterday' }, good];
  assert.deepEqual(
    storedBook(stored).map(({ cause }) => cause),
    ['meterLost'],
  );
  assert.deepEqual(storedBook(undefined), []);
});

test('whatever happens in which order: blocked is exactly what is found, and not released as far as it goes', () => {
  const cause = fc.constantFrom(...causes);
  const step = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), cause, mark: fc.nat(5) }),
    fc.record({ kind: fc.constant('clear' as const), cause }),
    fc.record({ kind: fc.constant('release' as const), cause }),
    fc.constant({ kind: 'restart' as const }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let book: BlockBook = [];
      /** By cause: the mark that was found, whether it is active, and the mark that was released. */
      const model = new Map<BlockCause, { mark: number; active: boolean; released: number }>();
      for (const [nowMs, one] of steps.entries()) {
        if (one.kind === 'set') {
          book = withCause(book, { cause: one.cause, detail: '', mark: one.mark, nowMs });
          model.set(one.cause, { mark: one.mark, active: true, released: model.get(one.cause)?.released ?? -1 });
        } else if (one.kind === 'clear') {
          book = withoutCause(book, one.cause);
          model.delete(one.cause);
        } else if (one.kind === 'release') {
          const known = model.get(one.cause);
          if (known === undefined) continue;
          book = withRelease(book, one.cause, known.mark);
          known.released = known.mark;
        } else {
          book = storedBook(structuredClone(book) as never);
          for (const [name, known] of model) known.active &&= !ofStation.includes(name);
        }
        const expected = [...model].filter(([, { mark, active, released }]) => active && mark > released);
        assert.deepEqual(names(book).toSorted(), expected.map(([name]) => name).toSorted());
      }
    }),
    { numRuns: 300 },
  );
});
