import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { encodeFrame, parseFrame, type Frame } from './frames.ts';

/** Text of the characters that JSON is made of, and some that hurt. */
const jsonLikeText = fc.string({ unit: fc.constantFrom(...Array.from('[]{}",:\\234.-eEntruefalsx \u0000é😀\ud800')) });

const id = fc.string({ maxLength: 36 });
const payload = fc.jsonValue().filter((value) => value !== null);
const details = fc.dictionary(fc.string(), fc.jsonValue());

/** `-0` has no JSON of its own. */
const throughJson = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ kind: fc.constantFrom('call', 'send'), id, action: fc.string(), payload }),
  fc.record({ kind: fc.constant('callResult'), id, payload }),
  fc.record({
    kind: fc.constantFrom('callError', 'callResultError'),
    id,
    code: fc.string(),
    description: fc.string(),
    details,
  }),
);

test('any text is either a frame or malformed, and parsing never throws', () => {
  fc.assert(
    fc.property(jsonLikeText, (text) => {
      assert.ok(['frame', 'malformed'].includes(parseFrame(text).kind));
    }),
  );
});

test('any JSON is either a frame or malformed, and parsing never throws', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.ok(['frame', 'malformed'].includes(parseFrame(text).kind));
    }),
  );
});

test('arrays that almost are frames never make parsing throw, and what is readable obeys the types', () => {
  const element = fc.oneof(fc.jsonValue(), fc.constantFrom(2, 3, 4, 5, 6, 7, 'id', 'Heartbeat', null, {}));
  fc.assert(
    fc.property(fc.array(element, { maxLength: 7 }), (elements) => {
      const parsed = parseFrame(JSON.stringify(elements));
      if (parsed.kind === 'frame') {
        assert.equal(typeof parsed.frame.id, 'string');
        assert.ok(parsed.frame.id.length <= 255);
      } else if (parsed.id !== undefined) {
        assert.equal(parsed.id, elements[1]);
      }
    }),
  );
});

test('a frame that is encoded and parsed again is the same frame', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      assert.deepEqual(parseFrame(encodeFrame(frame)), { kind: 'frame', frame: throughJson(frame) });
    }),
  );
});

test('deeply nested JSON is survived', () => {
  const depth = 200_000;
  assert.equal(parseFrame(`${'['.repeat(depth)}${']'.repeat(depth)}`).kind, 'malformed');
  assert.equal(parseFrame('['.repeat(depth)).kind, 'malformed');
});

test('frames are written as OCPP-J says (T-08)', () => {
  const error = { id: 'a', code: 'GenericError', description: '', details: {} };
  const rows: readonly [Frame, string][] = [
    [{ kind: 'call', id: 'a', action: 'Heartbeat', payload: {} }, '[2,"a","Heartbeat",{}]'],
    [{ kind: 'callResult', id: 'a', payload: { x: 1 } }, '[3,"a",{"x":1}]'],
    [{ kind: 'callError', ...error }, '[4,"a","GenericError","",{}]'],
    [{ kind: 'callResultError', ...error }, '[5,"a","GenericError","",{}]'],
    [
      { kind: 'send', id: 'a', action: 'NotifyPeriodicEventStream', payload: {} },
      '[6,"a","NotifyPeriodicEventStream",{}]',
    ],
  ];
  for (const [frame, text] of rows) assert.equal(encodeFrame(frame), text);
});

test('a payload of nothing leaves as an empty object, and null is read as one (T-19)', () => {
  assert.equal(
    encodeFrame({ kind: 'call', id: 'a', action: 'Heartbeat', payload: undefined }),
    '[2,"a","Heartbeat",{}]',
  );
  assert.equal(encodeFrame({ kind: 'callResult', id: 'a', payload: null }), '[3,"a",{}]');
  assert.deepEqual(parseFrame('[3,"a",null]'), { kind: 'frame', frame: { kind: 'callResult', id: 'a', payload: {} } });
  assert.deepEqual(parseFrame('[2,"a","Heartbeat",null]'), {
    kind: 'frame',
    frame: { kind: 'call', id: 'a', action: 'Heartbeat', payload: {} },
  });
});

test('a CALLERROR without description and details still tells its code', () => {
  const expected = {
    kind: 'frame',
    frame: { kind: 'callError', id: 'a', code: 'NotImplemented', description: '', details: {} },
  };
  for (const text of [
    '[4,"a","NotImplemented"]',
    '[4,"a","NotImplemented",""]',
    '[4,"a","NotImplemented",null,null]',
  ]) {
    assert.deepEqual(parseFrame(text), expected);
  }
});

test('malformed frames tell type and id as far as they can be read (T-13)', () => {
  const longId = 'x'.repeat(256);
  const rows: readonly [string, { messageType?: number; id?: string }][] = [
    ['', {}],
    ['{"a":1}', {}],
    ['[]', {}],
    ['"text"', {}],
    ['["2","a","Heartbeat",{}]', {}],
    ['[2]', { messageType: 2 }],
    ['[2,5,"Heartbeat",{}]', { messageType: 2 }],
    [`[2,"${longId}","Heartbeat",{}]`, { messageType: 2 }],
    ['[2,"a"]', { messageType: 2, id: 'a' }],
    ['[2,"a","Heartbeat"]', { messageType: 2, id: 'a' }],
    ['[2,"a",7,{}]', { messageType: 2, id: 'a' }],
    ['[2,"a","Heartbeat",{},{}]', { messageType: 2, id: 'a' }],
    ['[3,"a"]', { messageType: 3, id: 'a' }],
    ['[3,"a",{},{}]', { messageType: 3, id: 'a' }],
    ['[4,"a"]', { messageType: 4, id: 'a' }],
    ['[4,"a","GenericError","",{},1]', { messageType: 4, id: 'a' }],
    ['[7,"a",{}]', { messageType: 7, id: 'a' }],
  ];
  for (const [text, readable] of rows) {
    const parsed = parseFrame(text);
    assert.equal(parsed.kind, 'malformed', text);
    const { kind: _, problem, ...rest } = parsed;
    assert.deepEqual(rest, readable, text);
    assert.notEqual(problem, '', text);
  }
});
