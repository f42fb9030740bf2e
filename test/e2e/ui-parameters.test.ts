import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { isRecord } from '@kerbside/station';
import { StrictBackend } from '@kerbside/testkit';
import type { Page } from 'playwright-core';

import { fitsWidth, seriousProblems } from './parts/accessibility.ts';
import { noBrowser, openPage } from './parts/browser.ts';
import { writeConfiguration } from './parts/configuration.ts';
import { apiUrl, registered, startDaemon } from './parts/daemon.ts';
import { runKerbside } from './parts/programs.ts';
import { screenshot } from './parts/screenshot.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';
import { until } from './parts/until.ts';

const identity = 'SETTINGS-1';
const quickRetry = { 'backend.backoffFirst': 1, 'backend.backoffMinimum': 1, 'backend.backoffRandomRange': 0 };

/** A station that is registered at a backend whose address lies in its store, where the page can change it. */
class Bench {
  readonly url: string;
  readonly data: string;
  readonly folder: string;
  readonly #tokens: { readonly operator: string; readonly manufacturer: string };

  private constructor(url: string, folder: string, data: string) {
    this.url = url;
    this.folder = folder;
    this.data = data;
    this.#tokens = JSON.parse(readFileSync(join(data, 'tokens.json'), 'utf8')) as never;
  }

  static async open(t: TestContext): Promise<Bench> {
    const folder = temporaryFolder(t);
    const data = join(folder, 'data');
    const backend = new StrictBackend();
    await backend.start();
    t.after(() => backend.close());
    const config = writeConfiguration(folder, { 'backend.rollbackTimeout': 60, ...quickRetry });
    const daemon = startDaemon(['--simulate', '--data', data, '--config', config]);
    t.after(() => daemon.child.kill());
    const bench = new Bench(await apiUrl(daemon), folder, data);
    const { hostname, port } = new URL(backend.url);
    await bench.ask('PATCH', '/stations/station/parameters', {
      changes: {
        'backend.communicationType': 'ocpp1.6',
        'backend.protocol': 'ws',
        'backend.host': hostname,
        'backend.port': port,
        'backend.identity': identity,
      },
    });
    await bench.ask('POST', '/stations/station/endpoint/apply', {});
    await registered(daemon);
    return bench;
  }

  /** The address of the page for somebody of a role. */
  async address(role: 'viewer' | 'operator' | 'manufacturer' = 'operator'): Promise<string> {
    const token = role === 'viewer' ? await this.#viewerToken() : this.#tokens[role];
    return `${this.url}/#token=${token}`;
  }

  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.#tokens.manufacturer}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response.json();
  }

  change(id: string, value: string): Promise<unknown> {
    return this.ask('PATCH', `/stations/${identity}/parameters`, { changes: { [id]: value } });
  }

  async value(id: string): Promise<unknown> {
    const view = await this.ask('GET', `/stations/${identity}/parameters/${id}`);
    return isRecord(view) ? view['value'] : undefined;
  }

  async #viewerToken(): Promise<string> {
    const made = await this.ask('POST', '/tokens', { name: 'watcher', role: 'viewer' });
    assert.ok(isRecord(made));
    return String(made['token']);
  }
}

async function goTo(page: Page, rest: string): Promise<void> {
  await page.getByRole('heading', { name: identity, level: 1 }).waitFor();
  await page.evaluate(`location.hash = ${JSON.stringify(`#/s/${identity}/parameters${rest}`)}`);
  await page.locator('.tabs').waitFor();
}

const field = (page: Page, id: string): ReturnType<Page['locator']> => page.locator(`[id="value-${id}"]`);
const row = (page: Page, id: string): ReturnType<Page['locator']> => page.locator(`[id="row-${id}"]`);

test('the settings of a station, in a real browser', { skip: noBrowser }, async (t) => {
  const bench = await Bench.open(t);
  await searching(t, bench);
  await drafting(t, bench);
  await refusing(t, bench);
  await waiting(t, bench);
  await roles(t, bench);
  await importing(t, bench);
  await restarting(t, bench);
  await rollingBack(t, bench);
});

async function searching(t: TestContext, bench: Bench): Promise<void> {
  await t.test('"/" finds a setting by a part of its name from any page, and Enter opens its row', async (inner) => {
    const { page, foreign, defects } = await openPage(inner, await bench.address());
    await page.getByRole('heading', { name: identity, level: 1 }).waitFor();
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: 'Search settings' }).fill('heart');
    const found = page.locator('dialog.search [role=option]').first();
    await found.waitFor();
    const said = await found.innerText();
    for (const part of ['Heartbeat Interval', 'HeartbeatInterval', '300 s', 'Backend connection'])
      assert.ok(said.includes(part), `${part} in ${said}`);
    assert.deepEqual(await seriousProblems(page), []);
    await screenshot(page, 'settings-search');
    await page.keyboard.press('Enter');
    await field(page, 'backend.heartbeatInterval').waitFor();
    assert.match(page.url(), /parameters\?id=backend\.heartbeatInterval$/);
    await until('the field to have the focus', () =>
      page.evaluate<boolean>(`document.activeElement.id === 'value-backend.heartbeatInterval'`),
    );
    const facts = await row(page, 'backend.heartbeatInterval').innerText();
    for (const part of ['Range', 'Default', 'Takes effect', 'at once', 'Comes from', 'factory default', 'OCPP key'])
      assert.ok(facts.includes(part), part);
    assert.deepEqual({ foreign, defects }, { foreign: [], defects: [] });
  });
}

