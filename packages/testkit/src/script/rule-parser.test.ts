import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { TestkitError } from '../testkit-error.ts';
import { mergePayload } from './payload-pattern.ts';
import { RuleBook } from './rule-book.ts';
import { parseRules } from './rule-parser.ts';

const refused: readonly (readonly [unknown, RegExp])[] = [
  [{}, /^rules must be a list/],
  [[{ on: { action: 'Heartbeat' } }], /^rules\[0\]\.do is missing/],
  [[{ on: { action: 'Heartbeat' }, do: {} }], /^rules\[0\]\.do must say what to do/],
  [
    [{ on: { action: 'Heartbeat', every: 2 }, do: { noAnswer: {} } }],
    /^rules\[0\]\.on\.every is unknown; known are action/,
  ],
  [[{ on: { action: 'Heartbeat' }, do: { sleep: {} } }], /^rules\[0\]\.do\.sleep is unknown; known are delay/],
  [
    [{ on: { action: 'Heartbeat' }, do: { delay: { ms: -1 } } }],
    /^rules\[0\]\.do\.delay\.ms must be a whole number from 0/,
  ],
  [[{ on: { action: 'Heartbeat' }, do: { close: { code: 1006 } } }], /close\.code must be a WebSocket close code/],
  [[{ on: { action: 'Heartbeat' }, do: { refuseUpgrade: { status: 503 } } }], /cannot be done on Heartbeat/],
  [[{ on: { action: '@connect' }, do: { noAnswer: {} } }], /cannot be done on @connect/],
  [[{ on: { action: '@close' }, do: { noAnswer: {} } }], /on\.action must be an OCPP action/],
  [[{ on: { action: 'Heartbeat' }, do: { boot: { status: 'Pending', interval: 1 } } }], /is for BootNotification only/],
  [[{ on: { action: 'Heartbeat' }, do: { answer: {} } }], /must have either merge or replace/],
  [[{ on: { action: 'Heartbeat', nth: 1, times: 2 }, do: { noAnswer: {} } }], /nth together with from or times/],
];

for (const [rules, message] of refused) {
  test(`${JSON.stringify(rules)} is refused with a message that names the place`, () => {
    assert.throws(
      () => parseRules(rules),
      (error) => error instanceof TestkitError && message.test(error.message),
    );
  });
}

test('a refused script leaves the old one in force', () => {
  const book = new RuleBook();
  book.set([{ on: { action: 'Heartbeat' }, do: { noAnswer: {} } }]);
  assert.throws(() => book.set([{}]));
  assert.equal(book.rules.length, 1);
});

test('whatever it is given, the parser either accepts or refuses with rules.invalid', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.array(fc.record({ on: fc.jsonValue(), do: fc.jsonValue() })));
  fc.assert(
    fc.property(anything, (data) => {
      try {
        parseRules(data);
      } catch (error) {
        assert.ok(error instanceof TestkitError && error.code === 'rules.invalid');
      }
    }),
    { numRuns: 300 },
  );
});

test('nth, from and times choose among the matches, the first rule in its window wins', () => {
  const book = new RuleBook();
  book.set([
    { on: { action: 'Heartbeat', nth: 2 }, do: { noAnswer: {} } },
    { on: { action: '*', from: 2, times: 2 }, do: { delay: { ms: 1 } } },
    { on: { action: '*', identity: 'other' }, do: { drop: {} } },
  ]);
  const taken = [1, 2, 3, 4].map(() => Object.keys(book.take({ action: 'Heartbeat', identity: 'CP1' }) ?? {}).join());
  assert.deepEqual(taken, ['', 'noAnswer', 'delay', '']);
});

test('a refusal without booking passes over what is in the books already, and does not count it', () => {
  const book = new RuleBook();
  const refusal = { code: 'InternalError' };
  book.set([{ on: { action: 'X', nth: 1 }, do: { callError: refusal } }]);
  assert.equal(book.take({ action: 'X', identity: '', booked: true }), undefined);
  assert.deepEqual(book.take({ action: 'X', identity: '' }), { callError: refusal });
});

test('a payload pattern matches nested members', () => {
  const book = new RuleBook();
  book.set([{ on: { action: 'X', payload: { a: { b: 1 } } }, do: { noAnswer: {} } }]);
  assert.equal(book.take({ action: 'X', identity: '', payload: { a: { b: 2 } } }), undefined);
  assert.ok(book.take({ action: 'X', identity: '', payload: { a: { b: 1, c: 3 }, d: 4 } }));
});

test('merging goes into nested objects and null removes', () => {
  assert.deepEqual(mergePayload({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 5 }, d: null }), { a: { b: 5, c: 2 } });
});
