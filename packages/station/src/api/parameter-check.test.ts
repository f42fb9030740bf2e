import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMemoryStore } from '../store/memory-store.ts';
import { openParameters, type Parameters } from '../params/parameters.ts';
import type { ChangeAuthor } from '../params/change.ts';
import { checkChanges, unconfirmed, type CheckedChanges } from './parameter-check.ts';

const manufacturer: ChangeAuthor = { source: 'manufacturer', who: 'test' };
const operator: ChangeAuthor = { source: 'operator', who: 'test' };

function open(): Promise<Parameters> {
  const clock = { nowMs: () => 0 };
  return openParameters({ station: 'S', store: createMemoryStore(), clock, time: { monotonicMs: () => 0 } });
}

function check(
  parameters: Parameters,
  changes: Readonly<Record<string, string>>,
  over: Partial<Around> = {},
): CheckedChanges {
  const list = Object.entries(changes).map(([name, value]) => ({ name, value }));
  return checkChanges(parameters, list, { by: operator, language: 'en', charging: false, ...over });
}

type Around = globalThis.Parameters<typeof checkChanges>[2];

test('each change is told by itself, with old and new, and what is felt most', async () => {
  const parameters = await open();
  const said = check(parameters, {
    HeartbeatInterval: '600',
    'backend.startSpread': '10',
    'backend.compression': 'true',
  });
  assert.deepEqual(said.outcomes[0], {
    id: 'backend.heartbeatInterval',
    ok: true,
    code: null,
    reason: null,
    from: '300',
    to: '600',
    effect: 'live',
  });
  assert.equal(said.strongest, 'restart');
  assert.equal(check(parameters, { 'backend.heartbeatInterval': '300' }).strongest, null, 'nothing would change');
  assert.equal(parameters.get('backend.heartbeatInterval'), 300, 'nothing is stored');
});

test('one that would be refused does not make the others look refused', async () => {
  const parameters = await open();
  const { outcomes } = check(parameters, {
    'backend.keepAliveInterval': '4',
    'backend.heartbeatInterval': '600',
    nothing: '1',
  });
  assert.deepEqual(
    outcomes.map(({ ok, code }) => [ok, code]),
    [
      [false, 'config.refused'],
      [true, null],
      [false, 'config.unknownParameter'],
    ],
  );
  assert.match(outcomes[0]?.reason ?? '', /auto, 0 or 5…9999/);
});

test('refusals come in German, also those of rules across parameters and of roles', async () => {
  const parameters = await open();
  const { outcomes } = check(
    parameters,
    { 'backend.keepAliveInterval': '4', 'eichrecht.mode': 'off', 'authorization.inDoubt': 'plugged' },
    { language: 'de' },
  );
  assert.match(outcomes[0]?.reason ?? '', /ganze Zahl von 5 bis 9999/);
  assert.equal(outcomes[1]?.reason, 'Diesen Wert darf nur der Hersteller ändern.');
  assert.match(outcomes[2]?.reason ?? '', /Abrechnung/);
});

test('of a secret neither the old nor the new value is told', async () => {
  const said = JSON.stringify(check(await open(), { AuthorizationKey: 'geheim-4711-geheim' }));
  assert.equal(said.includes('geheim'), false);
  assert.ok(said.includes('********'));
});

test('a safety-relevant value wants to be typed again, unless it stays what it is', async () => {
  const parameters = await open();
  const changes = [{ name: 'eichrecht.mode', value: 'off' }];
  const { confirmations } = check(parameters, { 'eichrecht.mode': 'off' }, { by: manufacturer });
  assert.deepEqual(
    confirmations.map(({ id, kind }) => [id, kind]),
    [['eichrecht.mode', 'typeAgain']],
  );
  assert.deepEqual(unconfirmed(parameters, changes, {}), ['eichrecht.mode']);
  assert.deepEqual(unconfirmed(parameters, changes, { 'eichrecht.mode': 'on' }), ['eichrecht.mode']);
  assert.deepEqual(unconfirmed(parameters, changes, { 'eichrecht.mode': 'off' }), []);
  assert.deepEqual(unconfirmed(parameters, [{ name: 'eichrecht.mode', value: 'auto' }], {}), [], 'it is auto already');
});

test('another backend while a car charges is said before', async () => {
  const parameters = await open();
  const moved = { 'backend.host': 'csms.example.com' };
  assert.deepEqual(check(parameters, moved).confirmations, []);
  assert.equal(check(parameters, moved, { charging: true }).confirmations[0]?.kind, 'runningTransaction');
});
