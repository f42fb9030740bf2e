import { createHash } from 'node:crypto';

import { statusPage } from './generated/status-page.ts';

/** A file that a browser loads. */
export interface PageFile {
  readonly type: string;
  readonly text: string;
  /** Changes with the text, so that a browser asks and need not load again. */
  readonly tag: string;
}

/** Everything comes from this station, nothing is inline, and no page may frame it. */
export const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The files of the status page by their path (made from `packages/ui` by `tools/generate-status-page.ts`). */
export const pageFiles: ReadonlyMap<string, PageFile> = new Map<string, PageFile>([
  ['/', pageFile('text/html; charset=utf-8', statusPage.html)],
  ['/status.css', pageFile('text/css; charset=utf-8', statusPage.style)],
  ...Object.entries(statusPage.scripts).map(
    ([name, text]) => [`/${name}`, pageFile('text/javascript; charset=utf-8', text)] as const,
  ),
]);

function pageFile(type: string, text: string): PageFile {
  return { type, text, tag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"` };
}
