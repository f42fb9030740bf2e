import type { JsonObject } from '../../core/json.ts';

/** The names of the schemas of this file. */
export type AccessSchemaName = 'Session' | 'User' | 'ApiToken' | 'FreshSecret' | 'Https' | 'Commissioning';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const role = { enum: ['viewer', 'operator', 'manufacturer'] } as const;

/** What is told of people, programs and sign-ins. */
export const accessSchemas: Readonly<Record<AccessSchemaName, JsonObject>> = {
  Session: {
    type: 'object',
    properties: {
      signedIn: flag,
      user: { type: ['string', 'null'] },
      role: { enum: [...role.enum, null] },
      mustChangePassword: { ...flag, description: 'Nothing else is possible before PUT /api/v1/session/password.' },
      csrf: { type: ['string', 'null'], description: 'What each change sends as X-Kerbside-Csrf.' },
      expiresInSeconds: { type: ['integer', 'null'], description: 'If nothing more is asked.' },
      commissioning: {
        type: 'object',
        properties: { open: flag, remainingSeconds: { type: ['integer', 'null'] } },
        required: ['open', 'remainingSeconds'],
      },
    },
    required: ['signedIn', 'user', 'role', 'mustChangePassword', 'csrf', 'expiresInSeconds', 'commissioning'],
  },
  Commissioning: {
    type: 'object',
    description: 'The access of somebody who sets a new device up.',
    properties: { open: flag, remainingSeconds: { type: ['integer', 'null'] } },
    required: ['open', 'remainingSeconds'],
  },
  Https: {
    type: 'object',
    properties: {
      on: { ...flag, description: 'The page is served over HTTPS (api.tls).' },
      origin: { enum: ['made', 'uploaded', null] },
      certificate: {
        type: ['object', 'null'],
        properties: {
          subject: text,
          issuer: text,
          validFromMs: { type: 'integer' },
          validToMs: { type: 'integer' },
          names: { type: 'array', items: text },
          selfSigned: flag,
          fingerprint: { ...text, description: 'SHA-256; compare it with what the browser shows.' },
        },
      },
      problems: { type: 'array', items: text, description: 'In the language of who asks.' },
    },
    required: ['on', 'origin', 'certificate', 'problems'],
  },
  User: {
    type: 'object',
    properties: { name: text, role, mustChange: flag, changedMs: { type: 'integer' } },
    required: ['name', 'role', 'mustChange', 'changedMs'],
  },
  ApiToken: {
    type: 'object',
    properties: { id: text, name: text, role, createdMs: { type: 'integer' } },
    required: ['id', 'name', 'role', 'createdMs'],
  },
  FreshSecret: {
    type: 'object',
    description: 'A password or a token, told once.',
    properties: { name: text, id: text, password: text, token: text },
    required: ['name'],
  },
};
