import { inGerman } from '../german-reasons.ts';
import { languageOf } from '../language.ts';
import { ok } from '../refusals.ts';
import type { Route } from '../route.ts';
import { toJson } from '../to-json.ts';
import type { JsonSchema } from '../schemas.ts';
import { stationRoute } from './station-route.ts';

const time = { type: 'integer', description: 'Milliseconds since 1970.' } as const;

const standing: JsonSchema = {
  type: 'object',
  properties: {
    kind: { enum: ['settled', 'staged', 'trying'] },
    staged: { type: 'array', items: { type: 'string' }, description: 'What waits for its application.' },
    waiting: { type: 'boolean', description: 'Application was asked for, and waits until no transaction is open.' },
    trial: {
      type: ['object', 'null'],
      properties: {
        of: { enum: ['endpoint', 'credentials'] },
        sinceMs: time,
        attempts: { type: 'integer', description: 'Complete attempts that failed.' },
        rejected: { type: 'boolean', description: 'The backend answered BootNotification with Rejected.' },
      },
    },
    hasLastGood: { type: 'boolean', description: 'There are settings to return to.' },
    rolledBack: {
      type: ['object', 'null'],
      properties: { atMs: time, reason: { type: 'string' } },
      description: 'The last return to the last good settings since the start.',
    },
    changes: { type: 'integer', description: 'Counts up with every change of any parameter.' },
    rollbackSeconds: { type: 'integer', description: 'How long new settings have to prove themselves.' },
  },
  required: ['kind', 'staged', 'waiting', 'trial', 'hasLastGood', 'rolledBack', 'changes', 'rollbackSeconds'],
};

/** Where the settings of the backend address stand. */
export const endpointRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/endpoint',
    id: 'getEndpoint',
    tag: 'stations',
    summary: 'What is staged of the backend address, what is being tried, and what was rolled back',
    access: 'viewer',
    responses: { 200: { description: 'Where it stands.', schema: standing } },
    handle: (call) => {
      const { parameters } = call.station;
      const { rolledBack, ...present } = parameters.endpointStatus;
      const reason =
        rolledBack !== null && languageOf(call) === 'de' ? inGerman(rolledBack.reason) : rolledBack?.reason;
      const said = rolledBack === null ? null : { ...rolledBack, reason };
      const rollbackSeconds = parameters.get('backend.rollbackTimeout');
      return ok(toJson({ ...present, rolledBack: said, rollbackSeconds }));
    },
  }),
];
