import type { JsonObject } from '../core/json.ts';

const when = { type: ['integer', 'null'], description: 'Not before (ms since 1970); null: at once.' } as const;

const sentence = {
  type: ['object', 'null'],
  properties: { en: { type: 'string' }, de: { type: 'string' } },
  required: ['en', 'de'],
} as const;

/** The firmware of a station, as OpenAPI tells it. */
export const firmwareSchema: JsonObject = {
  type: 'object',
  properties: {
    version: { type: 'string', description: "'' when nobody tells it." },
    slot: { type: ['string', 'null'], description: 'Null where nothing installs firmware.' },
    simulated: { type: 'boolean', description: 'The slots are simulated: nothing is really installed.' },
    onTrial: { type: 'boolean', description: 'It goes back unless it reaches its backend.' },
    update: {
      type: ['object', 'null'],
      description: 'The update under way, or the last one; without its address and signature.',
      properties: {
        kind: { enum: ['plain', 'signed'] },
        requestId: { type: ['integer', 'null'] },
        by: { type: ['string', 'null'], description: 'Who brought it to the station; null: a backend ordered it.' },
        phase: { type: 'string' },
        status: { type: ['string', 'null'], description: 'How it went last, in the words of OCPP.' },
        sinceMs: { type: 'integer', description: 'Milliseconds since 1970.' },
        retrieveMs: when,
        installMs: when,
        failedDownloads: { type: 'integer' },
        problem: { type: ['string', 'null'], description: 'Why it failed.' },
      },
      required: [
        'kind',
        'requestId',
        'by',
        'phase',
        'status',
        'sinceMs',
        'retrieveMs',
        'installMs',
        'failedDownloads',
        'problem',
      ],
    },
    upload: {
      anyOf: [{ $ref: '#/components/schemas/FirmwareUpload' }, { type: 'null' }],
      description: 'What a person brings or has brought, and is not installed.',
    },
    uploadRefusal: { ...sentence, description: 'Why nothing can be uploaded now; null when it can.' },
  },
  required: ['version', 'slot', 'simulated', 'onTrial', 'update', 'upload', 'uploadRefusal'],
};

/** Firmware that a person brought, as OpenAPI tells it. */
export const firmwareUploadSchema: JsonObject = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    state: { enum: ['receiving', 'kept'] },
    received: { type: 'integer', description: 'Bytes that have come.' },
    size: { type: ['integer', 'null'], description: 'All bytes; null: nobody said.' },
    sha256: { type: ['string', 'null'], description: 'Hexadecimal; null while it comes.' },
    publisher: { type: ['string', 'null'], description: 'Whom its certificate names; counts when it is verified.' },
    version: { type: ['string', 'null'], description: 'As the image says it.' },
    verified: { type: 'boolean', description: 'Signed by a certificate that the manufacturer vouches for.' },
    refusal: { ...sentence, description: 'Why it cannot be installed now; null when it can.' },
  },
  required: ['id', 'state', 'received', 'size', 'sha256', 'publisher', 'version', 'verified', 'refusal'],
};
