import assert from 'node:assert/strict';
import { test } from 'node:test';

import { firmwareText } from './firmware-command.ts';
import { wallText } from './time-text.ts';

const none = { version: '', slot: null, simulated: false, onTrial: false, update: null };

test('firmware is told with its slot, its trial and its last update', () => {
  assert.match(firmwareText(none), /of a version that nobody tells\n.*nothing installs firmware here/);
  const atMs = Date.UTC(2026, 10, 22);
  const update = { kind: 'signed', requestId: 11, phase: 'over', status: 'installationFailed', sinceMs: atMs };
  const more = { retrieveMs: null, installMs: null, failedDownloads: 2, problem: 'the new software did not start' };
  const text = firmwareText({
    version: '2.0.0',
    slot: 'B',
    simulated: true,
    onTrial: true,
    update: { ...update, ...more },
  });
  for (const part of [
    '2.0.0, slot B (simulated); on trial until the backend is reached',
    `signed 11: over (installationFailed), asked for at ${wallText(atMs)}`,
    '2 downloads have failed',
    'the new software did not start',
  ])
    assert.ok(text.includes(part), part);
  const waiting = { ...update, ...more, phase: 'scheduled', retrieveMs: atMs, installMs: atMs + 1, problem: null };
  assert.match(firmwareText({ ...none, slot: 'A', update: waiting }), /download not before[^]*installation not before/);
});
