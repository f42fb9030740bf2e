import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fitsWidth, seriousProblems } from './parts/accessibility.ts';
import { noBrowser, openPage } from './parts/browser.ts';
import { runKerbside } from './parts/programs.ts';
import { screenshot } from './parts/screenshot.ts';
import { startUiDaemon } from './parts/ui.ts';
import { until } from './parts/until.ts';

/** What stands in no menu. */
const more = ['#/s/CP-7/backend/messages', '#/s/CP-7/backend/outbox'];

const viewers = [
  { name: 'desktop-light', width: 1280, height: 800, locale: 'en-GB', colorScheme: 'light' },
  { name: 'desktop-dark', width: 1280, height: 800, locale: 'de-DE', colorScheme: 'dark' },
  { name: 'phone-light', width: 360, height: 640, locale: 'de-DE', colorScheme: 'light' },
  { name: 'phone-dark', width: 360, height: 640, locale: 'en-GB', colorScheme: 'dark' },
] as const;

const hrefs = "[...document.querySelectorAll('.side a')].map((link) => link.getAttribute('href'))";
const isLoaded =
  "document.querySelector('h1') !== null && !/Loading …|Wird geladen …/.test(document.querySelector('main').innerText)";

test('every page of the menu, in English and German, on a desk and on a phone', { skip: noBrowser }, async (t) => {
  const { url, data, tokens } = await startUiDaemon(t, { signed: true });
  const simulate = async (...words: readonly string[]): Promise<void> => {
    const { code, err } = await runKerbside(['sim', ...words, '--data', data]);
    assert.equal(code, 0, err);
  };
  // So that there is something to see: one session has ended, another runs.
  await simulate('plug', '2', '--soc', '40');
  await simulate('card', '04A2B3C4D5E6F7', '--evse', '2');
  await simulate('plug', '1', '--soc', '55');
  await simulate('card', '04FFEEDDCC', '--evse', '1');
  await simulate('card', '04A2B3C4D5E6F7', '--evse', '2');
  for (const viewer of viewers) {
    await t.test(`${viewer.name}: fits, asks nobody else, and axe finds nothing serious`, async (inner) => {
      const { page, foreign, defects } = await openPage(inner, `${url}/#token=${tokens.manufacturer}`, viewer);
      await page.getByRole('heading', { level: 1, name: 'CP-7' }).waitFor();
      const places = [...((await page.evaluate(hrefs)) as readonly string[]), ...more];
      assert.ok(places.length >= 11, `${places.length} pages`);
      for (const place of places) {
        const before = await page.title();
        await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
        if (!more.includes(place) && place !== places[0])
          await until('its title', async () => (await page.title()) !== before);
        await until(`${place} to be loaded`, () => page.evaluate<boolean>(isLoaded));
        assert.equal(await page.evaluate('document.documentElement.lang'), viewer.locale.slice(0, 2));
        assert.ok(await fitsWidth(page), place);
        assert.deepEqual(await seriousProblems(page), [], place);
        await screenshot(page, `${place.replace(/^#\/(s\/CP-7\/)?/, '').replaceAll('/', '-')}-${viewer.name}`);
      }
      assert.deepEqual({ foreign, defects }, { foreign: [], defects: [] });
    });
  }
});
