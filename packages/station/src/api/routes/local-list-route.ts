import { ok } from '../refusals.ts';
import type { Route, RouteParameter } from '../route.ts';
import { ref } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';
import { wholeOr } from '../whole-or.ts';

/** A page without a wish, and the longest one. */
const pageSizes = { usual: 100, longest: 1000 } as const;

const offset: RouteParameter = {
  name: 'offset',
  in: 'query',
  description: 'How many entries to leave out, in the order of their identifiers (default 0).',
  schema: { type: 'integer', minimum: 0 },
};
const limit: RouteParameter = {
  name: 'limit',
  in: 'query',
  description: `How many entries to show (default ${pageSizes.usual}, at most ${pageSizes.longest}).`,
  schema: { type: 'integer', minimum: 0, maximum: pageSizes.longest },
};

/** The backend's list of identifiers; only the backend changes it (L-05). */
export const localListRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/local-list',
    id: 'getLocalList',
    tag: 'stations',
    summary: "The backend's list of cards (OCPP local list), page by page",
    access: 'operator',
    parameters: [offset, limit],
    responses: { 200: { description: 'Its version and some entries.', schema: ref('LocalList') } },
    handle: ({ station, query }) => {
      const from = wholeOr(query('offset'), 0);
      const count = Math.min(wholeOr(query('limit'), pageSizes.usual), pageSizes.longest);
      return ok(toJson(station.localList(from, count)));
    },
  }),
];
