import { join } from 'node:path';

import type { Page } from 'playwright-core';

/** Takes a picture of the page for `docs/user/img` when KERBSIDE_SCREENSHOTS names a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['KERBSIDE_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}
