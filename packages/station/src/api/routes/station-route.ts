import type { FileReply, Reply, TextReply } from '../refusals.ts';
import { refuse } from '../refusals.ts';
import type { Route, StationCall } from '../route.ts';
import { identityParameter, stationPath } from '../route.ts';

/** A route below one station; its path begins behind the identity. */
export interface StationRoute extends Omit<Route, 'handle'> {
  readonly handle: (call: StationCall) => Reply | FileReply | Promise<Reply | TextReply | FileReply>;
}

/** Completes a route of one station: finds the station that the path names. */
export function stationRoute(route: StationRoute): Route {
  return {
    ...route,
    path: `${stationPath}${route.path}`,
    parameters: [identityParameter, ...(route.parameters ?? [])],
    handle: (call) => {
      const name = call.path('identity');
      const station = call.host.find(name);
      return station === null
        ? refuse('api.unknownStation', `There is no station "${name}".`)
        : route.handle({ ...call, station });
    },
  };
}
