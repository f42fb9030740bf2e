import { object, oneOf, optional, text } from '../../drivers/shape.ts';
import { languageOf } from '../language.ts';
import { ok, refuse } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { Route, StationCall } from '../route.ts';
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

const certificates = {
  type: 'object',
  properties: {
    own: { $ref: '#/components/schemas/OwnCertificate' },
    awaited: { ...flag, description: 'A backend was asked for a certificate, and it is not there yet.' },
    roots: { type: 'array', items: root, description: 'The oldest first.' },
    problems: {
      type: 'array',
      items: words,
      description: 'What is wrong or ends within 30 days, in the language that was asked for.',
    },
  },
  required: ['own', 'awaited', 'roots', 'problems'],
} as const;

/** The root certificates of a station, as people on site see and change them (S-11…S-13). */
export const certificateRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/certificates',
    id: 'listCertificates',
    tag: 'stations',
    summary: "The station's own certificate, the installed roots, and what is wrong with them",
    access: 'viewer',
    responses: { 200: { description: 'As they are now.', schema: certificates } },
    handle: (call) => {
      const { certificates: local, device } = call.station;
      const { certificate: own, certificateAwaited: awaited } = call.station.status().security;
      const language = languageOf(call);
      const problems = device.certificate.problems().map((problem) => problem[language]);
      return ok({ own: toJson(own), awaited, roots: toJson(local.list()), problems });
    },
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
    handle: async ({ station, body, role: asks }) => {
      const checked = checkBody(installShape, body);
      if (!checked.ok) return checked.reply;
      const { kind = 'centralSystem', certificate } = checked.value;
      if (kind === 'manufacturer' && asks !== 'manufacturer') return makersOnly;
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
    handle: async (call) => {
      const { station, body } = call;
      const checked = checkBody(deleteShape, body);
      if (!checked.ok) return checked.reply;
      if (namesMakersRoot(call, checked.value.fingerprint)) return makersOnly;
      await station.certificates.delete(checked.value.fingerprint);
      return ok({ deleted: true });
    },
  }),
];

/** Whoever can change them decides which firmware runs. */
const makersOnly = refuse('api.forbidden', 'The roots of firmware are changed by manufacturers only.');

function namesMakersRoot({ station, role }: StationCall, fingerprint: string): boolean {
  const digits = (written: string): string => written.replaceAll(/[^0-9a-f]/giu, '').toUpperCase();
  const isNamed = (other: string): boolean => digits(other).startsWith(digits(fingerprint));
  if (role === 'manufacturer') return false;
  return station.certificates.list().some((each) => each.kind === 'manufacturer' && isNamed(each.fingerprint));
}
