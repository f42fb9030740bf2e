import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fitsWidth, seriousProblems } from './parts/accessibility.ts';
import { noBrowser, openPage } from './parts/browser.ts';
import { screenshot } from './parts/screenshot.ts';
import { startUiDaemon } from './parts/ui.ts';
import { pages } from '../../packages/ui/src/app/pages.ts';

const station = '#/s/CP-7';

/** What there is beside the table of pages. */
const more = [
  ['backend-messages', `${station}/backend/messages`],
  ['backend-outbox', `${station}/backend/outbox`],
] as const;

const places = [
  ...pages.map(({ id, of }) => [id, of === 'station' ? `${station}/${id}` : `#/${id}`] as const),
  ...more,
] as const;

const viewers = [
  { name: 'desktop-light', width: 1280, height: 800, locale: 'en-GB', colorScheme: 'light' },
  { name: 'desktop-dark', width: 1280, height: 800, locale: 'de-DE', colorScheme: 'dark' },
  { name: 'phone-light', width: 360, height: 640, locale: 'de-DE', colorScheme: 'light' },
  { name: 'phone-dark', width: 360, height: 640, locale: 'en-GB', colorScheme: 'dark' },
] as const;

test('every page, light and dark, in English and German, on a phone and a desk', { skip: noBrowser }, async (t) => {
  const { url, tokens } = await startUiDaemon(t);
  for (const viewer of viewers) {
    await t.test(
      `${viewer.name}: nothing sticks out, nothing is asked elsewhere, axe finds nothing serious`,
      async (inner) => {
        const { page, foreign, defects } = await openPage(inner, `${url}/#token=${tokens.manufacturer}`, viewer);
        await page.getByRole('heading', { level: 1, name: 'CP-7' }).waitFor();
        for (const [name, hash] of places) {
          await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
          const row = pages.find(({ id }) => name === id);
          if (row !== undefined) {
            const language = viewer.locale.startsWith('de') ? 'de' : 'en';
            await page.waitForFunction(`document.title.startsWith(${JSON.stringify(row.title[language])})`);
          }
          await page.getByRole('heading', { level: 1 }).first().waitFor();
          await page.waitForLoadState('networkidle');
          assert.equal(await page.evaluate('document.documentElement.lang'), viewer.locale.slice(0, 2));
          assert.ok(await fitsWidth(page), name);
          assert.deepEqual(await seriousProblems(page), [], name);
          await screenshot(page, `${name}-${viewer.name}`);
        }
        assert.deepEqual({ foreign, defects }, { foreign: [], defects: [] });
      },
    );
  }
});
