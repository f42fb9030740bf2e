import { ok, problemList } from '../refusals.ts';
import type { Route } from '../route.ts';
import { apiBase } from '../route.ts';
import type { JsonSchema } from '../schemas.ts';
import { toJson } from '../to-json.ts';

const text = { type: 'string' } as const;
const localized: JsonSchema = { type: 'object', properties: { en: text, de: text }, required: ['en', 'de'] };

/** The codes of all refusals, for pages and programs that explain them. */
export const problemRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${apiBase}/problems`,
    id: 'listProblems',
    tag: 'process',
    summary: 'Every code of a refusal, with what it means and what to do',
    access: 'open',
    responses: {
      200: {
        description: 'In the order of their codes.',
        schema: {
          type: 'array',
          items: {
            type: 'object',
            properties: { code: text, type: text, status: { type: 'integer' }, title: localized, remedy: localized },
            required: ['code', 'type', 'status', 'title', 'remedy'],
          },
        },
      },
    },
    handle: () => ok(toJson(problemList())),
  },
];
