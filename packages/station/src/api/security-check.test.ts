import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openParameters } from '../params/parameters.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { presets } from './presets.ts';
import { securityFindings, type CheckedStation, type SecurityFinding } from './security-check.ts';

const nowMs = Date.UTC(2026, 10, 23);
const by = { source: 'manufacturer', who: 'test' } as const;

async function check(
  changes: Readonly<Record<string, string>>,
  over: Partial<CheckedStation> = {},
): Promise<readonly SecurityFinding[]> {
  const clock = { nowMs: () => nowMs };
  const parameters = await openParameters({
    station: 'S',
    store: createMemoryStore(),
    clock,
    time: { monotonicMs: () => 0 },
  });
  const list = Object.entries(changes).map(([name, value]) => ({ name, value }));
  if (list.length > 0) assert.ok((await parameters.change(list, by)).every(({ kind }) => kind !== 'rejected'));
  await parameters.applyEndpoint();
  const security = { profile: 0, certificate: null, certificateAwaited: false };
  const status = { security, clock: { nowMs, source: 'backend' } } as const;
  return securityFindings({ parameters, status, untouchedAccounts: [], nowMs, ...over });
}

const levels = (findings: readonly SecurityFinding[]): Record<string, string> =>
  Object.fromEntries(findings.map(({ id, level }) => [id, level]));

const plain = {
  'backend.communicationType': 'ocpp1.6',
  'backend.host': 'csms.example.com',
  'backend.identity': 'CP-1',
};

test('a plain link without password is told first, and what is well is told too', async () => {
  const findings = await check({ ...plain, 'backend.protocol': 'ws' });
  assert.equal(findings[0]?.id, 'transport');
  assert.deepEqual(levels(findings), {
    transport: 'danger',
    password: 'warning',
    page: 'ok',
    passwords: 'ok',
    firmware: 'ok',
  });
});

test('an encrypted link with password and full verification is well', async () => {
  const password = { 'backend.authorizationKey': 'geheim-4711-geheim' };
  const found = levels(await check({ ...plain, 'backend.protocol': 'wss', ...password }));
  assert.deepEqual([found['transport'], found['verification'], found['password']], ['ok', 'ok', 'ok']);
  const lax = await check({ ...plain, 'backend.protocol': 'wss', 'backend.tlsVerification': 'encryptOnly' });
  assert.equal(levels(lax)['verification'], 'danger');
});

test('what lets energy out or strangers in is named with the place where it is set', async () => {
  const findings = await check({
    'authorization.freeCharging': 'true',
    'authorization.allowOfflineTxForUnknownId': 'true',
    'firmware.acceptUnsigned': 'true',
  });
  const places = Object.fromEntries(findings.map(({ id, parameter }) => [id, parameter]));
  assert.equal(places['freeCharging'], 'authorization.freeCharging');
  assert.equal(places['inDoubt'], 'authorization.allowOfflineTxForUnknownId');
  assert.equal(places['firmware'], 'firmware.acceptUnsigned');
});

test('first passwords, an expiring certificate and a clock that is not set are told', async () => {
  const certificate = { subject: 'CN=a', issuer: 'CN=b', validFromMs: 0, validToMs: nowMs + 5 * 86_400_000 };
  const own = { ...certificate, fingerprint: 'A', used: true, proven: true };
  const status = {
    security: { profile: 3, certificate: own, certificateAwaited: false },
    clock: { nowMs, source: 'none' },
  } as const;
  const findings = await check({}, { status, untouchedAccounts: ['manufacturer'] });
  const found = levels(findings);
  assert.deepEqual([found['certificate'], found['clock'], found['passwords']], ['warning', 'warning', 'warning']);
  assert.ok(findings.some(({ text }) => text.en === 'The own certificate expires in 5 days.'));
});

test('every finding and every task is told in both languages', async () => {
  const findings = await check({ ...plain, 'backend.protocol': 'ws', 'authorization.freeCharging': 'true' });
  for (const { text } of findings) assert.notEqual(text.en, text.de);
  for (const { title, text } of presets) assert.ok(title.de !== title.en && text.de !== text.en);
});

test('every task can be applied to a station as it is delivered', async () => {
  for (const { name, changes } of presets) assert.ok(await check({ ...changes }), name);
});
