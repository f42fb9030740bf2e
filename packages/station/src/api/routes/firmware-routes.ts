import { ok } from '../refusals.ts';
import type { Route } from '../route.ts';
import { ref } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

/** The software of a station. */
export const firmwareRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/firmware',
    id: 'getFirmware',
    tag: 'stations',
    summary: 'The firmware that runs, and how its last update went',
    access: 'viewer',
    responses: { 200: { description: 'As it is now.', schema: ref('Firmware') } },
    handle: ({ station }) => ok(toJson(station.status().firmware)),
  }),
];
