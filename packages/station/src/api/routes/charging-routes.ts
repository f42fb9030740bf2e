import type { RateUnit } from '../../smartcharging/charging-profile.ts';
import { profileView, scheduleView } from '../charging-view.ts';
import { ok, refuse, type Reply } from '../refusals.ts';
import type { Route, RouteParameter, StationCall } from '../route.ts';
import { ref } from '../schemas.ts';
import { stationRoute } from './station-route.ts';

const longestHours = 168;

const evse: RouteParameter = {
  name: 'evse',
  in: 'query',
  description: 'Which EVSE; 0, or left out: the whole station.',
  schema: { type: 'integer', minimum: 0 },
};
const hours: RouteParameter = {
  name: 'hours',
  in: 'query',
  description: `How far to look (default 24, at most ${longestHours}).`,
  schema: { type: 'integer', minimum: 1, maximum: longestHours },
};
const unit: RouteParameter = {
  name: 'unit',
  in: 'query',
  description: 'In A per phase or in W; left out: as the profiles have it.',
  schema: { enum: ['A', 'W'] },
};

/** What a backend has installed, and what follows from it; only a backend changes it. */
export const chargingRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/charging-profiles',
    id: 'listChargingProfiles',
    tag: 'limits',
    summary: 'The charging profiles that are installed',
    access: 'viewer',
    responses: {
      200: { description: 'The newest last.', schema: { type: 'array', items: ref('ChargingProfile') } },
    },
    handle: ({ station }) => ok(station.charging.profiles.map(profileView)),
  }),
  stationRoute({
    method: 'GET',
    path: '/charging-schedule',
    id: 'getChargingSchedule',
    tag: 'limits',
    summary: 'What the charging profiles allow in the next hours, as GetCompositeSchedule tells it',
    access: 'viewer',
    parameters: [evse, hours, unit],
    responses: { 200: { description: 'The limits from now on.', schema: ref('ChargingSchedule') } },
    handle: schedule,
  }),
];

function schedule({ station, query }: StationCall): Reply {
  const wanted = { evse: query('evse') ?? '0', hours: query('hours') ?? '24', unit: query('unit') ?? null };
  if (!/^\d{1,4}$/.test(wanted.evse)) return refuse('api.badRequest', '"evse" is a whole number.');
  const span = Number(wanted.hours);
  if (!/^\d{1,3}$/.test(wanted.hours) || span < 1 || span > longestHours) {
    return refuse('api.badRequest', `"hours" is a whole number from 1 to ${longestHours}.`);
  }
  if (wanted.unit !== null && !isUnit(wanted.unit)) return refuse('api.badRequest', '"unit" is A or W.');
  const found = station.charging.composite({
    evse: Number(wanted.evse),
    durationSeconds: span * 3_600,
    unit: wanted.unit,
  });
  if (found === null) return refuse('api.badRequest', `There is no EVSE ${wanted.evse}, or no schedule in this unit.`);
  return ok(scheduleView(Number(wanted.evse), found));
}

function isUnit(text: string): text is RateUnit {
  return text === 'A' || text === 'W';
}
