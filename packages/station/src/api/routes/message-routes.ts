import { KerbsideError } from '../../core/errors.ts';
import type { LiveMessage } from '../live/live-source.ts';
import { messageViewer } from '../live/shown-message.ts';
import { findMessages, isWanted, type MessageFilter } from '../message-query.ts';
import { pageOf } from '../page-query.ts';
import { ok, refuse } from '../refusals.ts';
import type { ApiCall, Route, RouteParameter, StationCall } from '../route.ts';
import { ref } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const kinds = ['call', 'callResult', 'callError', 'other', 'mishap'] as const;

const filters: readonly RouteParameter[] = [
  described('action', 'Only these actions, separated by commas, such as `BootNotification,Authorize`.', {
    type: 'string',
  }),
  described('direction', '`out`: from the station to its backend.', { enum: ['in', 'out'] }),
  described('kind', 'Only these kinds, separated by commas: call, callResult, callError, other, mishap.', {
    type: 'string',
  }),
  described('text', 'Only those with this text, in any letter case.', { type: 'string' }),
  described('from', 'Not before this time (ISO 8601).', { type: 'string', format: 'date-time' }),
  described('to', 'Not after this time (ISO 8601).', { type: 'string', format: 'date-time' }),
  described('connector', 'Only those about this connector.', { type: 'integer', minimum: 0 }),
  described('problems', '`true`: only those that do not fit the schema, were refused, or got lost.', {
    enum: ['true', 'false'],
  }),
];

/** The messages between a station and its backend that the process remembers, for people who look for something. */
export const messageRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/messages',
    id: 'listMessages',
    tag: 'live',
    summary: 'The last messages between the station and its backend',
    description:
      'The process keeps 10,000 messages of all its stations, or 8 MiB of them. Secrets are masked; cards have other names unless diagnostics.pseudonymizeCards is off. Without `before` and `after` the newest come; they stand oldest first.',
    access: 'viewer',
    parameters: [
      described('before', 'Only those with a lower `seq`: the page before.', { type: 'integer', minimum: 0 }),
      described('after', 'Only those with a higher `seq`.', { type: 'integer', minimum: 0 }),
      described('limit', 'How many (default 50, at most 1,000).', { type: 'integer', minimum: 1, maximum: 1_000 }),
      ...filters,
    ],
    responses: { 200: { description: 'One page.', schema: ref('Messages') } },
    handle: (call) => {
      const before = pageOf(call.query, 'before');
      const after = pageOf(call.query, 'after');
      if (before === null || after === null) {
        return refuse('api.badRequest', '"before", "after" and "limit" are whole numbers.');
      }
      const all = messagesOf(call);
      const found = findMessages(all, filterOf(call.query), { ...before, ...after });
      const [oldest, newest] = [all[0]?.seq ?? null, all.at(-1)?.seq ?? null];
      return ok(toJson({ epoch: call.live.source.epoch, oldest, newest, ...found }));
    },
  }),
  stationRoute({
    method: 'GET',
    path: '/messages/export',
    id: 'exportMessages',
    tag: 'live',
    summary: 'The same messages as a file, one JSON object a line (NDJSON)',
    access: 'viewer',
    parameters: filters,
    produces: 'application/x-ndjson',
    responses: { 200: { description: 'The file.', schema: { type: 'string' } } },
    handle: (call) => {
      const filter = filterOf(call.query);
      const wanted = messagesOf(call).filter((message) => isWanted(message, filter));
      const name = `messages-${call.station.name.replaceAll(/[^\w.-]/g, '_')}.ndjson`;
      return { status: 200, contentType: 'application/x-ndjson', name, file: lines(wanted) };
    },
  }),
];

function described(name: string, description: string, schema: RouteParameter['schema']): RouteParameter {
  return { name, in: 'query', description, schema };
}

/** As this role sees them: who may not see a card cannot look for one either. */
function messagesOf({ station, live, role }: StationCall): readonly LiveMessage[] {
  return live.source.messages(station.key, null).map(messageViewer(station, role, live.source.epoch));
}

async function* lines(messages: readonly LiveMessage[]): AsyncGenerator<string> {
  for (const { atMs, ...message } of messages) {
    yield `${JSON.stringify({ time: new Date(atMs).toISOString(), ...message })}\n`;
  }
}

function filterOf(query: ApiCall['query']): MessageFilter {
  const [action, direction, kind, text, from, to, connector] = [
    query('action'),
    query('direction'),
    query('kind'),
    query('text'),
    query('from'),
    query('to'),
    query('connector'),
  ];
  const wanted = kind === undefined ? undefined : kinds.filter((one) => kind.split(',').includes(one));
  return {
    ...(action === undefined ? {} : { actions: action.split(',') }),
    ...(direction === 'in' || direction === 'out' ? { direction } : {}),
    ...(wanted === undefined ? {} : { kinds: wanted }),
    ...(text === undefined ? {} : { text }),
    ...(from === undefined ? {} : { fromMs: timeOf('from', from) }),
    ...(to === undefined ? {} : { toMs: timeOf('to', to) }),
    ...(connector !== undefined && /^\d{1,6}$/.test(connector) ? { connector: Number(connector) } : {}),
    ...(query('problems') === 'true' ? { problems: true } : {}),
  };
}

function timeOf(name: string, text: string): number {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  throw new KerbsideError('command.usage', `"${name}" is no time such as 2026-11-23T10:00:00Z.`);
}
