import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { isRecord } from '@kerbside/station';

import { Control } from './parts/control.ts';
import { kerbside, runKerbside } from './parts/programs.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';
import { until } from './parts/until.ts';

const story = `
name: one car
loop: false
steps:
  - { at: 0, do: plug, evse: 2, soc: 40 }
  - { after: 0.5, do: card, evse: 2, uid: 'STORY' }
  - { after: 3, do: card, evse: 2, uid: 'STORY' }
  - { after: 0.5, do: unplug, evse: 2 }
`;

test('the demo registers, plays its story, takes part in what people do, and ends with the ledger', async (t) => {
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  writeFileSync(join(folder, 'story.yaml'), story);
  const demo = kerbside(['demo', '--data', data, '--story', join(folder, 'story.yaml')], {
    name: 'demo',
    environment: { KERBSIDE_API_PORT: '0', KERBSIDE_DEFAULT_METERING_SAMPLE_INTERVAL: '1' },
  });
  t.after(() => demo.kill());
  const controlUrl = /http:\S+/.exec(await demo.line(/Its control\s+http:/))?.[0] ?? '';
  const apiUrl = /http:[^/]*\/\/[^/\s]+/.exec(await demo.line(/API\s+http:/))?.[0] ?? '';
  await demo.line(/Backend\s+ws:/);
  await demo.line(/registration accepted/);
  await until('readiness', async () => (await fetch(`${apiUrl}/readyz`)).status === 200);

  const sim = async (...words: string[]): Promise<void> => {
    const { code, err } = await runKerbside(['sim', ...words, '--data', data]);
    assert.equal(code, 0, `kerbside sim ${words.join(' ')}: ${err}`);
  };
  await sim('plug', '1', '--soc', '30');
  await sim('card', 'PERSON', '--evse', '1');
  const control = new Control(controlUrl);
  const mine = async () => (await control.books()).transactions.find(({ idTag }) => idTag === 'PERSON');
  await until('two meter values', async () => ((await mine())?.meterValues.length ?? 0) >= 2);

  const status = await runKerbside(['status', '--json', '--data', data]);
  const shown: unknown = JSON.parse(status.out);
  assert.equal(status.code, 0);
  assert.ok(isRecord(shown) && shown['registration'] === 'accepted' && shown['simulated'] === true);

  await sim('card', 'PERSON', '--evse', '1');
  await sim('unplug', '1');
  await until('both transactions', async () => {
    const { counts } = await control.books();
    return counts.transactions === 2 && counts.open === 0;
  });
  const { problems, transactions } = await control.books();
  assert.deepEqual(problems, []);
  assert.deepEqual(await control.violations(), []);
  assert.deepEqual(transactions.map(({ idTag }) => idTag).toSorted(), ['PERSON', 'STORY']);
  for (const { stops, meterStart } of transactions) assert.ok((stops[0]?.meterStop ?? 0) > meterStart, 'energy flowed');

  const { code } = await demo.stop('SIGINT');
  assert.equal(code, 0);
  assert.match(demo.output, /Ledger of the backend: 2 transactions \(0 still open\)/);
  assert.match(demo.output, /Nothing is wrong with the books/);
});
