import { freeChargingModes } from '../authorization/free-charging.ts';
import type { JsonObject } from '../core/json.ts';
import { accessSchemas, type AccessSchemaName } from './access/access-schemas.ts';
import { archiveSchemas, type ArchiveSchemaName } from './archive-schemas.ts';
import { eichrechtSchema } from './eichrecht-schema.ts';
import { firmwareSchema, firmwareUploadSchema } from './firmware-schema.ts';

/** A schema as OpenAPI 3.1 takes it (JSON Schema 2020-12). */
export type JsonSchema = JsonObject;

/** The schemas that stand under a name in the document, those that follow from the catalogue aside. */
export type SchemaName =
  | 'Problem'
  | 'Messages'
  | 'Health'
  | 'Readiness'
  | 'ProcessStatus'
  | 'LinkState'
  | 'LinkSilence'
  | 'Outbox'
  | 'DeadLetter'
  | 'SecurityLog'
  | 'LocalList'
  | 'WhiteList'
  | 'ChargingProfile'
  | 'Reservation'
  | 'Firmware'
  | 'FirmwareUpload'
  | 'ChargingSchedule'
  | 'ExternalLimits'
  | 'ExternalLimitEntry'
  | 'Eichrecht'
  | 'OwnCertificate'
  | ArchiveSchemaName
  | AccessSchemaName
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

const stationCertificate = {
  ...record({
    subject: text,
    issuer: text,
    validFromMs: wallMs,
    validToMs: wallMs,
    fingerprint: { ...text, description: 'SHA-256, hexadecimal with colons.' },
    used: { ...flag, description: 'The link logs in with it (security profile 3).' },
    proven: { ...flag, description: 'A backend has let the station in with it.' },
  }),
} as const;

