import { refuse, type Reply } from './refusals.ts';
import type { ApiCall, RouteParameter } from './route.ts';

/** A page without a wish, and the longest one. */
const pageSizes = { usual: 50, longest: 1000 } as const;

/** What a page is asked for with: a number that was seen last, and how many to show. */
export interface PageQuery {
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
}

/** The parameters of a page, for the description. */
export function pageParameters(edge: 'before' | 'after'): readonly RouteParameter[] {
  const word = edge === 'before' ? 'lower' : 'higher';
  return [
    {
      name: edge,
      in: 'query',
      description: `Only those with a ${word} number than this: \`next\` of the page before, or the number of the last one seen.`,
      schema: { type: 'integer', minimum: 0 },
    },
    {
      name: 'limit',
      in: 'query',
      description: `How many to show (a list: default ${pageSizes.usual}; at most ${pageSizes.longest}).`,
      schema: { type: 'integer', minimum: 1, maximum: pageSizes.longest },
    },
  ];
}

/** Reads a page; null when something is no whole number. A limit above the longest page counts as that. */
export function pageOf(query: ApiCall['query'], edge: 'before' | 'after'): PageQuery | null {
  const texts = [query(edge), query('limit')];
  if (texts.some((text) => text !== undefined && !/^\d{1,15}$/.test(text))) return null;
  const [seen, limit] = texts.map((text) => (text === undefined ? undefined : Number(text)));
  if (limit === 0) return null;
  return {
    ...(seen === undefined ? {} : { [edge]: seen }),
    limit: Math.min(limit ?? pageSizes.usual, pageSizes.longest),
  };
}

export function badPage(edge: 'before' | 'after'): Reply {
  return refuse('api.badRequest', `${edge} is a whole number, and limit one from 1 to ${pageSizes.longest}.`);
}
