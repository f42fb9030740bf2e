import { isRecord } from '../../core/json.ts';
import { actionSchemas } from '../action-schemas.ts';
import { ok, refuse } from '../refusals.ts';
import type { Route, StationCall } from '../route.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const anyState = {
  type: 'object',
  description: 'The state of the simulated world, or of one charging point.',
} as const;

function notSimulated({ station }: StationCall): ReturnType<typeof refuse> {
  return refuse('api.notSimulated', `The hardware of "${station.name}" is not simulated.`);
}

/** The simulated hardware of a station. */
export const simulatorRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/simulator',
    id: 'getSimulator',
    tag: 'simulator',
    summary: 'The simulated world, and what can be done in it',
    access: 'operator',
    responses: {
      200: {
        description: 'State and actions.',
        schema: {
          type: 'object',
          properties: { state: anyState, actions: { type: 'array', items: { type: 'object' } } },
          required: ['state', 'actions'],
        },
      },
    },
    handle: async (call) => {
      const { simulator } = call.station;
      if (simulator === null) return notSimulated(call);
      const state = await simulator.simulate({ action: 'state' });
      return ok({
        state,
        actions: actionSchemas.map(({ action, description, example }) => ({ action, description, example })),
      });
    },
  }),
  stationRoute({
    method: 'POST',
    path: '/simulator',
    id: 'simulate',
    tag: 'simulator',
    summary: 'Do something in the simulated world',
    access: 'operator',
    requestBody: { oneOf: actionSchemas.map(({ schema }) => schema) },
    responses: { 200: { description: 'The state to which it led.', schema: anyState } },
    handle: async (call) => {
      const { simulator } = call.station;
      if (simulator === null) return notSimulated(call);
      if (!isRecord(call.body))
        return refuse('api.badRequest', 'An action is an object such as {"action": "plug", "evse": 1}.');
      const action = toJson(call.body);
      return isRecord(action)
        ? ok(await simulator.simulate(action))
        : refuse('api.badRequest', 'An action is an object.');
    },
  }),
];
