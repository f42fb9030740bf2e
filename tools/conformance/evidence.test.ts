import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readEvidence } from './evidence.ts';

test('titles from tables, from scenarios and inside groups are read whole', async () => {
  const { evidence, problems } = await readEvidence();
  assert.deepEqual(problems, []);
  const titled = (part: string): readonly (readonly string[])[] =>
    evidence.filter(({ title }) => title.includes(part)).map(({ ids }) => ids);
  assert.deepEqual(titled('a close with 1011 brings another connection'), [['T-22', 'T-23']]);
  assert.deepEqual(titled('Reset Hard of an idle station'), [['Z-02', 'Z-03', 'Z-05', 'TC_013']]);
  assert.equal(titled('TriggerMessage: {"requestedMessage":"Heartbeat"} is trigger heartbeat').length, 1);
  const shown = evidence.find(({ title }) => title.startsWith('a close with 1011'));
  assert.equal(shown?.shows, true);
});
