import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';

import type { LiveChange } from '../api/live/live-source.ts';
import { publishStationEvent } from '../station/station-events.ts';
import { LiveFeed } from './live-feed.ts';

function frame(station: string, text: string): void {
  const event = {
    kind: 'frame',
    direction: 'out',
    messageType: 'call',
    action: 'Heartbeat',
    id: 'm1',
    text,
    latencyMs: null,
  } as const;
  publishStationEvent({ type: 'wire', event, station, atMs: 7 });
}

describe('the live feed of a daemon', () => {
  let feed = new LiveFeed();
  beforeEach(() => {
    feed.close();
    feed = new LiveFeed();
  });
  after(() => feed.close());

  it('remembers the messages of each station, and gives those after one', () => {
    frame('A', 'one');
    frame('B', 'two');
    frame('A', 'three');
    assert.deepEqual(
      feed.messages('A', null).map(({ seq, text }) => [seq, text]),
      [
        [1, 'one'],
        [3, 'three'],
      ],
    );
    assert.deepEqual(
      feed.messages('A', 1).map(({ text }) => text),
      ['three'],
    );
  });

  it('forgets the oldest beyond its bounds in number and in size', () => {
    for (let count = 1; count <= 25_500; count++) frame('A', `m${count}`);
    assert.equal(feed.messages('A', null).length, 10_000);
    assert.equal(feed.messages('A', null)[0]?.text, 'm15501');
    for (let count = 1; count <= 1_500; count++) frame('A', 'x'.repeat(20_000));
    const characters = feed.messages('A', null).reduce((sum, { text }) => sum + text.length, 0);
    assert.ok(characters <= 8 * 2 ** 20 && characters > 8 * 2 ** 20 - 8_000, String(characters));
  });

  it('tells of every message and every other event that the state may have changed', () => {
    const changes: LiveChange[] = [];
    const stop = feed.subscribe((change) => changes.push(change));
    frame('A', 'one');
    publishStationEvent({ type: 'problem', text: 'x', station: 'B', atMs: 1 });
    stop();
    publishStationEvent({ type: 'problem', text: 'y', station: 'B', atMs: 2 });
    assert.deepEqual(
      changes.map((change) => (change.kind === 'message' ? change.message.text : change.station)),
      ['one', 'A', 'B'],
    );
  });

  it('knows which call an answer belongs to, how long it took, the connector, and what was wrong', () => {
    const wire = (
      direction: 'in' | 'out',
      messageType: 'call' | 'callResult' | 'callError',
      id: string,
      text: string,
    ) => ({
      ...({ kind: 'frame', direction, messageType, action: null, id, text, latencyMs: null } as const),
    });
    const tell = (atMs: number, event: ReturnType<typeof wire>): void =>
      publishStationEvent({ type: 'wire', event, station: 'A', atMs });
    tell(10, wire('in', 'call', 'x', '[2,"x","UnlockConnector",{"connectorId":2}]'));
    tell(11, wire('out', 'call', 'x', '[2,"x","Heartbeat",{}]'));
    tell(15, wire('out', 'callError', 'x', '[4,"x","InternalError","It \\"broke\\"",{}]'));
    tell(18, wire('in', 'callResult', 'x', '[3,"x",{}]'));
    tell(19, wire('in', 'callResult', 'x', '[3,"x",{}]'));
    assert.deepEqual(
      feed
        .messages('A', null)
        .map(({ connector, problem, answerTo, latencyMs }) => [connector, problem, answerTo, latencyMs]),
      [
        [2, null, null, null],
        [null, null, null, null],
        [2, 'InternalError: It \\"broke\\"', 1, 5],
        [null, null, 2, 7],
        [null, null, null, null],
      ],
    );
  });

  it('tells mishaps too, with their reason', () => {
    const event = { kind: 'mishap', what: 'answer ignored', action: 'Authorize', problem: 'late' } as const;
    publishStationEvent({ type: 'wire', event, station: 'A', atMs: 1 });
    assert.deepEqual(
      feed.messages('A', null).map(({ kind, text }) => [kind, text]),
      [['mishap', 'answer ignored: late']],
    );
  });
});
