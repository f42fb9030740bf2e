import type { JsonObject } from '../core/json.ts';
import { parameterSchemas } from './parameter-schemas.ts';
import { apiRefusals } from './refusal-table.ts';
import { problemType } from './refusals.ts';
import type { Route } from './route.ts';
import { ref, schemas } from './schemas.ts';

const tags: Readonly<Record<Route['tag'], string>> = {
  process: 'The process as a whole; no token needed.',
  access: 'Who is let in: sign-in, accounts, tokens.',
  live: 'What happens, while it happens.',
  stations: 'Stations: state, connecting, resetting.',
  parameters: 'Parameters, by catalogue id or OCPP key.',
  simulator: 'The simulated hardware. Everything here is marked as simulated.',
  outbox: 'What waits for the backend.',
  limits: 'Limits that grid operators and energy managers set from outside.',
  security: 'What happened to the security of the stations.',
  sessions: 'Sessions, signed records, and the legal logbook.',
};

/** The OpenAPI 3.1 description, made from the route table, the catalogue and the simulator's actions. */
export function openApiDocument(version: string, routes: readonly Route[]): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kerbside',
      version,
      description:
        'The API of the OCPP stack in a charging station. Refusals are problem details (RFC 9457) with code and remedy, in English or German as Accept-Language wants; docs/errors.md lists the codes. Secrets are answered only in an export that a manufacturer asks for. /docs/api is this description to read.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: pathsOf(routes),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The operator or the manufacturer token.' },
      },
      schemas: { ...schemas, ...parameterSchemas() },
    },
  };
}

function pathsOf(routes: readonly Route[]): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  return paths;
}

function operationOf(route: Route): JsonObject {
  const parameters = (route.parameters ?? []).map((parameter) => ({ ...parameter, required: parameter.in === 'path' }));
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, accessText(route)].filter((part) => part !== undefined).join(' '),
    security: route.access === 'open' ? [] : [{ token: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.requestBody === undefined ? {} : { requestBody: { content: json(route.requestBody) } }),
    ...(route.consumes === undefined ? {} : { requestBody: { content: { [route.consumes]: file } } }),
    responses: responsesOf(route),
  };
}

const file = { schema: { type: 'string', format: 'binary' } } as const;

function accessText({ access }: Route): string {
  if (access === 'open') return 'No token is needed.';
  return access === 'manufacturer' ? 'For manufacturers.' : `For the role ${access} and those above it.`;
}

function responsesOf(route: Route): JsonObject {
  const own = Object.entries(route.responses).map(([status, { description, schema }]) => [
    status,
    { description, content: { [route.produces ?? 'application/json']: { schema } } },
  ]);
  return {
    ...Object.fromEntries(own),
    ...(route.access === 'open' ? {} : { '401': refusal(apiRefusals['api.unauthorized'].remedy.en) }),
    default: refusal('A refusal or a failure; the code says which.'),
  };
}

function refusal(description: string): JsonObject {
  return { description, content: { [problemType]: { schema: ref('Problem') } } };
}

function json(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}
