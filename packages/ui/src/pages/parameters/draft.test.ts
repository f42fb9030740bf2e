import assert from 'node:assert/strict';
import { test } from 'node:test';

import { afterNews, changesOf, conflictsOf, draftFrom, draftText, emptyDraft, fieldValue } from './draft.ts';
import { insisting, withValue } from './draft.ts';
import { testView } from './test-views.ts';

const heartbeat = testView('backend.heartbeatInterval');
const password = testView('backend.authorizationKey', { value: '********', row: { secret: true } });

test('news from the station never change a field that somebody is typing in', () => {
  const draft = withValue(emptyDraft, heartbeat, '600');
  const news = { ...heartbeat, value: '30' };
  assert.equal(fieldValue(afterNews(draft, [news]), news), '600');
  assert.equal(fieldValue(emptyDraft, news), '30', 'an untouched field follows');
});

test('a change by somebody else is told as a conflict, until somebody insists or gives way', () => {
  const draft = withValue(emptyDraft, heartbeat, '600');
  assert.deepEqual(conflictsOf(draft, [heartbeat]), []);
  const news = { ...heartbeat, value: '30' };
  const conflict = { id: 'backend.heartbeatInterval', base: '300', theirs: '30', mine: '600' };
  assert.deepEqual(conflictsOf(draft, [news]), [conflict]);
  const typedOn = withValue(draft, news, '601');
  assert.equal(conflictsOf(typedOn, [news]).length, 1, 'typing on does not hide it');
  assert.deepEqual(conflictsOf(insisting(draft, news), [news]), []);
});

test('a value that waits for a restart is what is set: another one is a conflict as well', () => {
  const draft = withValue(emptyDraft, heartbeat, '600');
  const waiting = { ...heartbeat, pending: { value: '45', until: 'restart' as const } };
  assert.equal(conflictsOf(draft, [waiting])[0]?.theirs, '45');
});

test('typing what is set leaves no draft, and what the station has by now is none any more', () => {
  assert.equal(withValue(withValue(emptyDraft, heartbeat, '600'), heartbeat, '300').size, 0);
  const draft = withValue(emptyDraft, heartbeat, '600');
  assert.equal(afterNews(draft, [{ ...heartbeat, value: '600' }]).size, 0);
  assert.equal(afterNews(draft, []).size, 0, 'a value that is gone');
  assert.equal(afterNews(draft, [heartbeat]), draft);
});

test('a draft outlives a reload of the page, but a secret never leaves its memory', () => {
  const draft = withValue(withValue(emptyDraft, heartbeat, '600'), password, 'geheim-4711');
  const text = draftText(draft);
  assert.equal(text.includes('geheim'), false);
  assert.deepEqual(changesOf(draftFrom(text)), { 'backend.heartbeatInterval': '600' });
  assert.equal(
    conflictsOf(draftFrom(text), [{ ...heartbeat, value: '30' }]).length,
    1,
    'and what it began from with it',
  );
});

test('removing a secret is a change; its mask is none', () => {
  assert.equal(withValue(emptyDraft, password, '********').size, 0);
  assert.deepEqual(changesOf(withValue(emptyDraft, password, '')), { 'backend.authorizationKey': '' });
  const draft = withValue(emptyDraft, password, 'geheim-4711');
  assert.equal(afterNews(draft, [password]).size, 1);
  assert.deepEqual(conflictsOf(draft, [{ ...password, value: '' }]), []);
});

test('whatever else lies in the browser under the name of a draft is none', () => {
  for (const text of [null, '', 'x', '{}', '[1]', '[["a",1,2]]', '[["a","b"]]']) assert.equal(draftFrom(text).size, 0);
});
