import { actingRole } from '../acting-role.ts';
import { integer, object, text } from '../../drivers/shape.ts';
import { ok, refuse, type Reply } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { Route } from '../route.ts';
import { ref } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const longestReason = 500;
const evse = integer(0, 1_000);
const reason = text(3, longestReason);
const releaseShape = object({ evse, cause: text(1, 40), reason });
const commissionShape = object({ evse: integer(1, 1_000), reason });

const reasonSchema = {
  type: 'string',
  minLength: 3,
  maxLength: longestReason,
  description: 'Why; it stands in the legal logbook for ever, with who did it.',
} as const;
/** Refuses a reason that says nothing. */
function unsaid(said: string): Reply | null {
  return said.trim().length >= 3 ? null : refuse('api.badRequest', 'reason has to say why, in at least 3 characters.');
}

const done = { 200: { description: 'It is on disk, with its entry in the legal logbook.', schema: ref('Done') } };

/** Calibration law: how it stands, and what people on site may do about a block (eichrecht.md E-06, E-11, E-13). */
export const eichrechtRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/eichrecht',
    id: 'getEichrecht',
    tag: 'stations',
    summary: 'How calibration law stands: the meters, what blocks which connector, the archive of signed records',
    access: 'viewer',
    responses: { 200: { description: 'The meters were asked for it.', schema: ref('Eichrecht') } },
    handle: async ({ station }) => ok(toJson(await station.eichrecht.view())),
  }),
  stationRoute({
    method: 'POST',
    path: '/eichrecht/release',
    id: 'releaseBlock',
    tag: 'stations',
    summary: 'Release a connector that calibration law blocks, where that is allowed',
    description:
      'Which cause may be released by whom is said by GET. A release holds for what there is of the cause now: more of it blocks again.',
    access: 'operator',
    requestBody: {
      type: 'object',
      properties: {
        evse: { type: 'integer', minimum: 0, description: '0: the whole station.' },
        cause: { type: 'string', description: 'Such as undelivered.' },
        reason: reasonSchema,
      },
      required: ['evse', 'cause', 'reason'],
    },
    responses: done,
    handle: async ({ station, body, role, who }) => {
      const checked = checkBody(releaseShape, body);
      if (!checked.ok) return checked.reply;
      const refusal = unsaid(checked.value.reason);
      if (refusal !== null) return refusal;
      await station.eichrecht.release(checked.value, { role: actingRole(role), who });
      return ok({ done: true });
    },
  }),
  stationRoute({
    method: 'POST',
    path: '/eichrecht/commission',
    id: 'commissionMeter',
    tag: 'stations',
    summary: 'Accept the meter of a connector as it is now: its serial number, its key, its signing component',
    access: 'manufacturer',
    requestBody: {
      type: 'object',
      properties: { evse: { type: 'integer', minimum: 1 }, reason: reasonSchema },
      required: ['evse', 'reason'],
    },
    responses: done,
    handle: async ({ station, body, role, who }) => {
      const checked = checkBody(commissionShape, body);
      if (!checked.ok) return checked.reply;
      const refusal = unsaid(checked.value.reason);
      if (refusal !== null) return refusal;
      await station.eichrecht.commission(checked.value, { role: actingRole(role), who });
      return ok({ done: true });
    },
  }),
];
