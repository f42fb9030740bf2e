import { KerbsideError } from '../../core/errors.ts';
import { object, text } from '../../drivers/shape.ts';
import { isLoopback } from '../host-header.ts';
import { languageOf } from '../language.ts';
import { ok, refuse, type Reply } from '../refusals.ts';
import { checkBody } from '../request-body.ts';
import type { ApiCall, Route } from '../route.ts';
import { apiBase } from '../route.ts';
import { ref } from '../schemas.ts';
import { plainAddress } from '../access/local-peer.ts';
import type { HttpsCertificate } from '../tls/https-certificate.ts';
import { toJson } from '../to-json.ts';

const upload = object({ certificate: text(1, 200_000), key: text(1, 50_000) });
const soonMs = 30 * 24 * 60 * 60_000;
const view = { 200: { description: 'What browsers are shown now.', schema: ref('Https') } } as const;

/** The certificate with which the page is served. */
export const tlsRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `${apiBase}/tls`,
    id: 'getTls',
    tag: 'access',
    summary: 'The certificate that browsers are shown',
    access: 'operator',
    responses: view,
    handle: (call) => ok(viewOf(call)),
  },
  {
    method: 'PUT',
    path: `${apiBase}/tls`,
    id: 'replaceTls',
    tag: 'access',
    summary: 'Serve the page with another certificate',
    description:
      'The certificates (PEM, the one of the device first, each signed by the next) and the private key of the first. It holds from the next connection on. Because of the key this is taken over HTTPS, from the machine itself, or over the local socket only.',
    access: 'manufacturer',
    requestBody: {
      type: 'object',
      properties: { certificate: { type: 'string' }, key: { type: 'string' } },
      required: ['certificate', 'key'],
    },
    responses: view,
    handle: async (call) => {
      if (!isPrivate(call)) {
        return refuse('api.notFromHere', 'A private key is taken over HTTPS only, or at the device itself.');
      }
      const checked = checkBody(upload, call.body);
      if (!checked.ok) return checked.reply;
      await certificateOf(call).replace(checked.value);
      call.access.note(`${call.who} brought another certificate for HTTPS.`);
      return ok(viewOf(call));
    },
  },
  {
    method: 'DELETE',
    path: `${apiBase}/tls`,
    id: 'renewTls',
    tag: 'access',
    summary: 'Serve the page with a new certificate that the device makes itself',
    description: 'With a new key, for the names and addresses that the machine has now.',
    access: 'manufacturer',
    responses: view,
    handle: async (call): Promise<Reply> => {
      await certificateOf(call).renew();
      call.access.note(`${call.who} had a new certificate for HTTPS made.`);
      return ok(viewOf(call));
    },
  },
];

function certificateOf({ https }: ApiCall): HttpsCertificate {
  if (https !== null) return https;
  throw new KerbsideError('access.refused', 'The page is served over plain HTTP; api.tls = on changes that.');
}

/** What is sent can be read by nobody else on its way. */
function isPrivate({ secure, address }: ApiCall): boolean {
  return secure || address === '' || isLoopback(plainAddress(address));
}

function viewOf(call: ApiCall): ReturnType<typeof toJson> {
  const { https } = call;
  if (https === null) return { on: false, origin: null, certificate: null, problems: [] };
  const { name: _, ...certificate } = https.facts;
  const language = languageOf(call);
  const problems = problemsOf(https.leftMs).map((problem) => problem[language]);
  return toJson({ on: true, origin: https.origin, certificate, problems });
}

function problemsOf(leftMs: number): readonly { readonly en: string; readonly de: string }[] {
  if (leftMs <= 0) {
    const de = 'Das Zertifikat ist abgelaufen; Browser weisen es ab.';
    return [{ en: 'The certificate has ended; browsers refuse it.', de }];
  }
  if (leftMs > soonMs) return [];
  return [{ en: 'The certificate ends within 30 days.', de: 'Das Zertifikat läuft in weniger als 30 Tagen ab.' }];
}
