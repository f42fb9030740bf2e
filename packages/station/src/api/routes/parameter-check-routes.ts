import { isRecord } from '../../core/json.ts';
import { catalogue } from '../../params/catalogue.ts';
import { findParameter } from '../../params/names.ts';
import type { ScheduledView } from '../../params/scheduled-changes.ts';
import { parameterOf } from '../../params/value-id.ts';
import { languageOf } from '../language.ts';
import { applyChanges, readChanges } from '../parameter-changes.ts';
import { checkChanges } from '../parameter-check.ts';
import { ok, refuse, refuseWith, type Reply } from '../refusals.ts';
import type { Route, StationCall } from '../route.ts';
import type { JsonSchema } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import { authorOf } from './parameter-routes.ts';
import { stationRoute } from './station-route.ts';

const text: JsonSchema = { type: 'string' };
const textOrNull: JsonSchema = { type: ['string', 'null'] };

const checked: JsonSchema = {
  type: 'object',
  properties: {
    outcomes: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: text,
          ok: { type: 'boolean' },
          code: textOrNull,
          reason: { ...textOrNull, description: 'Why not, or what to mind; in the language of the request.' },
          from: textOrNull,
          to: textOrNull,
          effect: { enum: ['live', 'reconnect', 'endpoint', 'restart', 'fixed', null] },
        },
        required: ['id', 'ok', 'code', 'reason', 'from', 'to', 'effect'],
      },
    },
    strongest: { enum: ['live', 'reconnect', 'endpoint', 'restart', null] },
    confirmations: {
      type: 'array',
      description: 'What to know or to do before: `typeAgain` values go into `confirm` of the change.',
      items: {
        type: 'object',
        properties: { id: text, kind: { enum: ['typeAgain', 'runningTransaction'] }, text },
        required: ['id', 'kind', 'text'],
      },
    },
  },
  required: ['outcomes', 'strongest', 'confirmations'],
};

const scheduled: JsonSchema = {
  type: ['object', 'null'],
  properties: {
    changes: { type: 'object', description: 'Values by id; secrets are masked.' },
    who: text,
    atMs: { type: 'integer', description: 'Milliseconds since 1970.' },
  },
  required: ['changes', 'who', 'atMs'],
};

/** What changes would do, and taking one of the past back. They stand before `/parameters/{name}`. */
export const parameterCheckRoutes: readonly Route[] = [
  stationRoute({
    method: 'POST',
    path: '/parameters/check',
    id: 'checkParameters',
    tag: 'parameters',
    summary: 'What changes would do together',
    description: 'Nothing is stored. A change that would be refused is told here, with status 200.',
    access: 'operator',
    requestBody: {
      type: 'object',
      properties: { changes: { $ref: '#/components/schemas/ParameterChanges' } },
      required: ['changes'],
    },
    responses: { 200: { description: 'Each change, and what it takes.', schema: checked } },
    handle: check,
  }),
  stationRoute({
    method: 'GET',
    path: '/parameters/scheduled',
    id: 'getScheduledChanges',
    tag: 'parameters',
    summary: 'Changes that wait until no transaction runs',
    access: 'viewer',
    responses: { 200: { description: 'What waits; null: nothing.', schema: scheduled } },
    handle: ({ station, role }) => ok(toJson(readable(station, role))),
  }),
  stationRoute({
    method: 'DELETE',
    path: '/parameters/scheduled',
    id: 'cancelScheduledChanges',
    tag: 'parameters',
    summary: 'Do not apply the changes that wait',
    access: 'operator',
    responses: { 200: { description: 'Nothing waits any more.', schema: { $ref: '#/components/schemas/Done' } } },
    handle: async ({ station }) => {
      await station.device.scheduled.cancel();
      return ok({ done: true });
    },
  }),
  stationRoute({
    method: 'POST',
    path: '/parameters/history/{number}/undo',
    id: 'undoChange',
    tag: 'parameters',
    summary: 'Take a change of the past back',
    description: 'A change like any other. Where the value has been changed again since, only with `force`.',
    access: 'operator',
    parameters: [{ name: 'number', in: 'path', description: 'Of the change in the history.', schema: text }],
    requestBody: { type: 'object', properties: { force: { type: 'boolean', default: false } } },
    responses: {
      200: {
        description: 'The old value is set again.',
        schema: { type: 'object', properties: { dryRun: { type: 'boolean' }, outcomes: { type: 'array' } } },
      },
    },
    handle: undo,
  }),
];

/** What waits, less what the role may not read. */
function readable({ device, parameters }: StationCall['station'], role: StationCall['role']): ScheduledView | null {
  const waiting = device.scheduled.view();
  if (waiting === null) return null;
  const mayRead = ([name]: readonly [string, string]): boolean =>
    findParameter(name)?.kind !== 'parameter' || parameters.view(name, role) !== undefined;
  return { ...waiting, changes: Object.fromEntries(Object.entries(waiting.changes).filter(mayRead)) };
}

function check(call: StationCall): Reply {
  const { station, body } = call;
  const read = readChanges(isRecord(body) ? body['changes'] : undefined);
  if (!read.ok) return refuse('api.badRequest', read.reason);
  const charging = station.status().evses.some(({ transaction }) => transaction !== null);
  const around = { by: authorOf(call), language: languageOf(call), charging };
  return ok(toJson(checkChanges(station.parameters, read.changes, around)));
}

async function undo(call: StationCall): Promise<Reply> {
  const { station, body } = call;
  const wanted = Number(call.path('number'));
  const entry = (await station.parameters.history()).find(({ number }) => number === wanted);
  const view = entry === undefined ? undefined : station.parameters.view(entry.id, call.role);
  if (entry === undefined || view === undefined)
    return refuseWith('config.unknownChange', `Change ${call.path('number')}`);
  if (catalogue[parameterOf(entry.id)].secret === true)
    return refuseWith('config.refused', `${entry.id} is a secret; what it was before is kept nowhere.`);
  const now = view.pending?.value ?? view.value;
  const force = isRecord(body) && body['force'] === true;
  if (now !== entry.new && !force) return refuseWith('config.changedSince', `${entry.id} is ${now} by now.`, { now });
  return applyChanges(station.parameters, [{ name: entry.id, value: entry.old }], authorOf(call));
}
