import { object, oneOf, optional, text } from '../../drivers/shape.ts';
import { ok } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { Route } from '../route.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const kinds = ['centralSystem', 'manufacturer'] as const;
/** Longer than any root is. */
const longestPem = 20_000;
const installShape = object({ kind: optional(oneOf(kinds)), certificate: text(1, longestPem) });
const deleteShape = object({ fingerprint: text(1, 200) });

const words = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const wallMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;

const root = {
  type: 'object',
  properties: {
    kind: {
      enum: [...kinds],
      description: 'For which certificates it vouches: those of backends, or of the manufacturer.',
    },
    name: words,
    subject: words,
    issuer: words,
    validFromMs: wallMs,
    validToMs: wallMs,
    fingerprint: { ...words, description: 'SHA-256, hexadecimal with colons.' },
    installedMs: wallMs,
    replacing: { ...flag, description: 'It replaces the others as soon as a link was verified by it.' },
    inUse: { ...flag, description: 'The open link was verified by it.' },
  },
  required: [
    'kind',
    'name',
    'subject',
    'issuer',
    'validFromMs',
    'validToMs',
    'fingerprint',
    'installedMs',
    'replacing',
    'inUse',
  ],
} as const;

const roots = { type: 'object', properties: { roots: { type: 'array', items: root } }, required: ['roots'] } as const;

/** The root certificates of a station, as people on site see and change them (S-11…S-13). */
export const certificateRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/certificates',
    id: 'listCertificates',
    tag: 'stations',
    summary: 'The root certificates that are installed',
    access: 'viewer',
    responses: { 200: { description: 'The oldest first.', schema: roots } },
    handle: ({ station }) => ok({ roots: toJson(station.certificates.list()) }),
  }),
  stationRoute({
    method: 'POST',
    path: '/certificates',
    id: 'installCertificate',
    tag: 'stations',
    summary: 'Install a root certificate',
    description:
      'Exactly one certificate of an authority, PEM, valid now. It counts from the next connection on; where there is none, the station tries at once.',
    access: 'operator',
    requestBody: {
      type: 'object',
      properties: {
        kind: { enum: [...kinds], default: 'centralSystem' },
        certificate: { ...words, maxLength: longestPem },
      },
      required: ['certificate'],
    },
    responses: {
      200: {
        description: 'It is installed; `installed` is false when it was before.',
        schema: { type: 'object', properties: { installed: flag }, required: ['installed'] },
      },
    },
    handle: async ({ station, body }) => {
      const checked = checkBody(installShape, body);
      if (!checked.ok) return checked.reply;
      const { kind = 'centralSystem', certificate } = checked.value;
      return ok({ installed: await station.certificates.install(kind, certificate) });
    },
  }),
  stationRoute({
    method: 'POST',
    path: '/certificates/delete',
    id: 'deleteCertificate',
    tag: 'stations',
    summary: 'Delete an installed root certificate',
    description: 'The root that verified the open link, and the last one by which the backend can be verified, stay.',
    access: 'operator',
    requestBody: {
      type: 'object',
      properties: {
        fingerprint: { ...words, description: 'SHA-256, with or without colons; the first digits may do.' },
      },
      required: ['fingerprint'],
    },
    responses: {
      200: {
        description: 'It is deleted.',
        schema: { type: 'object', properties: { deleted: flag }, required: ['deleted'] },
      },
    },
    handle: async ({ station, body }) => {
      const checked = checkBody(deleteShape, body);
      if (!checked.ok) return checked.reply;
      await station.certificates.delete(checked.value.fingerprint);
      return ok({ deleted: true });
    },
  }),
];
