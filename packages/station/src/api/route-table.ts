import type { JsonObject } from '../core/json.ts';
import { ok } from './refusals.ts';
import type { Route } from './route.ts';
import { apiBase } from './route.ts';
import { authorizationRoutes } from './routes/authorization-routes.ts';
import { backendPreviewRoutes } from './routes/backend-preview-route.ts';
import { certificateRoutes } from './routes/certificate-routes.ts';
import { chargingRoutes } from './routes/charging-routes.ts';
import { diagnosticsRoutes } from './routes/diagnostics-route.ts';
import { doctorRoutes } from './routes/doctor-route.ts';
import { eichrechtRoutes } from './routes/eichrecht-routes.ts';
import { limitRoutes } from './routes/limit-routes.ts';
import { endpointRoutes } from './routes/endpoint-route.ts';
import { liveRoutes } from './routes/live-routes.ts';
import { localListRoutes } from './routes/local-list-route.ts';
import { messageRoutes } from './routes/message-routes.ts';
import { outboxRoutes } from './routes/outbox-routes.ts';
import { ownCertificateRoutes } from './routes/own-certificate-routes.ts';
import { parameterCheckRoutes } from './routes/parameter-check-routes.ts';
import { parameterRoutes } from './routes/parameter-routes.ts';
import { presetRoutes } from './routes/preset-routes.ts';
import { reportRoutes } from './routes/report-routes.ts';
import { problemRoutes } from './routes/problem-routes.ts';
import { processRoutes } from './routes/process-routes.ts';
import { firmwareRoutes } from './routes/firmware-routes.ts';
import { firmwareUploadRoutes } from './routes/firmware-upload-routes.ts';
import { reservationRoutes } from './routes/reservation-routes.ts';
import { securityLogRoutes } from './routes/security-log-routes.ts';
import { accountRoutes } from './routes/account-routes.ts';
import { commissioningRoutes } from './routes/commissioning-routes.ts';
import { tlsRoutes } from './routes/tls-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { signInRoutes } from './routes/sign-in-routes.ts';
import { simulatorRoutes } from './routes/simulator-routes.ts';
import { stationRoutes } from './routes/station-routes.ts';
import { transferRoutes } from './routes/transfer-routes.ts';
import { whiteListRoutes } from './routes/white-list-routes.ts';

const describedRoutes: readonly Route[] = [
  ...processRoutes,
  ...problemRoutes,
  ...signInRoutes,
  ...accountRoutes,
  ...tlsRoutes,
  ...commissioningRoutes,
  ...liveRoutes,
  ...messageRoutes,
  ...stationRoutes,
  ...doctorRoutes,
  ...endpointRoutes,
  ...diagnosticsRoutes,
  ...backendPreviewRoutes,
  ...certificateRoutes,
  ...ownCertificateRoutes,
  ...transferRoutes,
  ...parameterCheckRoutes,
  ...presetRoutes,
  ...reportRoutes,
  ...parameterRoutes,
  ...simulatorRoutes,
  ...outboxRoutes,
  ...securityLogRoutes,
  ...sessionRoutes,
  ...limitRoutes,
  ...chargingRoutes,
  ...firmwareRoutes,
  ...firmwareUploadRoutes,
  ...reservationRoutes,
  ...localListRoutes,
  ...authorizationRoutes,
  ...whiteListRoutes,
  ...eichrechtRoutes,
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
