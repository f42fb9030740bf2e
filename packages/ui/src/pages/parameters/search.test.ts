import assert from 'node:assert/strict';
import { test } from 'node:test';

import { searchViews } from './search.ts';
import { testView } from './test-views.ts';

const views = [
  testView('traffic.queueSize', {
    key: 'OcppQueueSize',
    row: { label: { en: 'Queue Size', de: 'Puffergröße' }, info: { en: 'Heartbeats are not kept.', de: '' } },
  }),
  testView('backend.heartbeatInterval', {
    key: 'HeartbeatInterval',
    row: { label: { en: 'Heartbeat Interval', de: 'Heartbeat-Intervall' } },
  }),
  testView('charging.operatorCurrentLimit', {
    connector: 1,
    row: { label: { en: 'Current Limit', de: 'Stromgrenze' } },
  }),
  testView('charging.operatorCurrentLimit_2', {
    connector: 2,
    row: { label: { en: 'Current Limit', de: 'Stromgrenze' } },
  }),
];
const found = (text: string): readonly string[] => searchViews(views, text, 10).map(({ id }) => id);

test('"heart" finds the parameter of that name before one whose help mentions the word', () => {
  assert.deepEqual(found('heart'), ['backend.heartbeatInterval', 'traffic.queueSize']);
  assert.deepEqual(found('HEARTBEATINTERVAL'), ['backend.heartbeatInterval']);
});

test('both languages are searched, and umlauts may be typed or not', () => {
  assert.deepEqual(found('Puffergröße'), ['traffic.queueSize']);
  assert.deepEqual(found('puffergroesse'), []);
  assert.deepEqual(found('puffergrosse'), ['traffic.queueSize']);
});

test('each word has to occur, and a parameter of several connectors is found once', () => {
  assert.deepEqual(found('current limit'), ['charging.operatorCurrentLimit']);
  assert.deepEqual(found('current heart'), []);
  assert.deepEqual(found('  '), []);
});

test('the page on which a parameter stands is searched as well', () => {
  assert.ok(found('message queue').includes('traffic.queueSize'));
});
