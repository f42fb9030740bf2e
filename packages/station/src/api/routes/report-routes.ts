import type { Json } from '../../core/json.ts';
import { diffWithFactory } from '../parameter-diff.ts';
import { ok } from '../refusals.ts';
import type { Route, StationCall } from '../route.ts';
import type { JsonSchema } from '../schemas.ts';
import { securityFindings, type SecurityFinding } from '../security-check.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const text = { type: 'string' } as const;
const localized: JsonSchema = { type: 'object', properties: { en: text, de: text }, required: ['en', 'de'] };

const findings: JsonSchema = {
  type: 'array',
  description: 'The worst first.',
  items: {
    type: 'object',
    properties: {
      id: text,
      level: { enum: ['ok', 'notice', 'warning', 'danger'] },
      text: localized,
      remedy: localized,
      parameter: { type: ['string', 'null'], description: 'Where it is set.' },
    },
    required: ['id', 'level', 'text', 'remedy', 'parameter'],
  },
};

const report: JsonSchema = {
  type: 'object',
  description: 'What whoever set the station up hands over.',
  properties: {
    madeMs: { type: 'integer', description: 'Milliseconds since 1970.' },
    madeBy: text,
    version: text,
    station: { type: 'object' },
    backend: { type: 'object' },
    connectors: { type: 'array', items: { type: 'object' } },
    changed: { type: 'array', items: { $ref: '#/components/schemas/Difference' } },
    security: findings,
    problems: { type: 'array', items: { type: 'object' } },
  },
  required: ['madeMs', 'madeBy', 'version', 'station', 'backend', 'connectors', 'changed', 'security', 'problems'],
};

/** What was looked at, and what is handed over. */
export const reportRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/security-check',
    id: 'checkSecurity',
    tag: 'security',
    summary: 'What could let strangers in or energy out',
    access: 'operator',
    responses: {
      200: {
        description: 'What was found.',
        schema: { type: 'object', properties: { findings }, required: ['findings'] },
      },
    },
    handle: (call) => ok(toJson({ findings: findingsOf(call) })),
  }),
  stationRoute({
    method: 'GET',
    path: '/report',
    id: 'commissioningReport',
    tag: 'stations',
    summary: 'The commissioning report: what was set up, and how it stands',
    access: 'operator',
    responses: { 200: { description: 'The report.', schema: report } },
    handle: (call) => ok(reportOf(call)),
  }),
];

function findingsOf({ station, access }: StationCall): readonly SecurityFinding[] {
  const status = station.status();
  const accounts = access.accounts?.users ?? null;
  return securityFindings({
    parameters: station.parameters,
    status,
    untouchedAccounts: accounts?.filter(({ mustChange }) => mustChange).map(({ name }) => name) ?? null,
    nowMs: status.clock.nowMs,
  });
}

function reportOf(call: StationCall): Json {
  const { station, host, role, who } = call;
  const status = station.status();
  const { parameters } = station;
  return toJson({
    madeMs: status.clock.nowMs,
    madeBy: who,
    version: host.version,
    station: {
      name: status.name,
      identity: status.identity,
      simulated: status.simulated,
      vendor: parameters.get('station.vendor') || status.vendor,
      model: parameters.get('station.model') || status.model,
      serialNumber: parameters.get('station.serialNumber'),
      firmware: status.firmware.version,
      clock: status.clock.source,
    },
    backend: {
      url: 'url' in status.link ? status.link.url : null,
      link: status.link.kind,
      registration: status.registration,
      profile: status.security.profile,
    },
    connectors: status.evses.map(({ id, status: shown, errorCode, limitMilliamps, limitPhases, limitSource }) => {
      return { id, status: shown, errorCode, limitMilliamps, limitPhases, limitSource };
    }),
    changed: diffWithFactory(parameters, role),
    security: findingsOf(call),
    problems: status.problems,
  });
}
