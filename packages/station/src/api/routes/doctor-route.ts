import { doctorSteps } from '../../doctor/doctor-report.ts';
import { boolean, object, optional } from '../../drivers/shape.ts';
import { ok } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { Route } from '../route.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const doctorShape = object({ disconnect: optional(boolean()) });

const text = { type: 'string' } as const;
const nullableText = { type: ['string', 'null'] } as const;
const verdict = { enum: ['ok', 'warning', 'failed', 'skipped'] } as const;

const step = {
  type: 'object',
  properties: {
    step: { enum: [...doctorSteps] },
    verdict,
    durationMs: { type: ['number', 'null'] },
    text: { ...text, description: 'What was found, in a sentence for people.' },
    remedy: { ...nullableText, description: 'What to do; null when there is nothing to do.' },
    technical: { ...text, description: 'One line to copy, without secrets.' },
    certificates: {
      type: 'array',
      items: { type: 'object' },
      description: 'The chain that the server sent, leaf first.',
    },
  },
  required: ['step', 'verdict', 'durationMs', 'text', 'remedy', 'technical'],
} as const;

const report = {
  type: 'object',
  properties: {
    station: nullableText,
    mode: {
      enum: ['alone', 'watched', 'besideLink'],
      description:
        'watched: an attempt of the station was watched. besideLink: its link stayed open and tells the last steps.',
    },
    address: {
      type: 'object',
      properties: { url: nullableText, parts: { type: 'array', items: { type: 'object' } } },
      required: ['url', 'parts'],
    },
    verdict,
    steps: { type: 'array', items: step },
    silence: { $ref: '#/components/schemas/LinkSilence' },
    notes: { type: 'array', items: text },
  },
  required: ['station', 'mode', 'address', 'verdict', 'steps', 'silence', 'notes'],
} as const;

/** The look at the way of a station to its backend. */
export const doctorRoutes: readonly Route[] = [
  stationRoute({
    method: 'POST',
    path: '/doctor',
    id: 'doctor',
    tag: 'stations',
    summary: 'Look at every step of the way to the backend',
    description:
      'An open link is left alone, unless `disconnect` makes it connect anew. A station that is not connected tries at once. May take as long as two attempts and an answer.',
    access: 'operator',
    requestBody: { type: 'object', properties: { disconnect: { type: 'boolean', default: false } } },
    responses: { 200: { description: 'What was found, whatever the outcome.', schema: report } },
    handle: async ({ station, body }) => {
      const checked = checkBody(doctorShape, body);
      if (!checked.ok) return checked.reply;
      return ok(toJson(await station.doctor({ disconnect: checked.value.disconnect ?? false })));
    },
  }),
];
