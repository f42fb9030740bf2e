import { isRecord } from '../../core/json.ts';
import { boolean, object, oneOf, optional } from '../../drivers/shape.ts';
import type { Shape } from '../../drivers/shape.ts';
import { isAccepted, type Change, type ChangeAuthor } from '../../params/change.ts';
import { findParameter } from '../../params/names.ts';
import { connectorOf, parameterOf } from '../../params/value-id.ts';
import { applyChanges, previewChanges, readChanges, replyFor } from '../parameter-changes.ts';
import { actingRole } from '../acting-role.ts';
import type { Reply } from '../refusals.ts';
import { ok, refuse, refuseWith } from '../refusals.ts';
import { unconfirmed } from '../parameter-check.ts';
import { parameterRange } from '../parameter-range.ts';
import { searchParameters } from '../parameter-search.ts';
import { checkBody } from '../request-body.ts';
import type { Route, RouteParameter, StationCall } from '../route.ts';
import { toJson } from '../to-json.ts';
import type { JsonSchema } from '../schemas.ts';
import type { TwoTexts } from '../two-texts.ts';
import { stationRoute } from './station-route.ts';

/** A field that is read elsewhere. */
const anything: Shape<unknown> = { expects: 'a value', schema: {}, check: (value) => value };
const changesShape = object({
  changes: anything,
  dryRun: optional(boolean()),
  confirm: optional(anything),
  when: optional(oneOf(['now', 'idle'])),
});
const valueShape = object({ value: anything, dryRun: optional(boolean()), confirm: optional(anything) });

const name: RouteParameter = {
  name: 'name',
  in: 'path',
  description:
    'The id of a parameter or its OCPP key, in any letter case; with `_2` the value of connector 2, where each has its own.',
  schema: { type: 'string' },
};

const confirmSchema: JsonSchema = {
  type: 'object',
  description: 'By id, safety-relevant values a second time: asked of people who have signed in (422 config.confirm).',
};

const view: JsonSchema = { $ref: '#/components/schemas/ParameterView' };
const outcomes: JsonSchema = {
  type: 'object',
  properties: {
    dryRun: { type: 'boolean' },
    outcomes: { type: 'array', items: { $ref: '#/components/schemas/ChangeOutcome' } },
  },
  required: ['dryRun', 'outcomes'],
};
const changed = {
  200: { description: 'Every change was taken; each outcome says when it takes effect.', schema: outcomes },
} as const;

/** Who changes something over the API. */
export function authorOf({ role, who }: StationCall): ChangeAuthor {
  return { source: actingRole(role), who };
}

