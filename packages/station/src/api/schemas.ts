import type { JsonObject } from '../core/json.ts';

/** A schema as OpenAPI 3.1 takes it (JSON Schema 2020-12). */
export type JsonSchema = JsonObject;

/** The schemas that stand under a name in the document, those that follow from the catalogue aside. */
export type SchemaName =
  | 'Error'
  | 'Health'
  | 'Readiness'
  | 'ProcessStatus'
  | 'LinkState'
  | 'LinkSilence'
  | 'Outbox'
  | 'DeadLetter'
  | 'StationStatus'
  | 'Done';

/** Points to a named schema of the document. */
export function ref(name: SchemaName): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;
const flag = { type: 'boolean' } as const;
const wallMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
const nullableText = { type: ['string', 'null'] } as const;

function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/** All named fields are always there, others may be. */
function record(properties: JsonObject, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}

const evseTransaction = {
  ...record({
    key: text,
    backendId: { ...nullableText, description: "The backend's id; null while its answer is not here." },
    startedMs: wallMs,
    meterStartWh: { type: 'number' },
    lastWh: { type: 'number' },
    stage: text,
  }),
  type: ['object', 'null'],
} as const;

const evse = record({
  id: whole,
  status: text,
  errorCode: text,
  info: nullableText,
  pilot: text,
  plugged: flag,
  contactor: { enum: ['open', 'closed'] },
  phase: text,
  limitMilliamps: whole,
  transaction: evseTransaction,
});

const outboxCounters = [
  'enqueued',
  'transmitted',
  'delivered',
  'refused',
  'unanswered',
  'cut',
  'parked',
  'dropped',
  'thinned',
];

/** The named schemas of the API, by hand where the type has no row of a table behind it. */
export const schemas: Readonly<Record<SchemaName, JsonSchema>> = {
  Error: record({
    error: record({
      code: { ...text, description: 'Stable; docs/errors.md lists them.' },
      message: { ...text, description: 'What happened.' },
      remedy: { ...text, description: 'What to do.' },
    }),
  }),
  Health: record({ status: { enum: ['ok'] }, version: text }),
  Readiness: record({ ready: flag, reasons: list(text) }),
  ProcessStatus: record({
    version: text,
    configurationProblems: list(text),
    stations: list(record({ name: text, ready: flag, simulated: flag, link: text, registration: text })),
  }),
  LinkSilence: {
    ...record({
      seconds: whole,
      noticed: { enum: ['closed', 'unanswered'] },
      losses: whole,
      of: whole,
      advisedPingSeconds: whole,
      text,
      remedy: text,
    }),
    type: ['object', 'null'],
    description: 'The silence that the link does not survive, as its last losses show; null while there is no pattern.',
  },
  LinkState: {
    ...record({
      kind: { enum: ['disabled', 'waitingForBearer', 'connecting', 'open', 'backingOff'] },
      sinceMs: wallMs,
      reason: text,
    }),
    description: 'Further fields by kind: stage, attempt, url, subProtocol, nextDueMs.',
  },
  Outbox: record({
    waiting: whole,
    waitingByFact: { type: 'object', additionalProperties: whole },
    parked: whole,
    inFlight: { type: ['object', 'null'] },
    head: { type: ['object', 'null'] },
    nextDueInMs: { type: ['number', 'null'] },
    storeBlocked: flag,
    overflow: flag,
    counters: record(Object.fromEntries(outboxCounters.map((name) => [name, whole]))),
  }),
  DeadLetter: record({
    seq: whole,
    transaction: nullableText,
    fact: { type: ['object', 'null'] },
    parkedAtMs: wallMs,
    failed: whole,
    lastError: text,
  }),
  StationStatus: record({
    name: text,
    identity: text,
    simulated: flag,
    vendor: text,
    model: text,
    startedMs: wallMs,
    notReady: list(text),
    link: { $ref: '#/components/schemas/LinkState' },
    silence: { $ref: '#/components/schemas/LinkSilence' },
    bearer: record({
      name: { enum: ['ethernet', 'wlan', 'gsm', 'other', 'loopback', 'system', 'none'] },
      interface: nullableText,
      address: nullableText,
      reason: text,
      policyRouting: text,
    }),
    registration: { enum: ['none', 'pending', 'rejected', 'accepted'] },
    clock: record({ nowMs: wallMs, source: { enum: ['none', 'system', 'backend'] } }),
    store: record({ health: text, problem: text }),
    blocked: { ...nullableText, description: 'Why no transaction can be started; null when one can.' },
    evses: list(evse),
    outbox: { $ref: '#/components/schemas/Outbox' },
    problems: list(record({ atMs: wallMs, text })),
  }),
  Done: record({ done: { const: true } }),
};
