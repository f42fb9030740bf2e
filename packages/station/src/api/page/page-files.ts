import { createHash } from 'node:crypto';

import { uiFiles } from './generated/ui-files.ts';

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

/** The files of the web UI by their path (made from `packages/ui` by `tools/generate-ui.ts`). */
export const pageFiles: ReadonlyMap<string, PageFile> = new Map(
  Object.entries(uiFiles).map(([name, text]) => [
    name === 'index.html' ? '/' : `/${name}`,
    pageFile(typeOf(name), text),
  ]),
);

/** The type by the ending of a name. */
function typeOf(name: string): string {
  if (name.endsWith('.html')) return 'text/html; charset=utf-8';
  return name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
}

/** A file with its tag. */
export function pageFile(type: string, text: string): PageFile {
  return { type, text, tag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"` };
}
