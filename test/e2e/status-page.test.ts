import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { StrictBackend } from '@kerbside/testkit';

import { noBrowser, openPage } from './parts/browser.ts';
import { writeConfiguration } from './parts/configuration.ts';
import { apiUrl, registered, startDaemon } from './parts/daemon.ts';
import { runKerbside } from './parts/programs.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';

const identity = 'CP <b>1</b>';

interface Surroundings {
  readonly url: string;
  readonly token: string;
  readonly data: string;
  readonly kill: () => void;
  /** Starts the daemon again at the same address. */
  readonly restart: () => void;
}

async function daemonWithBackend(t: TestContext): Promise<Surroundings> {
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  const backend = new StrictBackend();
  await backend.start();
  t.after(() => backend.close());
  const config = writeConfiguration(folder, { 'metering.sampleInterval': 1 });
  const paths = ['--simulate', '--data', data, '--config', config];
  const args = [...paths, '--backend', backend.url, '--identity', identity];
  let daemon = startDaemon(args);
  t.after(() => daemon.child.kill());
  const url = await apiUrl(daemon);
  await registered(daemon);
  const tokens = JSON.parse(readFileSync(join(data, 'tokens.json'), 'utf8')) as { readonly operator: string };
  return {
    url,
    token: tokens.operator,
    data,
    kill: () => void daemon.child.kill(),
    restart: () => {
      daemon = startDaemon(args, { environment: { KERBSIDE_API_PORT: new URL(url).port } });
    },
  };
}

async function simulate(data: string, ...words: readonly string[]): Promise<void> {
  const { code, err } = await runKerbside(['sim', ...words, '--data', data]);
  assert.equal(code, 0, err);
}

test('the status page shows a station live, in a real browser', { skip: noBrowser }, async (t) => {
  const { url, token, data, kill, restart } = await daemonWithBackend(t);

  await t.test('asks for the token, says when it is wrong, and opens with the right one', async (inner) => {
    const { page, foreign } = await openPage(inner, `${url}/`);
    await page.getByLabel('Operator token').fill('wrong-token');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Operator token').fill(token);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('heading', { name: identity }).waitFor();
    assert.deepEqual(foreign, []);
  });

  await t.test('shows link, connectors and messages, and what changes while it changes', async (inner) => {
    const { page, foreign, defects } = await openPage(inner, `${url}/#token=${token}`);
    await page.getByRole('heading', { name: identity }).waitFor();
    assert.equal(page.url().includes(token), false, 'the token does not stay in the address');
    await page.getByText(/^open since .*ocpp1\.6/).waitFor();
    await page.getByText('accepted', { exact: true }).waitFor();
    await page.locator('.messages').getByText('BootNotification').first().waitFor();
    assert.deepEqual(await page.locator('.connectors strong').allTextContents(), ['Available', 'Available']);
    await simulate(data, 'plug', '1');
    await simulate(data, 'card', 'PERSON', '--evse', '1');
    await page.locator('.connectors strong', { hasText: 'Charging' }).waitFor();
    await page.locator('.messages').getByText('StartTransaction').first().waitFor();
    await page.getByText(/kWh since/).waitFor();
    await simulate(data, 'card', 'PERSON', '--evse', '1');
    await page.locator('.messages').getByText('StopTransaction').first().waitFor();
    assert.deepEqual({ foreign, defects }, { foreign: [], defects: [] });
  });

  await t.test('fits a phone without sideways scrolling, and comes back when the daemon does', async (inner) => {
    const { page } = await openPage(inner, `${url}/#token=${token}`, { width: 360, height: 640 });
    await page.getByRole('heading', { name: identity }).waitFor();
    const root = 'document.documentElement';
    assert.equal(await page.evaluate(`${root}.scrollWidth > ${root}.clientWidth`), false);
    kill();
    await page.getByText('The connection to the daemon is lost').waitFor();
    restart();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.locator('.connectors strong').first().waitFor();
  });
});
