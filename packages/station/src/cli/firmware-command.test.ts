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

test('what a person brought is told with its publisher, or why it cannot be installed, and why nothing can be brought now', () => {
  const upload = {
    id: 'up-1',
    state: 'kept',
    received: 7,
    size: 7,
    version: null,
    publisher: 'Maker',
    verified: true,
    refusal: { en: 'A transaction runs; end it first.', de: '' },
  };
  const text = firmwareText({ ...none, slot: 'A', upload, uploadRefusal: upload.refusal });
  assert.match(text, /uploaded +of a version that it does not say, 7 bytes, signed by Maker; id up-1/);
  assert.match(text, /cannot be installed: A transaction runs/);
  assert.match(text, /upload +not now: A transaction runs/);
  const coming = { ...upload, state: 'receiving', size: null };
  assert.match(firmwareText({ ...none, slot: 'A', upload: coming }), /uploading +7 of unknown bytes/);
});