const evseTransaction = {
  ...record({
    key: text,
    backendId: { ...nullableText, description: "The backend's id; null while its answer is not here." },
    told: { ...flag, description: 'False: the backend is told nothing of it.' },
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
  limitPhases: { enum: [1, 2, 3], description: 'With how many phases it charges, or would.' },
  limitSource: { ...text, description: 'Who sets the limit, such as `TxProfile 42`.' },
  limitUntilMs: { type: ['integer', 'null'], description: 'Until when, in ms since 1970; null: until it is changed.' },
  reservation: {
    ...record({ id: whole, expiryMs: wallMs }),
    type: ['object', 'null'],
    description: 'For which reservation it is kept free.',
  },
  transaction: evseTransaction,
});

const chargingPeriods = list(
  record({
    startSeconds: { ...whole, description: 'After the start.' },
    limit: { type: 'number', description: 'A per phase, or W of all phases.' },
    phases: { type: ['integer', 'null'] },
  }),
);

const externalLimit = {
  limitW: { type: ['number', 'null'] },
  limitA: { type: ['number', 'null'], description: 'Per phase.' },
  until: { type: ['string', 'null'], format: 'date-time' },
} as const;

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
  Messages: record({
    epoch: { ...text, description: 'Differs from process to process; a `seq` means something only with it.' },
    oldest: { type: ['integer', 'null'] },
    newest: { type: ['integer', 'null'] },
    more: { ...flag, description: 'There is another page in this direction.' },
    messages: list(
      record({
        seq: whole,
        atMs: wallMs,
        station: text,
        direction: { enum: ['in', 'out'] },
        kind: { enum: ['call', 'callResult', 'callError', 'other', 'mishap'] },
        action: nullableText,
        id: text,
        text: { ...text, description: 'The frame, cut after 8,000 characters; of a mishap what happened.' },
        latencyMs: { type: ['number', 'null'], description: 'At an answer: how long after its CALL.' },
        connector: { type: ['integer', 'null'] },
        problem: nullableText,
        answerTo: { type: ['integer', 'null'], description: 'The `seq` of the CALL that is answered.' },
      }),
    ),
  }),
  Problem: record({
    type: { ...text, description: '`urn:kerbside:problem:` and the code.' },
    title: { ...text, description: 'What the code means, in the language that was asked for.' },
    status: whole,
    detail: { ...text, description: 'What happened in this case.' },
    code: { ...text, description: 'Stable; docs/errors.md lists them.' },
    remedy: { ...text, description: 'What to do, in the language that was asked for.' },
  }),
  ExternalLimits: record({
    enabled: { ...flag, description: 'Whether limits from outside are obeyed.' },
    api: { ...record(externalLimit), type: ['object', 'null'] },
    hardware: { ...record(externalLimit), type: ['object', 'null'] },
  }),
  ExternalLimitEntry: record({
    seq: whole,
    at: text,
    source: { enum: ['api', 'hardware'] },
    by: text,
    event: { enum: ['set', 'released', 'ended', 'failSafe'] },
    ...externalLimit,
    effective: { ...nullableText, description: 'Since when it was in effect at the hardware.' },
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
  ChargingProfile: record({
    id: whole,
    evse: { ...whole, description: '0: the whole station, or every EVSE.' },
    purpose: { enum: ['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'] },
    stackLevel: whole,
    kind: { enum: ['absolute', 'relative', 'daily', 'weekly'] },
    transaction: { ...nullableText, description: 'The key of the transaction that it is for.' },
    validFrom: nullableText,
    validTo: nullableText,
    accepted: text,
    start: {
      ...nullableText,
      description: 'When the schedule begins; null: when it was accepted, or with the transaction.',
    },
    durationSeconds: { type: ['integer', 'null'] },
    unit: { enum: ['A', 'W'] },
    periods: chargingPeriods,
  }),
  Firmware: firmwareSchema,
  FirmwareUpload: firmwareUploadSchema,
  Reservation: record({
    id: whole,
    evse: { ...whole, description: '0: any one.' },
    idTag: { ...text, description: 'Who may charge.' },
    parentIdTag: { ...nullableText, description: 'The group that may too.' },
    expiry: { ...text, format: 'date-time' },
  }),
  ChargingSchedule: record({
    evse: { ...whole, description: '0: the whole station.' },
    start: text,
    durationSeconds: whole,
    unit: { enum: ['A', 'W'] },
    periods: chargingPeriods,
  }),
  SecurityLog: record({
    count: { ...whole, description: 'How many entries there are in all.' },
    left: { ...whole, description: 'How many come after these.' },
    entries: list(
      record({
        number: { ...whole, description: 'Counts up; never used twice.' },
        type: { ...text, description: 'As OCPP names it.' },
        atMs: wallMs,
        estimated: { ...flag, description: 'The clock was not set then.' },
        detail: text,
        told: { ...flag, description: 'The backend confirmed the notification.' },
      }),
    ),
  }),
  LocalList: record({
    enabled: flag,
    version: { ...whole, description: '0 while nobody is listed.' },
    count: { ...whole, description: 'How many entries there are in all.' },
    entries: list(
      record({
        idToken: text,
        status: { enum: ['accepted', 'blocked', 'expired', 'invalid', 'concurrentTx'] },
        expiryMs: { type: ['integer', 'null'], description: 'Milliseconds since 1970; null: never.' },
        parentIdToken: nullableText,
      }),
    ),
  }),
  WhiteList: record(
    {
      count: whole,
      maxLength: { ...whole, description: 'The most entries (authorization.whiteListMaxLength).' },
      entries: list(
        record({
          idTag: text,
          note: text,
          expiry: { ...nullableText, format: 'date-time', description: 'Until when it counts; null: for ever.' },
        }),
      ),
    },
    ['entries'],
  ),
  Eichrecht: eichrechtSchema,
  OwnCertificate: { ...stationCertificate, type: ['object', 'null'] },
  ...archiveSchemas,
  ...accessSchemas,
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
    security: record({
      profile: { enum: [0, 1, 2, 3], description: 'The security profile of OCPP in force.' },
      certificate: { $ref: '#/components/schemas/OwnCertificate' },
      certificateAwaited: { ...flag, description: 'A certificate was asked for and is not there yet.' },
    }),
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
    freeCharging: {
      enum: [...freeChargingModes, null],
      description: 'The mode in which charging is free of charge; null: it is not.',
    },
    firmware: { $ref: '#/components/schemas/Firmware' },
    evses: list(evse),
    outbox: { $ref: '#/components/schemas/Outbox' },
    problems: list(record({ atMs: wallMs, text })),
  }),
  Done: record({ done: { const: true } }),
};
