import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { DoctorStep } from '../doctor/doctor-report.ts';
import { addressText, closingText, stepText } from './doctor-text.ts';
import { statusText } from './status-text.ts';
import { lineWidth } from './text-layout.ts';

const step: DoctorStep = {
  step: 'tls',
  verdict: 'failed',
  durationMs: 12.6,
  text: `Something ${'long '.repeat(20)}is wrong.`,
  remedy: 'Do something.',
  technical: `tls ${'word=value '.repeat(20)}ms=13`,
  certificates: [
    {
      name: 'box',
      subject: 'CN=box',
      issuer: 'CN=Root',
      validFromMs: Date.UTC(2026, 0, 1),
      validToMs: Date.UTC(2027, 0, 1),
      names: ['a.example'],
      selfSigned: false,
      fingerprint: 'AA',
    },
  ],
};
const silence = {
  seconds: 60,
  noticed: 'closed',
  losses: 3,
  of: 4,
  advisedPingSeconds: 48,
  text: 'The link always dies 60 s after the last frame.',
  remedy: 'Set WebSocketPingInterval.',
} as const;

describe('the text of the doctor', () => {
  it('shows the address and where each part comes from', () => {
    const parts = [
      { name: 'host', value: 'a.example', where: '--backend' },
      { name: 'identity', value: 'CP', where: 'set by operator token' },
    ] as const;
    const text = addressText({ url: 'ws://a.example/CP', parts });
    assert.equal(
      text,
      'ws://a.example/CP\n  host      a.example  --backend\n  identity  CP         set by operator token\n\n',
    );
    assert.match(addressText({ url: null, parts: [] }), /no address/);
  });

  it('of a step that failed shows remedy, certificates, and the line to copy unbroken', () => {
    const lines = stepText(step, false).split('\n');
    assert.match(lines[0] ?? '', /^FAILED {2}TLS +13 ms {2}Something/);
    assert.ok(
      lines.some((line) => /^ +1\. CN=box; issued by CN=Root; 2026-01-01 to 2027-01-01; for a\.example$/.test(line)),
    );
    assert.ok(lines.some((line) => line.trim() === '→  Do something.'));
    assert.ok(lines.some((line) => line.trim() === step.technical));
    for (const line of lines) assert.ok(line.length <= lineWidth || line.trim() === step.technical);
  });

  it('of one that is fine shows details only when they are wanted', () => {
    const fine = { ...step, verdict: 'ok', remedy: null } as const;
    assert.doesNotMatch(stepText(fine, false), /word=value|CN=box/);
    assert.match(stepText(fine, true), /word=value[^]*|CN=box/);
  });

  it('closes with who looked, what is known of silences, and the outcome', () => {
    const report = {
      station: 'CP',
      address: { url: null, parts: [] },
      steps: [],
      notes: ['By the way.'],
      silence,
    } as const;
    const text = closingText({ ...report, mode: 'besideLink', verdict: 'warning' });
    assert.match(text, /told by its link.*--disconnect/);
    assert.match(
      text,
      /By the way\.\nThe link always dies 60 s[^\n]*\n→ {2}Set WebSocketPingInterval\.\nIt works; see the warnings\.\n$/,
    );
  });

  it('calls everything in order only when the backend has taken the station', () => {
    const boot: DoctorStep = { ...step, step: 'boot', verdict: 'ok' };
    const report = {
      station: 'A',
      address: { url: null, parts: [] },
      notes: [],
      silence: null,
      verdict: 'ok',
    } as const;
    assert.match(closingText({ ...report, mode: 'alone', steps: [boot] }), /Everything is in order\.\n$/);
    const skipped: DoctorStep = { ...boot, verdict: 'skipped' };
    assert.match(closingText({ ...report, mode: 'alone', steps: [skipped] }), /What was looked at is in order\.\n$/);
  });

  it('of the status shows the silence that kills the link, and nothing when there is none', () => {
    assert.match(statusText({ silence }), /always dies 60 s[^]*Set WebSocketPingInterval/);
    assert.doesNotMatch(statusText({ silence: null }), /undefined|always dies/);
  });
});
