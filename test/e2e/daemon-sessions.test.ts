import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { readOcmf, readTransparencyXml } from '@kerbside/ocmf';
import { StrictBackend } from '@kerbside/testkit';

import { noBrowser, openPage } from './parts/browser.ts';
import { writeConfiguration } from './parts/configuration.ts';
import { apiUrl, registered, startDaemon } from './parts/daemon.ts';
import { runKerbside } from './parts/programs.ts';
import { testKey } from './parts/signed-record.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';

interface Surroundings {
  readonly url: string;
  readonly token: string;
  readonly data: string;
  /** Resolves when energy flows. */
  readonly charging: () => Promise<unknown>;
}

async function signingDaemon(t: TestContext): Promise<Surroundings> {
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  const backend = new StrictBackend();
  await backend.start();
  t.after(() => backend.close());
  const config = writeConfiguration(folder, {});
  const hardware = ['--simulate', '--signed', '--evses', '1'];
  const daemon = startDaemon([
    ...hardware,
    '--data',
    data,
    '--config',
    config,
    '--backend',
    backend.url,
    '--identity',
    'CP1',
  ]);
  t.after(() => daemon.child.kill());
  const url = await apiUrl(daemon);
  await registered(daemon);
  const tokens = JSON.parse(readFileSync(join(data, 'tokens.json'), 'utf8')) as { readonly operator: string };
  return { url, token: tokens.operator, data, charging: () => daemon.child.line(/"text":"EVSE 1 Charging"/) };
}

test('a session with a signing meter is verified on the page of its station (E-04)', { skip: noBrowser }, async (t) => {
  const { url, token, data, charging } = await signingDaemon(t);
  const simulate = async (...words: readonly string[]): Promise<void> => {
    const { code, err } = await runKerbside(['sim', ...words, '--data', data]);
    assert.equal(code, 0, err);
  };
  const { page, foreign, defects } = await openPage(t, `${url}/#token=${token}`);

  await t.test('it appears in the list when it is over, without loading the page again', async () => {
    await page.getByRole('link', { name: 'Sessions', exact: true }).click();
    await page.getByText('No session has ended yet.').waitFor();
    await simulate('plug', '1');
    await simulate('card', 'PERSON', '--evse', '1');
    await charging();
    await simulate('card', 'PERSON', '--evse', '1');
    const row = page.locator('.sessions li');
    await row.getByText('delivered', { exact: true }).waitFor();
    assert.match((await row.textContent()) ?? '', /Connector 1 · Card PERSON · .*signed.*TEST/);
    await page.getByRole('region', { name: 'Meters and their keys' }).getByText('SIM-METER-1').waitFor();
  });

  await t.test('its records are verified, and marked as a test', async () => {
    await page.locator('.sessions a').click();
    await page.getByText('All records are verified, and begin and end belong together.').waitFor();
    await page.getByText('It is the key that the meter shows now.').waitFor();
    assert.equal(await page.locator('.record .verdict[data-kind=good]').count(), 2);
    assert.equal(await page.locator('.record .badge', { hasText: 'TEST' }).count(), 2);
  });
  await t.test('another key is refused, and the printed one proves the origin', async () => {
    const printed = page.getByRole('textbox', { name: 'Key printed on the meter' });
    await printed.fill(testKey('ECDSA-secp256r1-SHA256').publicKey);
    await page.getByRole('button', { name: 'Check with this key' }).click();
    await page.getByText('This session is not verified.').waitFor();
    assert.equal(await page.locator('.record .verdict[data-kind=bad]').count(), 2);
    const response = await fetch(`${url}/api/v1/stations/CP1/eichrecht`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const { connectors } = (await response.json()) as { connectors: readonly { meter: { publicKey: string } }[] };
    await printed.fill(connectors[0]?.meter.publicKey ?? '');
    await page.getByRole('button', { name: 'Check with this key' }).click();
    await page.getByText('Checked with the key that you entered.').waitFor();
    await page.getByText('All records are verified, and begin and end belong together.').waitFor();
  });

  await t.test(
    'the file for the public software holds the exact records, and a changed digit in it is found',
    async () => {
      const exact = await page.getByLabel('The text as it was signed').allTextContents();
      assert.equal(exact.length, 2);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'XML for the transparency software' }).click(),
      ]);
      const xml = await readFile(await download.path(), 'utf8');
      const wellFormed = `new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml').querySelector('parsererror') === null`;
      assert.equal(await page.evaluate(wellFormed), true);
      assert.deepEqual(
        readTransparencyXml(xml).map(({ data: text }) => text),
        exact,
      );
      await page.evaluate("location.hash = '#verify'");
      const pasted = page.getByRole('textbox', { name: 'Signed record' });
      await pasted.fill(xml);
      await page.getByRole('button', { name: 'Verify', exact: true }).click();
      await page.getByText('All records are verified, and begin and end belong together.').waitFor();
      const end = readOcmf(exact[1] ?? '').readings.at(-1)?.value ?? '';
      assert.ok(xml.includes(end));
      await pasted.fill(xml.replaceAll(end, `${end.slice(0, -1)}${end.endsWith('9') ? '8' : '9'}`));
      await page.getByRole('button', { name: 'Verify', exact: true }).click();
      await page.getByText('This session is not verified.').waitFor();
    },
  );

  await t.test('the other files come too', async () => {
    await page.goBack();
    await page.getByRole('button', { name: 'OCMF text' }).waitFor();
    for (const [name, start] of [
      ['OCMF text', /^OCMF\|/],
      ['Table (CSV)', /\S/],
    ] as const) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
      assert.match(await readFile(await download.path(), 'utf8'), start);
    }
  });

  await t.test('a connector that the law blocks says why on the page', async () => {
    await simulate('meter-key', '1', 'changed');
    await page.evaluate("location.hash = '#/s/CP1/status'");
    await page.getByText('No new session: The meter signs with another key').waitFor();
    assert.deepEqual({ foreign, defects }, { foreign: [], defects: [] });
  });
});
