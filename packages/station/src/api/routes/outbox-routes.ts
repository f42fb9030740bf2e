import { boolean, object, optional } from '../../drivers/shape.ts';
import { ok, refuse, type Reply } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { Route, RouteParameter, StationCall } from '../route.ts';
import { ref, type JsonSchema } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const deleteShape = object({ confirm: optional(boolean()) });

const whole = { type: 'integer' } as const;
const nullableWall = { type: ['integer', 'null'], description: 'Milliseconds since 1970.' } as const;

const number: RouteParameter = {
  name: 'seq',
  in: 'path',
  description: 'The number of the message: `seq` in the list.',
  schema: { type: 'integer', minimum: 0 },
};

const outbox: JsonSchema = {
  type: 'object',
  properties: {
    inFlight: {
      type: ['object', 'null'],
      description: 'The message whose answer is awaited.',
      properties: { action: { type: 'string' }, ageMs: { type: 'number' }, id: { type: 'string' } },
      required: ['action', 'ageMs', 'id'],
    },
    waiting: {
      type: 'object',
      description: 'By class; state lives in memory, the others are on disk.',
      properties: { transaction: whole, event: whole, state: whole },
      required: ['transaction', 'event', 'state'],
    },
    waitingByAction: { type: 'object', additionalProperties: whole },
    parked: { ...whole, description: 'What the backend did not take in all attempts.' },
    bytes: { ...whole, description: 'What the waiting messages take on disk.' },
    bound: { ...whole, description: 'The most that may wait (traffic.queueSize).' },
    nextRetryMs: nullableWall,
    attempts: { ...whole, description: 'How often the first message failed.' },
    lastError: { type: ['string', 'null'] },
    oldestMs: { ...nullableWall, description: 'When the oldest that waits happened (ms since 1970).' },
    storeBlocked: { type: 'boolean', description: 'Nothing is sent, because answers cannot be recorded.' },
    overflow: { type: 'boolean' },
    counters: { type: 'object', additionalProperties: whole, description: 'Since the start of the process.' },
  },
  required: [
    'inFlight',
    'waiting',
    'waitingByAction',
    'parked',
    'bytes',
    'bound',
    'nextRetryMs',
    'attempts',
    'lastError',
    'oldestMs',
    'storeBlocked',
    'overflow',
    'counters',
  ],
};

/** The queue of facts for the backend, and what the backend did not take. */
export const outboxRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/outbox',
    id: 'getOutbox',
    tag: 'outbox',
    summary: 'What waits for the backend',
    access: 'viewer',
    responses: { 200: { description: 'The queue at this moment.', schema: outbox } },
    handle: async ({ station }) => ok(toJson(await station.device.outbox.view())),
  }),
  stationRoute({
    method: 'GET',
    path: '/outbox/dead-letters',
    id: 'listDeadLetters',
    tag: 'outbox',
    summary: 'Messages that the backend did not take in all attempts, with the last refusal',
    description: 'They hold identifiers of cards.',
    access: 'operator',
    responses: {
      200: { description: 'In the order in which they happened.', schema: { type: 'array', items: ref('DeadLetter') } },
    },
    handle: async ({ station }) => ok(toJson(await station.deadLetters())),
  }),
  stationRoute({
    method: 'POST',
    path: '/outbox/dead-letters/resend',
    id: 'resendDeadLetters',
    tag: 'outbox',
    summary: 'Try all dead letters again',
    access: 'operator',
    responses: { 202: { description: 'Each is tried once, as soon as nothing else waits.', schema: ref('Done') } },
    handle: ({ station }) => {
      station.resendParked();
      return ok({ done: true }, 202);
    },
  }),
  stationRoute({
    method: 'POST',
    path: '/outbox/dead-letters/{seq}/resend',
    id: 'resendDeadLetter',
    tag: 'outbox',
    summary: 'Try one dead letter again',
    description: 'What cannot be sent before the beginning of its transaction waits for that, which is then tried.',
    access: 'operator',
    parameters: [number],
    responses: { 202: { description: 'It is tried once, as soon as nothing else waits.', schema: ref('Done') } },
    handle: (call) =>
      withNumber(call, (seq) => {
        call.station.device.outbox.resend(seq);
        return ok({ done: true }, 202);
      }),
  }),
  stationRoute({
    method: 'DELETE',
    path: '/outbox/dead-letters/{seq}',
    id: 'deleteDeadLetter',
    tag: 'outbox',
    summary: 'Delete one dead letter for ever',
    description:
      'With the beginning of a transaction all of it goes. What a transaction cannot be billed without goes only with `confirm`, and stands in the logbook; signed meter data never go.',
    access: 'operator',
    parameters: [number],
    requestBody: { type: 'object', properties: { confirm: { type: 'boolean', default: false } } },
    responses: {
      200: {
        description: 'It is gone, with what cannot be delivered without it.',
        schema: { type: 'object', properties: { deleted: whole }, required: ['deleted'] },
      },
    },
    handle: (call) =>
      withNumber(call, async (seq) => {
        const checked = checkBody(deleteShape, call.body);
        if (!checked.ok) return checked.reply;
        const { confirm = false } = checked.value;
        const { who, role } = call;
        return ok({ deleted: await call.station.device.outbox.delete(seq, confirm, { who, role }) });
      }),
  }),
];

function withNumber(call: StationCall, handle: (seq: number) => Reply | Promise<Reply>): Reply | Promise<Reply> {
  const text = call.path('seq');
  if (!/^\d{1,15}$/.test(text)) return refuse('api.badRequest', `"${text}" is not the number of a message.`);
  return handle(Number(text));
}
