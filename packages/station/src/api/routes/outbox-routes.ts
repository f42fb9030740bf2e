import { ok } from '../refusals.ts';
import type { Route } from '../route.ts';
import { toJson } from '../to-json.ts';
import { ref } from '../schemas.ts';
import { stationRoute } from './station-route.ts';

/** The queue of facts for the backend. */
export const outboxRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/outbox',
    id: 'getOutbox',
    tag: 'outbox',
    summary: 'What waits for the backend',
    access: 'viewer',
    responses: { 200: { description: 'The queue at this moment.', schema: ref('Outbox') } },
    handle: ({ station }) => ok(toJson(station.status().outbox)),
  }),
  stationRoute({
    method: 'GET',
    path: '/outbox/parked',
    id: 'listParked',
    tag: 'outbox',
    summary: 'Facts that the backend did not take, with the last refusal',
    access: 'viewer',
    responses: { 200: { description: 'The parked facts.', schema: { type: 'array', items: ref('DeadLetter') } } },
    handle: async ({ station }) => ok(toJson(await station.deadLetters())),
  }),
  stationRoute({
    method: 'POST',
    path: '/outbox/resend',
    id: 'resendParked',
    tag: 'outbox',
    summary: 'Try the parked facts again',
    access: 'operator',
    responses: { 202: { description: 'They wait in the queue again.', schema: ref('Done') } },
    handle: ({ station }) => {
      station.resendParked();
      return ok({ done: true }, 202);
    },
  }),
];
