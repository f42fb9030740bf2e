import { object, optional, text } from '../../drivers/shape.ts';
import { ok } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { Route } from '../route.ts';
import { stationRoute } from './station-route.ts';

/** Longer than any chain that a station takes. */
const longestPem = 50_000;
const longestName = 64;
const requestShape = object({ commonName: optional(text(1, 255)), organization: optional(text(0, 255)) });
const installShape = object({ pem: text(1, longestPem) });

const words = { type: 'string' } as const;

/** The station's own certificate, for people who have it signed themselves (S-07…S-09). */
export const ownCertificateRoutes: readonly Route[] = [
  stationRoute({
    method: 'POST',
    path: '/certificates/csr',
    id: 'requestCertificate',
    tag: 'stations',
    summary: 'Make a key and a request for a certificate (CSR)',
    description:
      'The key stays on the device. What is left out is taken from the station: its serial number, and security.cpoName. The keys of the last four requests are kept.',
    access: 'manufacturer',
    requestBody: {
      type: 'object',
      properties: {
        commonName: { ...words, minLength: 1, maxLength: longestName },
        organization: { ...words, maxLength: longestName, description: 'Empty: none.' },
      },
    },
    responses: {
      200: {
        description: 'The request; its key is on disk.',
        schema: {
          type: 'object',
          properties: { pem: { ...words, description: 'PKCS #10, PEM.' } },
          required: ['pem'],
        },
      },
    },
    handle: async ({ station, body }) => {
      const checked = checkBody(requestShape, body);
      if (!checked.ok) return checked.reply;
      return ok({ pem: await station.device.certificate.request(checked.value) });
    },
  }),
  stationRoute({
    method: 'PUT',
    path: '/certificates/own',
    id: 'installOwnCertificate',
    tag: 'stations',
    summary: "Install the station's own certificate with its chain",
    description:
      'PEM, in any order, for a key of this station; checked as CertificateSigned of a backend is. The link logs in with it next, and goes back to the one before when the backend refuses it three times.',
    access: 'manufacturer',
    requestBody: {
      type: 'object',
      properties: { pem: { ...words, minLength: 1, maxLength: longestPem } },
      required: ['pem'],
    },
    responses: {
      200: {
        description: 'It is on disk; `installed` is false when it was in use before.',
        schema: { type: 'object', properties: { installed: { type: 'boolean' } }, required: ['installed'] },
      },
    },
    handle: async ({ station, body }) => {
      const checked = checkBody(installShape, body);
      if (!checked.ok) return checked.reply;
      return ok({ installed: await station.device.certificate.install(checked.value.pem) });
    },
  }),
];
