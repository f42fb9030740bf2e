import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Notice } from '../daemon/notice.ts';
import { demoNotice } from './demo-lines.ts';
import { noticeOf } from './event-notice.ts';
import { createLog } from './log.ts';
import { firstStopSignal } from './stop-signals.ts';
import { createTestIo } from './test-io.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const notice: Notice = { level: 'warn', area: 'link', station: 'CP-1', text: 'cut', fields: { attempt: 2 } };
const frame = {
  type: 'wire',
  station: 'CP-1',
  atMs: nowMs,
  event: {
    kind: 'frame',
    direction: 'out',
    messageType: 'call',
    action: 'Authorize',
    id: '1',
    text: '[2,"1","Authorize",{"idTag":"AABB"}]',
    latencyMs: null,
  },
} as const;

function written(pretty: boolean, level: Notice['level'], given: Notice): string {
  const lines: string[] = [];
  createLog({ out: (text) => void lines.push(text), pretty, level, nowMs: () => nowMs })(given);
  return lines.join('');
}

describe('the log', () => {
  it('is one JSON object a line for machines', () => {
    const line = written(false, 'info', notice);
    assert.ok(line.endsWith('}\n'));
    assert.deepEqual(JSON.parse(line), {
      time: '2026-11-22T12:00:00.000Z',
      level: 'warn',
      area: 'link',
      station: 'CP-1',
      text: 'cut',
      attempt: 2,
    });
  });

  it('is a line for people on a terminal, on which nothing from the wire can do tricks', () => {
    assert.equal(written(true, 'info', notice), '12:00:00.000 WARN  CP-1 link: cut\n');
    const sly = { ...notice, text: 'a\u001b[2Jb\nc' };
    assert.equal(written(true, 'info', sly), '12:00:00.000 WARN  CP-1 link: a [2Jb c\n');
  });

  it('leaves out what is below its level', () => {
    assert.equal(written(true, 'error', notice), '');
    assert.equal(written(false, 'info', noticeOf(frame)), '');
    assert.match(written(true, 'debug', noticeOf(frame)), /→ \[2,"1","Authorize"/);
  });

  it('shows frames in short in the demo', () => {
    assert.equal(written(true, 'info', demoNotice(frame)), '12:00:00.000       ocpp: → Authorize {idTag: "AABB"}\n');
  });
});

describe('signals to stop', () => {
  it('end the command in order, and a second one at once', async () => {
    const io = createTestIo();
    const stop = firstStopSignal(io);
    io.signal();
    await stop;
    assert.deepEqual(io.exits, []);
    io.signal();
    assert.deepEqual(io.exits, [130]);
  });
});
