import { isRecord } from '../../core/json.ts';
import type { ImportOutcome } from '../../params/transfer.ts';
import { diffWithDocument, diffWithFactory } from '../parameter-diff.ts';
import { inGerman } from '../german-reasons.ts';
import { languageOf } from '../language.ts';
import { isLoopback } from '../host-header.ts';
import { ok, refuse } from '../refusals.ts';
import type { ApiCall, Route } from '../route.ts';
import { toJson } from '../to-json.ts';
import type { JsonSchema } from '../schemas.ts';
import { authorOf } from './parameter-routes.ts';
import { stationRoute } from './station-route.ts';

const exported: JsonSchema = { $ref: '#/components/schemas/ParameterExport' };
const document: JsonSchema = { anyOf: [exported, { $ref: '#/components/schemas/ParameterChanges' }] };
const differences: JsonSchema = { type: 'array', items: { $ref: '#/components/schemas/Difference' } };

/** All parameters at once: export, import, comparison, history. They stand before `/parameters/{name}`. */
export const transferRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/parameters/export',
    id: 'exportParameters',
    tag: 'parameters',
    summary: 'The settings as a file',
    description:
      'Without secrets, unless the manufacturer asks for them with `secrets=true` over HTTPS or from this machine itself.',
    access: 'viewer',
    parameters: [
      {
        name: 'categories',
        in: 'query',
        description: 'Only these categories, separated by commas, such as `backend,metering`.',
        schema: { type: 'string' },
      },
      {
        name: 'secrets',
        in: 'query',
        description: '`true`: with passwords and other secrets.',
        schema: { enum: ['true', 'false'] },
      },
    ],
    responses: { 200: { description: 'The file.', schema: exported } },
    handle: async (call) => {
      const { station, role, query, who } = call;
      const secrets = query('secrets') === 'true';
      if (secrets && role !== 'manufacturer')
        return refuse('api.forbidden', 'Secrets are given to the manufacturer only.');
      if (secrets && !isPrivate(call))
        return refuse('api.forbidden', 'Secrets are given over HTTPS only, or on this machine itself.');
      if (secrets) await station.securityLog.secretsExported(who);
      const categories = query('categories')
        ?.split(',')
        .map((word) => word.trim());
      const file = station.parameters.exportJson(categories === undefined ? { secrets } : { categories, secrets });
      const readable = new Set<string>(station.parameters.viewAll(role).map(({ id }) => id));
      const parameters = Object.fromEntries(Object.entries(file.parameters).filter(([id]) => readable.has(id)));
      return ok(toJson({ ...file, parameters, secretsLeftOut: file.secretsLeftOut.filter((id) => readable.has(id)) }));
    },
  }),
  stationRoute({
    method: 'POST',
    path: '/parameters/import',
    id: 'importParameters',
    tag: 'parameters',
    summary: 'Take over a file, parameter by parameter',
    description:
      'What cannot be taken is refused by itself, and the rest stands. Values of the backend address are staged.',
    access: 'operator',
    parameters: [
      {
        name: 'dryRun',
        in: 'query',
        description: '`true`: only tell what would happen.',
        schema: { enum: ['true', 'false'] },
      },
    ],
    requestBody: document,
    responses: {
      200: {
        description: 'What became of each parameter.',
        schema: {
          type: 'object',
          properties: {
            dryRun: { type: 'boolean' },
            outcomes: { type: 'array', items: { $ref: '#/components/schemas/ImportOutcome' } },
          },
          required: ['dryRun', 'outcomes'],
        },
      },
    },
    handle: async (call) => {
      if (!isRecord(call.body)) return refuse('api.badRequest', 'The body must be an export or an object of values.');
      const dryRun = call.query('dryRun') === 'true';
      const outcomes = await call.station.parameters.importJson(call.body, authorOf(call), { dryRun });
      return ok(toJson({ dryRun, outcomes: languageOf(call) === 'de' ? outcomes.map(outcomeInGerman) : outcomes }));
    },
  }),
  stationRoute({
    method: 'GET',
    path: '/parameters/diff',
    id: 'diffWithFactory',
    tag: 'parameters',
    summary: 'What is set differently from the factory',
    access: 'viewer',
    responses: { 200: { description: 'From the factory default to the value as set.', schema: differences } },
    handle: ({ station, role }) => ok(toJson(diffWithFactory(station.parameters, role))),
  }),
  stationRoute({
    method: 'POST',
    path: '/parameters/diff',
    id: 'diffWithDocument',
    tag: 'parameters',
    summary: 'What an import of a file would change',
    access: 'operator',
    requestBody: document,
    responses: { 200: { description: 'From the present value to that of the file.', schema: differences } },
    handle: ({ station, role, body }) => {
      const result = diffWithDocument(station.parameters, role, body);
      return result.ok ? ok(toJson(result.differences)) : refuse('api.badRequest', result.reason);
    },
  }),
  stationRoute({
    method: 'GET',
    path: '/parameters/history',
    id: 'parameterHistory',
    tag: 'parameters',
    summary: 'The last 200 changes, the newest first',
    access: 'viewer',
    responses: {
      200: {
        description: 'The changes.',
        schema: { type: 'array', items: { $ref: '#/components/schemas/HistoryEntry' } },
      },
    },
    handle: async ({ station, role }) => {
      const readable = new Set<string>(station.parameters.viewAll(role).map(({ id }) => id));
      const entries = await station.parameters.history();
      return ok(toJson(entries.filter(({ id }) => readable.has(id))));
    },
  }),
];

/** Nobody on the way can read the answer: it is encrypted, or does not leave the machine. */
function isPrivate({ secure, address }: ApiCall): boolean {
  return secure || address === '' || isLoopback(address);
}

function outcomeInGerman(outcome: ImportOutcome): ImportOutcome {
  if (outcome.kind === 'refused' || outcome.kind === 'unknown') return { ...outcome, reason: inGerman(outcome.reason) };
  if (outcome.kind === 'unchanged' || outcome.warning === undefined) return outcome;
  return { ...outcome, warning: inGerman(outcome.warning) };
}
