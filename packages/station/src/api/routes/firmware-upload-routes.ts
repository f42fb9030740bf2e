import { ok, refuse } from '../refusals.ts';
import type { Route, RouteParameter, StationCall } from '../route.ts';
import { ref, type JsonSchema } from '../schemas.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const uploadId: RouteParameter = {
  name: 'id',
  in: 'path',
  description: 'The id that the upload was given.',
  schema: { type: 'string' },
};

function headerParameter(name: string, description: string): RouteParameter {
  return { name, in: 'header', description, schema: { type: 'string' } };
}

const done: JsonSchema = ref('Done');
/** A signature of RSA with 4096 bits has some 700 characters, a chain of certificates some thousands; Node takes 16 KiB of headers. */
const longestHeader = 12_000;

/** Firmware that people bring: uploaded, looked at, then installed or thrown away (manufacturer only). */
export const firmwareUploadRoutes: readonly Route[] = [
  stationRoute({
    method: 'POST',
    path: '/firmware/uploads',
    id: 'uploadFirmware',
    tag: 'stations',
    summary: 'Upload firmware',
    description:
      'The body is the image itself, of any length that the slot holds; it is written as it comes. Refused while a transaction runs (`uploadRefusal` of the firmware tells that before). What does not come whole leaves nothing; what was uploaded before is thrown away. Nothing is installed yet.',
    access: 'manufacturer',
    consumes: 'application/octet-stream',
    parameters: [
      headerParameter(
        'X-Kerbside-Signature',
        'The signature over the image, base64: SHA-256 with RSA-PSS, RSA PKCS #1 v1.5 or ECDSA.',
      ),
      headerParameter(
        'X-Kerbside-Certificate',
        'The certificate that it was made with, and those above it: PEM, in base64.',
      ),
    ],
    responses: {
      201: {
        description: 'It is whole and on disk; `refusal` says why it cannot be installed.',
        schema: ref('FirmwareUpload'),
      },
    },
    handle: async (call) => {
      const [signature, pem] = [call.header('x-kerbside-signature'), call.header('x-kerbside-certificate')];
      if ([signature, pem].some((text) => text !== undefined && !isBase64(text)))
        return refuse('api.badRequest', 'X-Kerbside-Signature and X-Kerbside-Certificate are base64.');
      const proof = {
        signature: signature ?? null,
        certificate: pem === undefined ? null : Buffer.from(pem, 'base64').toString('utf8'),
        length: lengthOf(call),
      };
      return ok(toJson(await call.station.device.firmware.upload(call.stream ?? nothing(), proof)), 201);
    },
  }),
  stationRoute({
    method: 'POST',
    path: '/firmware/uploads/{id}/install',
    id: 'installUploadedFirmware',
    tag: 'stations',
    summary: 'Install uploaded firmware',
    description:
      'The station restarts into it and tries it; when it does not reach its backend it goes back to the one before. The firmware of the station tells how that goes; the backend hears of it only by the version in BootNotification and the event FirmwareUpdated.',
    access: 'manufacturer',
    parameters: [uploadId],
    responses: { 202: { description: 'It will be installed, also after a power cut.', schema: done } },
    handle: async (call) => {
      const { who, role } = call;
      await call.station.device.firmware.install(call.path('id'), { who, role });
      return ok({ done: true }, 202);
    },
  }),
  stationRoute({
    method: 'DELETE',
    path: '/firmware/uploads/{id}',
    id: 'deleteUploadedFirmware',
    tag: 'stations',
    summary: 'Throw uploaded firmware away',
    access: 'manufacturer',
    parameters: [uploadId],
    responses: { 200: { description: 'It is gone.', schema: done } },
    handle: async (call) => {
      await call.station.device.firmware.discard(call.path('id'));
      return ok({ done: true });
    },
  }),
];

function isBase64(text: string): boolean {
  return text.length <= longestHeader && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

function lengthOf({ header }: StationCall): number | null {
  const text = header('content-length');
  return text === undefined || !/^\d{1,15}$/.test(text) ? null : Number(text);
}

/** A request without a body. */
async function* nothing(): AsyncGenerator<Uint8Array> {}
