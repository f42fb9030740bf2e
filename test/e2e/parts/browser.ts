import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';

import { chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine, from the distribution. */
const executablePath = process.env['KERBSIDE_CHROMIUM'] ?? places.find((path) => existsSync(path));

/** Why browser tests cannot run here; false when they can. */
export const noBrowser: string | false =
  executablePath === undefined ? 'Chromium is not installed (Debian: apt-get install chromium)' : false;

/** A page of a new headless browser, with everything that it asked for. */
export interface OpenedPage {
  readonly page: Page;
  /** Addresses outside `origin` that the page asked for. */
  readonly foreign: readonly string[];
  /** What went wrong in the page's own code. */
  readonly defects: readonly string[];
}

/** What the person in front of the browser has. */
interface Viewer {
  readonly width: number;
  readonly height: number;
  readonly locale: string;
  readonly colorScheme: 'light' | 'dark';
}

/** A host that is not this machine to a browser, so that a page from it has no cryptography; it leads here. */
export const foreignHost = 'kerbside.example';

/** Opens an address in a browser that ends with the test. */
export async function openPage(t: TestContext, url: string, viewer: Partial<Viewer> = {}): Promise<OpenedPage> {
  const { width = 1000, height = 800, locale = 'en-GB', colorScheme = 'light' } = viewer;
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      `--host-resolver-rules=MAP ${foreignHost} 127.0.0.1`,
    ],
  });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width, height }, locale, colorScheme });
  const { origin } = new URL(url);
  const foreign: string[] = [];
  const defects: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  page.on('pageerror', (error) => defects.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') defects.push(message.text());
  });
  await page.goto(url);
  return { page, foreign, defects };
}
