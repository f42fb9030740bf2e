import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe-core finds on a page that is serious or critical (WCAG 2.2 A and AA), in words; nothing may be found. */
export async function seriousProblems(page: Page): Promise<readonly string[]> {
  // The policy of the page forbids foreign scripts; what the test evaluates is no script of the page.
  await page.evaluate(source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const run = `axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then(({ violations }) => violations)`;
  const violations = (await page.evaluate(run)) as readonly Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

/** Whether nothing sticks out at the side. */
export function fitsWidth(page: Page): Promise<boolean> {
  const root = 'document.documentElement';
  return page.evaluate(`${root}.scrollWidth <= ${root}.clientWidth`);
}
