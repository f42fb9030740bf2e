import type { JsonObject } from '../core/json.ts';
import { ok } from './refusals.ts';
import type { Route } from './route.ts';
import { apiBase } from './route.ts';
import { doctorRoutes } from './routes/doctor-route.ts';
import { liveRoutes } from './routes/live-routes.ts';
import { outboxRoutes } from './routes/outbox-routes.ts';
import { parameterRoutes } from './routes/parameter-routes.ts';
import { processRoutes } from './routes/process-routes.ts';
import { simulatorRoutes } from './routes/simulator-routes.ts';
import { stationRoutes } from './routes/station-routes.ts';
import { transferRoutes } from './routes/transfer-routes.ts';

const describedRoutes: readonly Route[] = [
  ...processRoutes,
  ...liveRoutes,
  ...stationRoutes,
  ...doctorRoutes,
  ...transferRoutes,
  ...parameterRoutes,
  ...simulatorRoutes,
  ...outboxRoutes,
];

/** Every address of the API, fixed ones before those with a variable part. `describe` makes the description of them all. */
export function routes(describe: (version: string, all: readonly Route[]) => JsonObject): readonly Route[] {
  const all: Route[] = [...describedRoutes];
  all.push({
    method: 'GET',
    path: `${apiBase}/openapi.json`,
    id: 'openapi',
    tag: 'process',
    summary: 'This description (OpenAPI 3.1)',
    access: 'open',
    responses: { 200: { description: 'The description.', schema: { type: 'object' } } },
    handle: ({ host }) => ok(describe(host.version, all)),
  });
  return all;
}
