import type { JsonObject } from '../core/json.ts';

const when = { type: ['integer', 'null'], description: 'Not before (ms since 1970); null: at once.' } as const;

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
        phase: { type: 'string' },
        status: { type: ['string', 'null'], description: 'What the backend was last told.' },
        sinceMs: { type: 'integer', description: 'Milliseconds since 1970.' },
        retrieveMs: when,
        installMs: when,
        failedDownloads: { type: 'integer' },
        problem: { type: ['string', 'null'], description: 'Why it failed.' },
      },
      required: [
        'kind',
        'requestId',
        'phase',
        'status',
        'sinceMs',
        'retrieveMs',
        'installMs',
        'failedDownloads',
        'problem',
      ],
    },
  },
  required: ['version', 'slot', 'simulated', 'onTrial', 'update'],
};
