import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { EventParser } from './event-parser.ts';

describe('the parser of the event stream', () => {
  const stream = 'event: summary\ndata: {"a":1}\n\n: \n\nid: e-7\nevent: message\ndata: {"b":"x: y"}\n\n';
  const expected = [
    { name: 'summary', data: '{"a":1}', id: null },
    { name: 'message', data: '{"b":"x: y"}', id: 'e-7' },
  ];

  it('gives the same events wherever the pieces are cut', () => {
    for (let at = 0; at <= stream.length; at++) {
      const parser = new EventParser();
      assert.deepEqual(
        [...parser.take(stream.slice(0, at)), ...parser.take(stream.slice(at))],
        expected,
        `cut at ${at}`,
      );
    }
  });

  it('holds back what is not complete', () => {
    assert.deepEqual(new EventParser().take('event: summary\ndata: {"a":1}\n'), []);
  });

  it('joins lines of data, and calls an event without a name a message', () => {
    assert.deepEqual(new EventParser().take('data: one\ndata:two\n\n'), [
      { name: 'message', data: 'one\ntwo', id: null },
    ]);
  });
});
