import { ok } from '../refusals.ts';
import type { Route, RouteParameter } from '../route.ts';
import { ref } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';
import { wholeOr } from '../whole-or.ts';

/** A page without a wish, and the longest one. */
const pageSizes = { usual: 100, longest: 1000 } as const;

const after: RouteParameter = {
  name: 'after',
  in: 'query',
  description: 'Only entries with a higher number than this (default 0): the number of the last one seen.',
  schema: { type: 'integer', minimum: 0 },
};
const limit: RouteParameter = {
  name: 'limit',
  in: 'query',
  description: `How many entries to show, the oldest first (default ${pageSizes.usual}, at most ${pageSizes.longest}).`,
  schema: { type: 'integer', minimum: 1, maximum: pageSizes.longest },
};

const last: RouteParameter = {
  name: 'last',
  in: 'query',
  description: 'Only so many of the newest entries, instead of the first ones.',
  schema: { type: 'integer', minimum: 1, maximum: pageSizes.longest },
};

/** The rolling security log. */
export const securityLogRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/security-log',
    id: 'getSecurityLog',
    tag: 'security',
    summary: 'The security events that the station keeps, page by page',
    access: 'operator',
    parameters: [after, limit, last],
    responses: { 200: { description: 'Some entries, the oldest first.', schema: ref('SecurityLog') } },
    handle: async ({ station, query }) => {
      const all = await station.securityLog.read();
      const newest = Math.min(wholeOr(query('last'), all.length), all.length);
      const seen = wholeOr(query('after'), 0);
      const later = all.slice(all.length - newest).filter(({ number }) => number > seen);
      const usual = query('last') === undefined ? pageSizes.usual : pageSizes.longest;
      const entries = later.slice(0, Math.min(wholeOr(query('limit'), usual), pageSizes.longest));
      return ok(toJson({ count: all.length, left: later.length - entries.length, entries }));
    },
  }),
  stationRoute({
    method: 'GET',
    path: '/security-log/export',
    id: 'exportSecurityLog',
    tag: 'security',
    summary: 'The whole security log as text, as a backend gets it',
    produces: 'text/plain',
    access: 'operator',
    responses: { 200: { description: 'The log, one event a line.', schema: { type: 'string' } } },
    handle: async ({ station }) => {
      return { status: 200, text: await station.securityLog.text(), contentType: 'text/plain; charset=utf-8' };
    },
  }),
  stationRoute({
    method: 'DELETE',
    path: '/security-log',
    id: 'clearSecurityLog',
    tag: 'security',
    summary: 'Clear the security log; that it was cleared stays in it, and the backend is told',
    access: 'manufacturer',
    responses: { 200: { description: 'It is empty but for that.', schema: ref('Done') } },
    handle: async ({ station, who }) => {
      await station.securityLog.clear(who);
      return ok({ done: true });
    },
  }),
];
