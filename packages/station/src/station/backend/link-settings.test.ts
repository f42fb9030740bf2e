import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { LinkSettings } from '../../link/link-state.ts';
import { overridesOf } from '../../params/overrides.ts';
import { openParameters } from '../../params/parameters.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { linkSettings } from './link-settings.ts';

type Pinned = NonNullable<Parameters<typeof overridesOf>[0]['pinned']>;

const complete = {
  'backend.communicationType': 'ocpp1.6',
  'backend.host': 'ocpp.example.com',
  'backend.identity': 'CP 1',
} as const satisfies Pinned;

async function settingsOf(
  pinned: Pinned,
  password: Uint8Array | null = null,
  roots: readonly string[] | null = ['PEM'],
  installedRoots: readonly string[] = [],
): Promise<LinkSettings> {
  const params = await openParameters({
    station: 's',
    store: createMemoryStore(),
    clock: { nowMs: () => 0 },
    time: { monotonicMs: () => 0 },
    overrides: overridesOf({ pinned }),
  });
  return linkSettings({ params, built: ['ocpp2.0.1', 'ocpp1.6'], roots, installedRoots, password });
}

test('without a backend there is no endpoint, and the reason names the parameter', async () => {
  const rows: readonly (readonly [Pinned, RegExp])[] = [
    [{}, /backend\.communicationType/],
    [{ ...complete, 'backend.communicationType': 'off' }, /backend\.communicationType/],
    [{ ...complete, 'backend.host': '' }, /backend\.host/],
    [{ ...complete, 'backend.identity': '' }, /backend\.identity/],
  ];
  for (const [pinned, reason] of rows) {
    const settings = await settingsOf(pinned);
    assert.equal(settings.endpoint, null);
    assert.match(settings.reason, reason);
  }
});

test('a complete endpoint is passed part by part, not yet encoded', async () => {
  const password = new Uint8Array([1, 2]);
  const { endpoint, reason } = await settingsOf({ ...complete, 'backend.path': '/a b/' }, password);
  assert.equal(reason, '');
  assert.deepEqual(
    [endpoint?.protocol, endpoint?.host, endpoint?.path, endpoint?.identity, endpoint?.subProtocols],
    ['wss', 'ocpp.example.com', '/a b/', 'CP 1', ['ocpp1.6']],
  );
  assert.deepEqual([endpoint?.password, endpoint?.tlsRoots, endpoint?.proxy], [password, ['PEM'], null]);
});

test('times are in milliseconds, back-off as in parameters.md: 1…10 s, then 10 s to 320 s, plus 0…30 s', async () => {
  const settings = await settingsOf({
    ...complete,
    'backend.communicationTimeout': 7,
    'backend.tcpWatchdogTimeout': 0,
  });
  assert.deepEqual([settings.communicationTimeoutMs, settings.tcpWatchdogMs, settings.startSpreadMs], [7_000, 0, 0]);
  assert.ok(settings.keepAliveMs > 0);
  assert.deepEqual(settings.backOff, {
    firstMinMs: 1_000,
    firstMaxMs: 10_000,
    baseMs: 10_000,
    capMs: 320_000,
    spreadMs: 30_000,
  });
});

test('roots that cannot be read trust nobody, the public ones neither', async () => {
  const { endpoint } = await settingsOf(complete, null, null);
  assert.deepEqual([endpoint?.tlsRoots, endpoint?.tlsPublicRoots], [[], false]);
});

test('installed roots count beside the file, and without it when it cannot be read', async () => {
  const both = await settingsOf(complete, null, ['FILE'], ['INSTALLED']);
  assert.deepEqual(both.endpoint?.tlsRoots, ['FILE', 'INSTALLED']);
  const alone = await settingsOf(complete, null, null, ['INSTALLED']);
  assert.deepEqual([alone.endpoint?.tlsRoots, alone.endpoint?.tlsPublicRoots], [['INSTALLED'], false]);
});