/** Reading and writing single parameters. */
export const parameterRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/parameters',
    id: 'listParameters',
    tag: 'parameters',
    summary: 'Every parameter that the role may read',
    access: 'viewer',
    parameters: [
      {
        name: 'search',
        in: 'query',
        description:
          'Only what these words may mean, the nearest first: label in English or German, OCPP key, id, help.',
        schema: { type: 'string', maxLength: 200 },
      },
    ],
    responses: { 200: { description: 'In the order of the reference.', schema: { type: 'array', items: view } } },
    handle: ({ station, role, query }) => {
      const all = station.parameters.viewAll(role);
      return ok(toJson(searchParameters(all, (query('search') ?? '').slice(0, 200)).map(described)));
    },
  }),
  stationRoute({
    method: 'PATCH',
    path: '/parameters',
    id: 'changeParameters',
    tag: 'parameters',
    summary: 'Change several parameters together',
    description:
      'All or nothing. With `dryRun` nothing is stored, and the outcomes say what would become of the changes.',
    access: 'operator',
    requestBody: {
      type: 'object',
      properties: {
        changes: { $ref: '#/components/schemas/ParameterChanges' },
        dryRun: { type: 'boolean', default: false },
        confirm: confirmSchema,
        when: {
          enum: ['now', 'idle'],
          default: 'now',
          description: 'idle: as soon as no transaction runs, also after a restart; in place of what waited before.',
        },
      },
      required: ['changes'],
    },
    responses: changed,
    handle: (call) => {
      const checked = checkBody(changesShape, call.body);
      return checked.ok ? change(call, checked.value.changes, checked.value) : checked.reply;
    },
  }),
  stationRoute({
    method: 'POST',
    path: '/parameters/{name}/reset',
    id: 'resetParameter',
    tag: 'parameters',
    summary: 'Give a parameter its default back',
    access: 'operator',
    parameters: [name],
    responses: changed,
    handle: async (call) => replyFor([await call.station.parameters.reset(call.path('name'), authorOf(call))], false),
  }),
  stationRoute({
    method: 'GET',
    path: '/parameters/{name}/explain',
    id: 'explainParameter',
    tag: 'parameters',
    summary: 'Where the value of a parameter comes from',
    access: 'viewer',
    parameters: [name],
    responses: {
      200: {
        description: 'Every place that has a value, the strongest first; one is in force.',
        schema: {
          type: 'object',
          properties: {
            id: { type: 'string' },
            effective: { type: 'string' },
            chain: { type: 'array', items: { $ref: '#/components/schemas/Provenance' } },
          },
          required: ['id', 'effective', 'chain'],
        },
      },
    },
    handle: (call) => readOne(call, ({ id, effective, provenance }) => ({ id, effective, chain: provenance })),
  }),
  stationRoute({
    method: 'GET',
    path: '/parameters/{name}',
    id: 'getParameter',
    tag: 'parameters',
    summary: 'One parameter',
    access: 'viewer',
    parameters: [name],
    responses: { 200: { description: 'The parameter.', schema: view } },
    handle: (call) => readOne(call, described),
  }),
  stationRoute({
    method: 'PUT',
    path: '/parameters/{name}',
    id: 'setParameter',
    tag: 'parameters',
    summary: 'Change one parameter',
    access: 'operator',
    parameters: [name],
    requestBody: {
      type: 'object',
      properties: {
        value: { description: 'Text, number, list, true or false.' },
        dryRun: { type: 'boolean', default: false },
        confirm: confirmSchema,
      },
      required: ['value'],
    },
    responses: changed,
    handle: (call) => {
      const checked = checkBody(valueShape, call.body);
      if (!checked.ok) return checked.reply;
      if (checked.value.value === undefined) return refuse('api.badRequest', 'The body has no "value".');
      return change(call, { [call.path('name')]: checked.value.value }, checked.value);
    },
  }),
];

/** With what the row says in words. */
function described(found: View): View & { readonly category: string; readonly range: TwoTexts } {
  const { id, row } = found;
  return { ...found, category: id.slice(0, id.indexOf('.')), range: parameterRange(row) };
}

type View = NonNullable<ReturnType<StationCall['station']['parameters']['view']>>;

function readOne(call: StationCall, show: (found: View) => unknown): Reply {
  const wanted = call.path('name');
  const named = findParameter(wanted);
  if (named === undefined) return refuseWith('config.unknownParameter', `There is no parameter "${wanted}".`);
  if (named.kind === 'backendUrl') {
    const message =
      'BackendUrl can be written only; read backend.protocol, backend.host, backend.port and backend.path.';
    return refuseWith('config.unknownParameter', message);
  }
  const found = call.station.parameters.view(named.id, call.role);
  const hasNumber = named.kind === 'parameter' && (connectorOf(named.id) ?? 1) > 1;
  if (found === undefined && hasNumber && call.station.parameters.view(parameterOf(named.id), call.role) !== undefined)
    return refuseWith('config.unknownParameter', `The station has no connector for "${wanted}".`);
  return found === undefined
    ? refuseWith('config.forbidden', `${named.id} may be read by the manufacturer only.`)
    : ok(toJson(show(found)));
}

async function change(
  call: StationCall,
  body: unknown,
  how: { readonly dryRun?: boolean | undefined; readonly confirm?: unknown; readonly when?: string | undefined },
): Promise<Reply> {
  const read = readChanges(body);
  if (!read.ok) return refuse('api.badRequest', read.reason);
  const { parameters } = call.station;
  if (how.dryRun === true) return previewChanges(parameters, read.changes, authorOf(call));
  // Programs mean what they send; a person may have slipped.
  const open =
    call.signInId === null ? [] : unconfirmed(parameters, read.changes, isRecord(how.confirm) ? how.confirm : {});
  if (open.length > 0) return refuseWith('config.confirm', open.join(', '), { confirmations: open });
  return how.when === 'idle' ? later(call, read.changes) : applyChanges(parameters, read.changes, authorOf(call));
}

/** What would be refused now is refused now, not when nobody looks any more. */
async function later(call: StationCall, changes: readonly Change[]): Promise<Reply> {
  const { parameters, device } = call.station;
  const expected = parameters.preview(changes, authorOf(call));
  if (expected.every(isAccepted)) await device.scheduled.set(changes, authorOf(call));
  return replyFor(expected, false);
}
