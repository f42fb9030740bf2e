import { messageOf } from '../../core/errors.ts';
import type { ApiHost, ApiStation } from '../host-port.ts';
import { ok, refuse } from '../refusals.ts';
import type { Route } from '../route.ts';
import { apiBase } from '../route.ts';
import { toJson } from '../to-json.ts';
import { ref } from '../schemas.ts';

/** Why the process is not ready: problems of its configuration, and of each station what keeps it from its backend. */
function reasonsNotReady(host: ApiHost): readonly string[] {
  const stations = host
    .stations()
    .flatMap((station) => stationReasons(station).map((reason) => `${station.name}: ${reason}`));
  return [...host.configurationProblems, ...stations];
}

/** A station that has just been made anew may have no state yet. */
function stationReasons(station: ApiStation): readonly string[] {
  try {
    return station.status().notReady;
  } catch (error) {
    return [messageOf(error)];
  }
}

/** What concerns the process and not one station. */
export const processRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/healthz',
    id: 'health',
    tag: 'process',
    summary: 'Whether the process lives',
    access: 'open',
    responses: { 200: { description: 'It lives.', schema: ref('Health') } },
    handle: ({ host }) => ok({ status: 'ok', version: host.version }),
  },
  {
    method: 'GET',
    path: '/readyz',
    id: 'readiness',
    tag: 'process',
    summary: 'Whether every station is registered at its backend',
    description: 'A station without a backend counts as ready. In safe mode the process is not ready.',
    access: 'open',
    responses: {
      200: { description: 'Every station is registered at its backend or has none.', schema: ref('Readiness') },
      503: { description: 'Some station is not; the reasons say which and why.', schema: ref('Readiness') },
    },
    handle: ({ host }) => {
      const reasons = reasonsNotReady(host);
      return ok({ ready: reasons.length === 0, reasons }, reasons.length === 0 ? 200 : 503);
    },
  },
  {
    method: 'GET',
    path: '/metrics',
    id: 'metrics',
    tag: 'process',
    summary: 'The state of the process for Prometheus',
    description:
      'Text format 0.0.4. Each station by itself where there are at most 50 of them, or with `each=true`; otherwise sums. docs/user/operations.md lists the names.',
    access: 'viewer',
    parameters: [
      {
        name: 'each',
        in: 'query',
        description: '`true`: each station by itself, however many there are.',
        schema: { enum: ['true', 'false'] },
      },
    ],
    produces: 'text/plain',
    responses: { 200: { description: 'The metrics.', schema: { type: 'string' } } },
    handle: async ({ metrics, query }) => {
      if (metrics === null) return refuse('api.unknownRoute', 'This process tells no metrics.');
      const text = await metrics(query('each') === 'true');
      return { status: 200, text, contentType: 'text/plain; version=0.0.4; charset=utf-8' };
    },
  },
  {
    method: 'GET',
    path: `${apiBase}/stations`,
    id: 'listStations',
    tag: 'stations',
    summary: 'The stations of this process',
    description: 'Also says with which problems of the configuration the process runs in safe mode.',
    access: 'viewer',
    responses: { 200: { description: 'The stations.', schema: ref('ProcessStatus') } },
    handle: ({ host }) => {
      const stations = host.stations().map((station) => {
        const { notReady, simulated, link, registration } = station.status();
        return { name: station.name, ready: notReady.length === 0, simulated, link: link.kind, registration };
      });
      return ok(toJson({ version: host.version, configurationProblems: host.configurationProblems, stations }));
    },
  },
];
