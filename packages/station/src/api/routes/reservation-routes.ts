import { KerbsideError } from '../../core/errors.ts';
import { ok, refuse, type Reply } from '../refusals.ts';
import type { Route, RouteParameter, StationCall } from '../route.ts';
import { ref } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const id: RouteParameter = {
  name: 'id',
  in: 'path',
  description: 'The number of the reservation.',
  schema: { type: 'integer' },
};

/** For whom charging points are kept free. A backend makes reservations; people on site may end one. */
export const reservationRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/reservations',
    id: 'listReservations',
    tag: 'stations',
    summary: 'The reservations that hold',
    access: 'operator',
    responses: { 200: { description: 'The oldest first.', schema: { type: 'array', items: ref('Reservation') } } },
    handle: ({ station }) => ok(toJson(station.reservations.views())),
  }),
  stationRoute({
    method: 'DELETE',
    path: '/reservations/{id}',
    id: 'cancelReservation',
    tag: 'stations',
    summary: 'End a reservation on site',
    description: 'The backend is told that the connector is Available, nothing else.',
    access: 'operator',
    parameters: [id],
    responses: {
      200: {
        description: 'It is over, on disk; those that still hold.',
        schema: { type: 'array', items: ref('Reservation') },
      },
    },
    handle: cancel,
  }),
];

async function cancel({ station, path }: StationCall): Promise<Reply> {
  const text = path('id');
  if (!/^-?\d{1,15}$/.test(text)) return refuse('api.badRequest', 'The number of a reservation is a whole number.');
  switch (await station.reservations.cancel(Number(text))) {
    case 'accepted':
      return ok(toJson(station.reservations.views()));
    case 'unknown':
      return refuse('api.unknownReservation', `There is no reservation ${text}.`);
    case 'failed':
      throw new KerbsideError('store.unavailable', `Reservation ${text} could not be ended: it cannot be stored.`);
  }
}
