import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { ConfigurationCommands } from '../../dialects/station-commands.ts';
import { overridesOf } from '../../params/overrides.ts';
import { openParameters } from '../../params/parameters.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { configurationCommands } from './configuration-commands.ts';

async function open(): Promise<ConfigurationCommands> {
  const params = await openParameters({
    station: 's',
    store: createMemoryStore(),
    clock: { nowMs: () => 0 },
    time: { monotonicMs: () => 0 },
    overrides: overridesOf({ pinned: { 'charging.connectionTimeOut': 45 } }),
    provide: { 'station.numberOfConnectors': () => 2 },
  });
  return configurationCommands(params);
}

describe('a change by the backend (K-03)', () => {
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['of a live key', 'HeartbeatInterval', '77', 'accepted'],
    ['in another letter case', 'heartbeatinterval', '77', 'accepted'],
    ['to what cannot be', 'HeartbeatInterval', '-1', 'rejected'],
    ['to what is no number', 'HeartbeatInterval', 'soon', 'rejected'],
    ['of a read-only key', 'NumberOfConnectors', '3', 'rejected'],
    ['of a pinned key', 'ConnectionTimeOut', '60', 'rejected'],
    ['of an unknown key', 'NoSuchKey', '1', 'notSupported'],
    ['of the endpoint', 'BackendHost', 'other.example.com', 'rebootRequired'],
    ['of what is local only', 'OCPPMode', 'off', 'rejected'],
  ];
  for (const [name, key, value, answer] of rows) {
    test(`${name} is ${answer}, and again the same`, async () => {
      const commands = await open();
      assert.equal(await commands.change(key, value), answer);
      assert.equal(await commands.change(key, value), answer);
    });
  }
});

test('a changed value is seen at once, a staged one too, and a secret never', async () => {
  const commands = await open();
  await commands.change('HeartbeatInterval', '77');
  await commands.change('BackendHost', 'other.example.com');
  await commands.change('AuthorizationKey', 'feedc0defeedc0defeedc0defeedc0de');
  assert.equal(commands.find('heartbeatINTERVAL')?.value, '77');
  assert.equal(commands.find('BackendHost')?.value, 'other.example.com');
  assert.ok(!JSON.stringify([commands.list(), commands.find('AuthorizationKey')]).includes('feedc0de'));
  assert.equal(commands.find('NoSuchKey'), null);
});

test('every listed key is found under its own name, has text for a value, and fits the message (K-02)', async () => {
  const commands = await open();
  const entries = commands.list();
  assert.ok(entries.length > 20 && commands.maxKeys() > 0);
  for (const entry of entries) {
    assert.deepEqual(commands.find(entry.key.toUpperCase()), entry);
    assert.ok(entry.key.length <= 50 && typeof entry.value === 'string' && entry.value.length <= 500, entry.key);
  }
  assert.equal(new Set(entries.map(({ key }) => key.toLowerCase())).size, entries.length);
});
