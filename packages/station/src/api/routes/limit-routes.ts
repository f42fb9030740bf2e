import { number, object, optional, text } from '../../drivers/shape.ts';
import type { ExternalLimit } from '../../smartcharging/external-limit.ts';
import { entryView, limitView, logCsv } from '../limit-view.ts';
import { ok, refuse, type Reply } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { Route, StationCall } from '../route.ts';
import { ref } from '../schemas.ts';
import { stationRoute } from './station-route.ts';

const limitShape = object({
  limitW: optional(number(0, 10_000_000)),
  limitA: optional(number(0, 10_000)),
  until: optional(text(1, 40)),
});

const limitSchema = {
  type: 'object',
  description: 'Either limitW or limitA.',
  properties: {
    limitW: { type: 'number', minimum: 0, description: 'Watts of all connectors and phases together.' },
    limitA: { type: 'number', minimum: 0, description: 'Amperes per phase of all connectors together.' },
    until: {
      type: 'string',
      format: 'date-time',
      description: 'When it ends by itself; left out: when it is released.',
    },
  },
} as const;

/** What grid operators and energy managers limit from outside. */
export const limitRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/external-limit',
    id: 'getExternalLimit',
    tag: 'limits',
    summary: 'The limit from outside that is in force, by its source',
    access: 'viewer',
    responses: { 200: { description: 'The limits.', schema: ref('ExternalLimits') } },
    handle: (call) => externalLimits(call),
  }),
  stationRoute({
    method: 'PUT',
    path: '/external-limit',
    id: 'setExternalLimit',
    tag: 'limits',
    summary: 'Limit the station from outside (§ 14a EnWG)',
    description:
      'It goes before everything else, is for all connectors together, and holds over a restart. Repeating it is a sign of life.',
    access: 'operator',
    requestBody: limitSchema,
    responses: { 200: { description: 'It is on disk and in force.', schema: ref('ExternalLimits') } },
    handle: async (call) => {
      const checked = checkBody(limitShape, call.body);
      if (!checked.ok) return checked.reply;
      const limit = readLimit(checked.value, call.station.limits.nowMs());
      if (typeof limit === 'string') return refuse('api.badRequest', limit);
      await call.station.limits.setExternal(limit, call.who);
      return externalLimits(call);
    },
  }),
  stationRoute({
    method: 'DELETE',
    path: '/external-limit',
    id: 'releaseExternalLimit',
    tag: 'limits',
    summary: 'Release the limit that was set over the API',
    access: 'operator',
    responses: { 200: { description: 'It is released.', schema: ref('ExternalLimits') } },
    handle: async (call) => {
      await call.station.limits.setExternal(null, call.who);
      return externalLimits(call);
    },
  }),
  stationRoute({
    method: 'GET',
    path: '/external-limit/log',
    id: 'externalLimitLog',
    tag: 'limits',
    summary: 'The last 1000 changes of limits from outside, the oldest first',
    access: 'viewer',
    parameters: [
      {
        name: 'format',
        in: 'query',
        description: '`csv`: comma-separated values instead of JSON.',
        schema: { enum: ['json', 'csv'] },
      },
    ],
    responses: {
      200: { description: 'The changes.', schema: { type: 'array', items: ref('ExternalLimitEntry') } },
    },
    handle: async ({ station, query }) => {
      const entries = await station.limits.externalLog();
      if (query('format') !== 'csv') return ok(entries.map(entryView));
      return { status: 200, text: logCsv(entries.map(entryView)), contentType: 'text/csv; charset=utf-8' };
    },
  }),
];

function externalLimits({ station }: StationCall): Reply {
  const { enabled, api, hardware } = station.limits.external();
  return ok({
    enabled,
    api: api === null ? null : limitView(api),
    hardware: hardware === null ? null : limitView(hardware),
  });
}

/** The limit, or why it is none. */
function readLimit(
  { limitW, limitA, until }: { readonly limitW?: number; readonly limitA?: number; readonly until?: string },
  nowMs: number,
): ExternalLimit | string {
  if ((limitW === undefined) === (limitA === undefined)) return 'Give either limitW or limitA.';
  const untilMs = until === undefined ? null : isoMs(until);
  if (untilMs !== null && Number.isNaN(untilMs)) return 'until must be a time such as 2026-11-22T18:00:00Z.';
  if (untilMs !== null && untilMs <= nowMs) return 'until is over already.';
  return limitW === undefined
    ? { unit: 'A', amount: Math.floor((limitA ?? 0) * 1000), untilMs }
    : { unit: 'W', amount: Math.floor(limitW * 1000), untilMs };
}

/** A time without a zone could be meant anywhere. */
function isoMs(value: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
}
