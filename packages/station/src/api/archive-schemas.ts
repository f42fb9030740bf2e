import type { JsonObject } from '../core/json.ts';

const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;
const flag = { type: 'boolean' } as const;
const nullableText = { type: ['string', 'null'] } as const;
const time = { type: 'string', description: 'ISO 8601, UTC.' } as const;
const next = {
  type: ['integer', 'null'],
  description: 'What to give as `before` for the page after this one; null at the end.',
} as const;

const session = {
  number: { ...whole, description: 'Counts the sessions of the station.' },
  transaction: { ...text, description: 'The key of the transaction in this station.' },
  transactionId: { ...nullableText, description: 'The id that the backend gave it; null while unknown.' },
  evse: whole,
  connector: whole,
  idToken: { ...text, description: 'The card, whole: the session is billed by it.' },
  stopIdToken: nullableText,
  startedAt: time,
  endedAt: time,
  meterStartWh: whole,
  meterStopWh: whole,
  energyWh: whole,
  reason: { ...text, description: 'Why it ended.' },
  offline: { ...flag, description: 'It ended without a backend.' },
  billing: { enum: ['signed', 'unsigned', 'unbillable'] },
  free: { ...flag, description: 'It was free of charge.' },
  problem: { ...nullableText, description: 'Why it is unbillable.' },
  state: {
    enum: ['waiting', 'delivered', 'givenUp', 'kept'],
    description: 'Whether the backend has confirmed its end; kept: it is told to no backend.',
  },
  meterSerial: nullableText,
  test: { ...flag, description: 'The meter is for tests only.' },
  records: { ...whole, description: 'How many signed records there are of it.' },
} as const;

const signedRecord = {
  number: { ...whole, description: 'Counts the signed records of the station.' },
  context: text,
  encoding: { ...text, description: 'Such as OCMF.' },
  method: text,
  data: { ...text, description: 'Exactly as the meter gave it.' },
  publicKey: text,
  pagination: { ...text, description: 'The number that the meter gave it, such as T12; may be empty.' },
  meterSerial: text,
  test: flag,
  state: { enum: ['waiting', 'delivered', 'kept'] },
  at: time,
} as const;

const entry = {
  number: { ...whole, description: 'Counts from 1 without a gap.' },
  at: time,
  estimated: { ...flag, description: 'The clock was not set then.' },
  kind: text,
  evse: { ...whole, description: '0: the whole station.' },
  by: { ...text, description: 'station, operator or manufacturer.' },
  text,
  detail: nullableText,
} as const;

const gap = {
  evse: whole,
  meterSerial: text,
  from: { ...text, description: 'The first missing one, as the meter writes it.' },
  to: text,
} as const;

function all(properties: JsonObject): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** What the schemas here are called. */
export type ArchiveSchemaName = 'Sessions' | 'SessionWithRecords' | 'RecordCheck' | 'Logbook';

/** The schemas of sessions, signed records and the legal logbook. */
export const archiveSchemas: Readonly<Record<ArchiveSchemaName, JsonObject>> = {
  Sessions: all({ sessions: { type: 'array', items: all(session) }, next }),
  SessionWithRecords: all({ ...session, signedRecords: { type: 'array', items: all(signedRecord) } }),
  RecordCheck: all({
    records: { ...whole, description: 'How many were checked.' },
    problems: { type: 'array', items: text },
    gaps: { type: 'array', items: all(gap) },
  }),
  Logbook: all({ entries: { type: 'array', items: all(entry) }, next }),
};
