import type { Language } from '../language.ts';
import { pageFile, type PageFile } from '../page/page-files.ts';
import type { Route } from '../route.ts';
import { apiReference } from './api-reference.ts';
import { apiReferenceStyle } from './api-reference-style.ts';

/** The style of the description, at `/docs/api.css`. */
export function referenceStyle(): PageFile {
  return pageFile('text/css; charset=utf-8', apiReferenceStyle);
}

/** The description at `/docs/api`; made when it is asked for, so that nobody pays for what nobody reads. */
export function referencePage(version: string, routes: readonly Route[], language: Language): PageFile {
  return pageFile('text/html; charset=utf-8', apiReference(version, routes, language));
}
