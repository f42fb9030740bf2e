import assert from 'node:assert/strict';
import { test } from 'node:test';

import { localListText } from './local-list-command.ts';

test('the list is told with what is said of each card', () => {
  const entries = [
    { idToken: 'A', status: 'accepted', expiryMs: null, parentIdToken: null },
    { idToken: 'CARD', status: 'blocked', expiryMs: 0, parentIdToken: 'FLEET' },
  ];
  assert.equal(
    localListText({ enabled: true, version: 4, count: 2, entries }),
    [
      'version 4, 2 entries',
      '  A     accepted',
      '  CARD  blocked until 1970-01-01T00:00:00.000Z, group FLEET',
      '',
    ].join('\n'),
  );
});

test('a list that is switched off says so', () => {
  const text = localListText({ enabled: false, version: 0, count: 0, entries: [] });
  assert.equal(text, 'version 0, 0 entries (switched off: LocalAuthListEnabled)\n');
});
