import type { JsonObject } from '../core/json.ts';

const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;
const flag = { type: 'boolean' } as const;
const nullableText = { type: ['string', 'null'] } as const;

function record(properties: JsonObject): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties) };
}

const block = record({
  cause: { ...text, description: 'Such as meterLost.' },
  since: { ...text, format: 'date-time' },
  info: { ...text, description: 'As the backend is told it.' },
  sentence: text,
  detail: { ...nullableText, description: 'What exactly is wrong; null when the sentence says it all.' },
  remedy: text,
  releasableBy: { enum: ['nobody', 'operator', 'manufacturer'] },
});

const meter = record({
  serial: text,
  publicKey: { ...nullableText, description: 'A SubjectPublicKeyInfo in hex; null when it has none now.' },
  clock: { enum: ['none', 'unset', 'informative', 'synchronised', 'relative'] },
  condition: { enum: ['good', 'failed'] },
  pagination: { ...whole, description: 'The number of its last record of a transaction.' },
  test: { ...flag, description: 'Nothing that it signs may be billed by.' },
  component: { ...record({ name: text, version: text, checksum: text }), type: ['object', 'null'] },
});

/** How calibration law stands at a station. */
export const eichrechtSchema: JsonObject = record({
  connectors: {
    type: 'array',
    items: record({
      evse: whole,
      applies: { ...flag, description: 'Whether calibration law applies there (eichrecht.mode).' },
      meter: { ...meter, type: ['object', 'null'], description: 'Null: it cannot be asked, or does not answer.' },
      undelivered: {
        ...whole,
        description: 'Messages with signed data that the backend did not take in all their attempts.',
      },
      blocks: { type: 'array', items: block, description: 'Why nobody may start; the oldest first.' },
    }),
  },
  archive: record({
    records: whole,
    undelivered: { ...whole, description: 'Not confirmed by the backend.' },
    capacity: whole,
    blocked: { enum: ['full', 'damaged', null] },
  }),
});
