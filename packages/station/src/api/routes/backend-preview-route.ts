import type { EndpointParts } from '../../link/endpoint.ts';
import type { ParameterId, Parameters } from '../../params/parameters.ts';
import { previewBackend } from '../backend-preview.ts';
import { ok, refuse } from '../refusals.ts';
import type { Route, RouteParameter, StationCall } from '../route.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const text = { type: 'string' } as const;

const parameters: readonly RouteParameter[] = (
  [
    ['protocol', 'ws or wss', 'backend.protocol'],
    ['host', 'The host alone', 'backend.host'],
    ['port', 'Empty: the usual one of the protocol', 'backend.port'],
    ['path', 'Without the identity', 'backend.path'],
    ['identity', 'Not encoded', 'backend.identity'],
  ] as const
).map(([name, description, id]) => {
  return { name, in: 'query', description: `${description}. Left out: what is set as ${id}.`, schema: text };
});

const preview = {
  type: 'object',
  properties: {
    url: text,
    warnings: {
      type: 'array',
      description: 'What is possible but seldom meant.',
      items: { type: 'object', properties: { en: text, de: text }, required: ['en', 'de'] },
    },
  },
  required: ['url', 'warnings'],
} as const;

/** The address of a backend before it is stored. */
export const backendPreviewRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/backend/preview',
    id: 'previewBackend',
    tag: 'stations',
    summary: 'The exact address that would be dialled',
    description: 'Nothing is stored, and nobody is called. Parts that cannot make an address are refused (422).',
    access: 'viewer',
    parameters,
    responses: { 200: { description: 'The address, with what is probably not meant.', schema: preview } },
    handle: (call) => {
      const parts = partsOf(call);
      if (typeof parts === 'string') return refuse('api.badRequest', parts);
      const hasPassword = call.station.parameters.get('backend.authorizationKey') !== '';
      return ok(toJson(previewBackend(parts, hasPassword)));
    },
  }),
];

function partsOf({ query, station: { parameters: params } }: StationCall): EndpointParts | string {
  const protocol = query('protocol') ?? nextOf(params, 'backend.protocol');
  if (protocol !== 'ws' && protocol !== 'wss') return `protocol is "${protocol}"; it is ws or wss.`;
  const port = query('port') ?? nextOf(params, 'backend.port');
  if (!/^\d{0,5}$/.test(port)) return `port is "${port}"; it is a number, or empty.`;
  return {
    protocol,
    host: query('host') ?? nextOf(params, 'backend.host'),
    port: port === '' ? null : Number(port),
    path: query('path') ?? nextOf(params, 'backend.path'),
    identity: query('identity') ?? nextOf(params, 'backend.identity'),
  };
}

/** The value that the next connection uses: also one that is staged. */
function nextOf(params: Parameters, id: ParameterId): string {
  const view = params.view(id, 'manufacturer');
  return view?.pending?.value ?? view?.value ?? '';
}