async function drafting(t: TestContext, bench: Bench): Promise<void> {
  await t.test('what is typed waits, outlives a reload and news, is reviewed, and then counts', async (inner) => {
    const { page, defects } = await openPage(inner, await bench.address());
    await goTo(page, '?id=backend.heartbeatInterval');
    const heartbeat = field(page, 'backend.heartbeatInterval');
    await heartbeat.fill('600');
    await page.getByText('1 change is not applied yet').waitFor();
    await page.reload();
    await heartbeat.waitFor();
    assert.equal(await heartbeat.inputValue(), '600', 'the draft is still there');
    await bench.change('backend.heartbeatInterval', '45');
    await page.getByText('Somebody else has set 45 s meanwhile.').waitFor();
    assert.equal(await heartbeat.inputValue(), '600', 'news do not change what is typed');
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByRole('button', { name: 'Review' }).click();
    const sheet = page.getByRole('dialog', { name: 'Review changes' });
    await sheet.getByText('Everything takes effect at once.').waitFor();
    const change = await sheet.locator('.change').innerText();
    assert.match(change.replaceAll(/\s+/g, ' '), /45 s → .*600 s/);
    assert.deepEqual(await seriousProblems(page), []);
    await screenshot(page, 'settings-review');
    assert.equal(await bench.value('backend.heartbeatInterval'), '45', 'nothing is stored before');
    await sheet.getByRole('button', { name: 'Apply now' }).click();
    await sheet.waitFor({ state: 'detached' });
    assert.equal(await bench.value('backend.heartbeatInterval'), '600');
    await bench.change('backend.heartbeatInterval', '700');
    await until('the untouched field to follow', async () => (await heartbeat.inputValue()) === '700');
    await takingBack(page, bench);
    assert.deepEqual(defects, []);
  });
}

async function takingBack(page: Page, bench: Bench): Promise<void> {
  await goTo2(page, 'History');
  const newest = page.getByRole('row').filter({ hasText: 'Heartbeat Interval' }).first();
  await newest.getByRole('button', { name: 'Undo' }).click();
  await until('the old value', async () => (await bench.value('backend.heartbeatInterval')) === '600');
}

async function goTo2(page: Page, tab: string): Promise<void> {
  await page.locator('.tabs').getByRole('link', { name: tab }).click();
}

