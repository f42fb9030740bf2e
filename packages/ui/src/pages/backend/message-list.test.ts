import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { MessageShape } from '../../net/shapes.ts';
import { belongs, merged, payloadOf, queryOf, readable, visibleRows, type MessageChoice } from './message-list.ts';

const everything: MessageChoice = { text: '', direction: 'all', kind: 'all', connector: '' };

function message(seq: number, more: Partial<MessageShape> = {}): MessageShape {
  return {
    seq,
    atMs: seq,
    direction: 'out',
    kind: 'call',
    action: 'Heartbeat',
    id: `m${seq}`,
    text: '[2,"m","Heartbeat",{}]',
    latencyMs: null,
    connector: null,
    problem: null,
    answerTo: null,
    ...more,
  };
}

describe('the list of messages', () => {
  it('asks the daemon for what a person chose', () => {
    assert.equal(queryOf(everything), '');
    assert.equal(
      queryOf({ text: ' a&b ', direction: 'in', kind: 'answer', connector: '2' }, { before: 7, limit: 500 }),
      '?text=a%26b&direction=in&kind=callResult%2CcallError&connector=2&before=7&limit=500',
    );
    assert.equal(queryOf({ ...everything, kind: 'problem' }), '?problems=true');
  });

  it('takes what comes live by the same rules', () => {
    const found = (choice: Partial<MessageChoice>, more: Partial<MessageShape> = {}): boolean =>
      belongs(message(1, more), { ...everything, ...choice });
    assert.ok(found({}));
    assert.ok(found({ text: 'HEART' }));
    assert.ok(!found({ text: 'meter' }));
    assert.ok(!found({ direction: 'in' }));
    assert.ok(!found({ kind: 'answer' }) && found({ kind: 'answer' }, { kind: 'callError' }));
    assert.ok(!found({ kind: 'problem' }) && found({ kind: 'problem' }, { problem: 'bad' }));
    assert.ok(!found({ connector: '1' }, { connector: 2 }) && found({ connector: '2' }, { connector: 2 }));
  });

  it('has each message once, the newest first, in whatever order they come', () => {
    const seqs = (all: readonly MessageShape[]): readonly number[] => all.map(({ seq }) => seq);
    assert.deepEqual(seqs(merged([message(5), message(3)], [message(6)])), [6, 5, 3]);
    assert.deepEqual(seqs(merged([message(5), message(3)], [message(4), message(5), message(1)])), [5, 4, 3, 1]);
    assert.deepEqual(seqs(merged([], [message(1), message(2)])), [2, 1]);
  });

  it('draws only the rows that can be seen, of ten thousand as of none', () => {
    assert.deepEqual(visibleRows(10_000, { top: 50_000, height: 500, row: 50 }), { from: 992, to: 1_018 });
    assert.deepEqual(visibleRows(3, { top: 0, height: 500, row: 50 }), { from: 0, to: 3 });
    assert.deepEqual(visibleRows(0, { top: 900, height: 500, row: 50 }), { from: 0, to: 0 });
    // The list became shorter while it was scrolled far down.
    assert.deepEqual(visibleRows(5, { top: 9_000, height: 500, row: 50 }), { from: 5, to: 5 });
  });

  it('shows a frame so that it can be read, and what is none as it is', () => {
    assert.equal(readable('[3,"x",{}]'), '[\n  3,\n  "x",\n  {}\n]');
    assert.equal(readable('<b>no JSON'), '<b>no JSON');
    assert.equal(payloadOf('[2,"x","Heartbeat",{"a":1}]'), '{"a":1}');
    assert.equal(payloadOf('[3,"x",{}]'), '{}');
    assert.equal(payloadOf('cut [2,'), 'cut [2,');
  });
});
