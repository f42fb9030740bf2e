import { boolean, object, oneOf, optional } from '../../drivers/shape.ts';
import { checkBody } from '../request-body.ts';
import { ok } from '../refusals.ts';
import type { Route } from '../route.ts';
import { toJson } from '../to-json.ts';
import { ref } from '../schemas.ts';
import { stationRoute } from './station-route.ts';

const resetShape = object({ kind: optional(oneOf(['soft', 'hard'])) });
const applyShape = object({ confirmed: optional(boolean()) });

const done = {
  202: { description: 'It was begun; the status shows what becomes of it.', schema: ref('Done') },
} as const;

/** The station as a whole: what it is doing, and what a person may tell it. */
export const stationRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '',
    id: 'getStation',
    tag: 'stations',
    summary: 'The whole state of a station',
    access: 'viewer',
    responses: { 200: { description: 'The state.', schema: ref('StationStatus') } },
    handle: ({ station }) => ok(toJson(station.status())),
  }),
  stationRoute({
    method: 'POST',
    path: '/connect',
    id: 'connect',
    tag: 'stations',
    summary: 'Connect to the backend now, without waiting for the next attempt',
    access: 'operator',
    responses: done,
    handle: ({ station }) => {
      station.connectNow();
      return ok({ done: true }, 202);
    },
  }),
  stationRoute({
    method: 'POST',
    path: '/reset',
    id: 'reset',
    tag: 'stations',
    summary: 'Restart the station',
    description: 'soft ends running transactions in order first; hard restarts the hardware controller too.',
    access: 'operator',
    requestBody: { type: 'object', properties: { kind: { enum: ['soft', 'hard'], default: 'soft' } } },
    responses: done,
    handle: ({ station, body }) => {
      const checked = checkBody(resetShape, body);
      if (!checked.ok) return checked.reply;
      station.reset(checked.value.kind ?? 'soft');
      return ok({ done: true }, 202);
    },
  }),
  stationRoute({
    method: 'POST',
    path: '/endpoint/apply',
    id: 'applyEndpoint',
    tag: 'stations',
    summary: 'Apply the staged values of the backend address',
    description:
      'New values have to prove themselves; otherwise the last good ones return. `confirmed` accepts what becomes of a running transaction or of facts that still wait for the old backend.',
    access: 'operator',
    requestBody: { type: 'object', properties: { confirmed: { type: 'boolean', default: false } } },
    responses: done,
    handle: async ({ station, body }) => {
      const checked = checkBody(applyShape, body);
      if (!checked.ok) return checked.reply;
      await station.applyEndpoint(checked.value.confirmed ?? false);
      return ok({ done: true }, 202);
    },
  }),
];