async function refusing(t: TestContext, bench: Bench): Promise<void> {
  await t.test('a refusal of the station stands at the field, in German, dark and on a phone', async (inner) => {
    const phone = { width: 360, height: 640, locale: 'de-DE', colorScheme: 'dark' } as const;
    const { page, defects } = await openPage(inner, await bench.address(), phone);
    await goTo(page, '?id=backend.keepAliveInterval');
    await field(page, 'backend.keepAliveInterval').fill('4');
    await row(page, 'backend.keepAliveInterval').getByText('Geben Sie ein: auto, 0 oder 5 … 9.999').waitFor();
    await field(page, 'backend.identity').fill('MIT:PUNKT');
    await field(page, 'backend.authorizationKey').fill('geheim-4711-geheim');
    await row(page, 'backend.identity')
      .getByText(/Doppelpunkt geht nicht zusammen mit einem Passwort/)
      .waitFor();
    assert.equal(await page.evaluate('JSON.stringify(sessionStorage).includes("geheim")'), false);
    await page.getByRole('button', { name: 'Prüfen' }).click();
    await page.getByRole('button', { name: 'Jetzt anwenden' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Jetzt anwenden' }).isDisabled(), true);
    assert.equal(await fitsWidth(page), true);
    assert.deepEqual(await seriousProblems(page), []);
    await screenshot(page, 'settings-refused-phone');
    assert.deepEqual(defects, []);
  });
}

async function waiting(t: TestContext, bench: Bench): Promise<void> {
  await t.test('changes can wait until no car charges', async (inner) => {
    const { page } = await openPage(inner, await bench.address());
    await simulate(bench, 'plug', '1');
    await simulate(bench, 'card', 'PERSON', '--evse', '1');
    await goTo(page, '?id=backend.messageTimeout');
    await field(page, 'backend.messageTimeout').fill('31');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Apply when no car charges' }).click();
    await page.getByText('Changes wait until no car charges').waitFor();
    assert.equal(await bench.value('backend.messageTimeout'), '30');
    await simulate(bench, 'card', 'PERSON', '--evse', '1');
    await until('the value', async () => (await bench.value('backend.messageTimeout')) === '31');
    await page.getByText('Changes wait until no car charges').waitFor({ state: 'detached' });
  });
}

async function simulate({ data }: Bench, ...words: readonly string[]): Promise<void> {
  const { code, err } = await runKerbside(['sim', ...words, '--data', data]);
  assert.equal(code, 0, err);
}

async function roles(t: TestContext, bench: Bench): Promise<void> {
  await t.test('each role sees what it may change, and why not; safety wants the value twice', async (inner) => {
    const viewer = (await openPage(inner, await bench.address('viewer'))).page;
    await goTo(viewer, '?id=backend.heartbeatInterval');
    await row(viewer, 'backend.heartbeatInterval').getByText('Only an operator may change this.').waitFor();
    assert.equal(await viewer.locator('.param input, .param select').count(), 0);
    const operator = (await openPage(inner, await bench.address())).page;
    await goTo(operator, '?category=eichrecht');
    await row(operator, 'eichrecht.mode').getByText('Only the manufacturer may change this.').waitFor();
    const { page } = await openPage(inner, await bench.address('manufacturer'));
    await goTo(page, '?id=eichrecht.mode');
    await field(page, 'eichrecht.mode').selectOption('off');
    await page.getByRole('button', { name: 'Review' }).click();
    const apply = page.getByRole('button', { name: 'Apply now' });
    const again = page.getByRole('textbox', { name: /type the new value again/ });
    await again.waitFor();
    assert.equal(await apply.isDisabled(), true);
    await again.fill('off');
    await apply.click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await bench.value('eichrecht.mode'), 'off');
  });
}

async function importing(t: TestContext, bench: Bench): Promise<void> {
  await t.test('an import shows of each setting what becomes of it, before anything is stored', async (inner) => {
    const { page, defects } = await openPage(inner, await bench.address());
    const file = join(bench.folder, 'other-station.json');
    const parameters = {
      'backend.identity': 'OTHER-1',
      'backend.messageTimeout': 40,
      'backend.compression': false,
      'backend.keepAliveInterval': 4,
      'no.such': 'x',
      'eichrecht.mode': 'on',
    };
    writeFileSync(file, JSON.stringify({ format: 'kerbside.parameters', version: 1, parameters, secretsLeftOut: [] }));
    await goTo(page, '/transfer');
    await page.getByLabel('File with settings').setInputFiles(file);
    await page.getByText('1 changed, 1 unchanged, 2 refused, 1 unknown').waitFor();
    const shown = await page.getByRole('region', { name: 'What the import would do' }).innerText();
    for (const part of ['Message Timeout', 'Is changed', 'Refused', 'Must be auto, 0 or 5…9999', 'Unknown here'])
      assert.ok(shown.includes(part), part);
    assert.equal(shown.includes('OTHER-1'), false, 'the identity stays with the station that it is of');
    assert.deepEqual(await seriousProblems(page), []);
    await screenshot(page, 'settings-import');
    assert.equal(await bench.value('backend.messageTimeout'), '31');
    await page.getByRole('button', { name: 'Import 1 change' }).click();
    await until('the value of the file', async () => (await bench.value('backend.messageTimeout')) === '40');
    assert.deepEqual(defects, []);
  });
}

async function restarting(t: TestContext, bench: Bench): Promise<void> {
  await t.test('a restart that is needed stays to be seen until it is done, and the page comes back', async (inner) => {
    const { page } = await openPage(inner, await bench.address());
    await goTo(page, '?id=backend.startSpread');
    await field(page, 'backend.startSpread').fill('1');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('button', { name: 'Apply now' }).click();
    const needed = page.getByText('A restart is needed');
    await needed.waitFor();
    await page.reload();
    await needed.waitFor();
    await page.getByRole('button', { name: 'Restart the station' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restart the station' }).click();
    await needed.waitFor({ state: 'detached' });
    await page.getByText('The station is back.').waitFor({ timeout: 5_000 });
    assert.equal(await bench.value('backend.startSpread'), '1');
  });
}

async function rollingBack(t: TestContext, bench: Bench): Promise<void> {
  await t.test('a wrong backend address is staged, tried, and given up for the last good one', async (inner) => {
    const { page } = await openPage(inner, await bench.address());
    await goTo(page, '?id=backend.port');
    const good = await bench.value('backend.port');
    await field(page, 'backend.port').fill('9');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText(/The backend address is staged/).waitFor();
    await page.getByRole('button', { name: 'Apply now' }).click();
    await page.getByText('A new backend address is ready to be applied').waitFor();
    await page.getByText(/:9\//).waitFor();
    assert.equal(await bench.value('backend.port'), good, 'the present address still counts');
    await screenshot(page, 'settings-staged');
    await page.getByRole('button', { name: 'Apply the new address' }).click();
    await page.getByText('Trying the new address').waitFor();
    await screenshot(page, 'settings-trying');
    await page.getByText('The new settings did not work: the last good ones are back').waitFor({ timeout: 110_000 });
    assert.equal(await bench.value('backend.port'), good);
    await screenshot(page, 'settings-rolled-back');
    assert.deepEqual(await seriousProblems(page), []);
    await goTo2(page, 'History');
    await page.getByText('Rolled back by itself').waitFor();
  });
}
