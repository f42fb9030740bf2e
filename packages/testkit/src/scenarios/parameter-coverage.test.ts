import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { parameterIds, rowsWithoutScenario } from '@kerbside/station';

const folder = new URL('parameters/', import.meta.url);

/** The names of the tests that show a parameter: texts that begin with an id and a colon, each the name of one test. */
function testNames(): readonly string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  return files.flatMap((name) => {
    const source = readFileSync(new URL(name, folder), 'utf8');
    return [...source.matchAll(/['"`]([a-z]+\.[A-Za-z]+): /g)].map(([, id = '']) => id);
  });
}

test('each parameter of the catalogue has a scenario that shows its effect', () => {
  assert.deepEqual(rowsWithoutScenario(testNames()), [], 'write one in packages/testkit/src/scenarios/parameters');
});

test('each of these scenarios is named after a parameter that exists', () => {
  const known: readonly string[] = parameterIds;
  assert.deepEqual(
    testNames().filter((name) => !known.includes(name)),
    [],
  );
});

test('a row without a scenario is found', () => {
  const names = testNames().filter((name) => name !== 'backend.tcpWatchdogTimeout');
  assert.deepEqual(rowsWithoutScenario(names), ['backend.tcpWatchdogTimeout']);
});
