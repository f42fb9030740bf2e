import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { StrictBackend } from '@kerbside/testkit';
import type { Page } from 'playwright-core';

import { fitsWidth, seriousProblems } from './parts/accessibility.ts';
import { noBrowser, openPage } from './parts/browser.ts';
import { writeConfiguration } from './parts/configuration.ts';
import { apiUrl, registered, startDaemon } from './parts/daemon.ts';
import { screenshot } from './parts/screenshot.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';

const identity = 'CP <b>1</b>';

interface Surroundings {
  readonly url: string;
  readonly token: string;
  /** What the daemon told of the first accounts. */
  readonly password: string;
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
  const password = /^ {2}operator {2,}([a-z2-9-]{19})$/m.exec(daemon.child.errors)?.[1] ?? '';
  return {
    url,
    token: tokens.operator,
    password,
    kill: () => void daemon.child.kill(),
    restart: () => {
      daemon = startDaemon(args, { environment: { KERBSIDE_API_PORT: new URL(url).port } });
    },
  };
}

async function signIn(page: Page, user: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'User' }).fill(user);
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('the page of a station, in a real browser', { skip: noBrowser }, async (t) => {
  const { url, token, password, kill, restart } = await daemonWithBackend(t);
  const chosen = 'three odd brown kettles';

  await t.test('asks who it is, says when that is wrong, and lets a new password be chosen first', async (inner) => {
    const { page, foreign } = await openPage(inner, `${url}/`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.deepEqual(await seriousProblems(page), []);
    await screenshot(page, 'sign-in');
    await signIn(page, 'operator', 'wrong-password');
    await page.getByRole('alert').filter({ hasText: 'The user or the password is wrong.' }).waitFor();
    await signIn(page, 'operator', password);
    await page.getByRole('textbox', { name: 'Present password' }).fill(password);
    await page.getByRole('textbox', { name: 'New password', exact: true }).fill(chosen);
    await page.getByRole('textbox', { name: 'New password once more' }).fill(chosen);
    await page.getByRole('button', { name: 'Save the password' }).click();
    await page.getByRole('heading', { name: identity, level: 1 }).waitFor();
    assert.deepEqual(foreign, []);
  });

  await t.test('keeps nothing of a sign-in that scripts or addresses could give away, and ends it', async (inner) => {
    const { page } = await openPage(inner, `${url}/#token=${token}`);
    await page.getByRole('heading', { name: identity, level: 1 }).waitFor();
    assert.equal(page.url().includes(token), false, 'the token does not stay in the address');
    assert.equal(await page.evaluate('document.cookie + JSON.stringify(localStorage)'), '{}');
    await page.locator('.account summary').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(page, 'Operator', chosen);
    await page.getByRole('heading', { name: identity, level: 1 }).waitFor();
  });

  await t.test('shows what happens while it happens, and lets the simulated hardware be played with', async (inner) => {
    const { page, foreign, defects } = await openPage(inner, `${url}/#token=${token}`);
    const first = page.getByRole('region', { name: 'Connector 1' });
    await page.getByText('Connected and registered').waitFor();
    await first.getByText('Free').waitFor();
    await first.getByRole('button', { name: 'Plug in a car' }).click();
    await first.getByText('Getting ready').waitFor();
    await first.getByRole('button', { name: 'Hold a card' }).click();
    await first.getByRole('img', { name: 'Connector 1: Charging' }).waitFor();
    await first.getByText(/^32\.0 A · 32\.0 A · 32\.0 A$/).waitFor();
    assert.deepEqual(await seriousProblems(page), []);
    await screenshot(page, 'status');
    await first.getByRole('button', { name: 'Car pauses' }).click();
    await first.getByText('Paused by the vehicle').waitFor();
    await first.getByRole('button', { name: 'Hold a card' }).click();
    await first.getByText('Finishing').first().waitFor();
    await first.getByRole('button', { name: 'Unplug' }).click();
    await first.getByText('Free').waitFor();
    assert.deepEqual({ foreign, defects }, { foreign: [], defects: [] });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`fits a phone, in German, ${colorScheme}`, async (inner) => {
      const phone = { width: 360, height: 640, locale: 'de-DE', colorScheme };
      const { page } = await openPage(inner, `${url}/#token=${token}`, phone);
      await page.getByText('Verbunden und angemeldet').waitFor();
      assert.ok(await fitsWidth(page));
      assert.deepEqual(await seriousProblems(page), []);
      await screenshot(page, `status-phone-${colorScheme}`);
      await page.getByRole('button', { name: 'Menü' }).click();
      await page.getByRole('link', { name: 'Ladevorgänge' }).click();
      await page.locator('.sessions li').first().waitFor();
      assert.ok(await fitsWidth(page));
      assert.deepEqual(await seriousProblems(page), []);
    });
  }

  await t.test('comes back when the daemon does', async (inner) => {
    const { page } = await openPage(inner, `${url}/`);
    await signIn(page, 'operator', chosen);
    await page.getByText('Live', { exact: true }).waitFor();
    kill();
    await page.getByText('Connection lost, trying again').waitFor();
    restart();
    // A restart signs everybody out: sign-ins are in memory only.
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(page, 'operator', chosen);
    await page.getByText('Connected and registered').waitFor();
  });
});
