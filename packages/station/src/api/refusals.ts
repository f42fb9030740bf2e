import type { ErrorCode } from '../core/errors.ts';
import { errorCatalogue, KerbsideError } from '../core/errors.ts';
import type { Json, JsonObject } from '../core/json.ts';

/** Why the HTTP side itself turns a request down, with its status and what a person can do about it. */
export const apiRefusals = {
  'api.badRequest': {
    status: 400,
    remedy: 'Correct what the message names. /api/v1/openapi.json describes every request.',
  },
  'api.unauthorized': {
    status: 401,
    remedy:
      'Sign in at the page; programs send "Authorization: Bearer TOKEN" (kerbside tokens, or tokens.json in the data folder).',
  },
  'api.wrongPassword': {
    status: 401,
    remedy:
      'Check both; capital letters count in the password. Somebody at the device can give a new one: kerbside password reset USER.',
  },
  'api.forbidden': { status: 403, remedy: 'Sign in as somebody who may, or use a token of that role.' },
  'api.csrf': {
    status: 403,
    remedy: 'Send X-Kerbside-Csrf with what GET /api/v1/session says; a page loads itself anew.',
  },
  'api.passwordChange': { status: 403, remedy: 'PUT /api/v1/session/password chooses another one.' },
  'api.unknownRoute': { status: 404, remedy: 'The address is wrong. /api/v1/openapi.json lists them all.' },
  'api.unknownStation': { status: 404, remedy: 'GET /api/v1/stations lists the stations of this process.' },
  'api.unknownSession': {
    status: 404,
    remedy:
      'GET /api/v1/stations/STATION/sessions lists the sessions that are kept; a running one stands in the status.',
  },
  'api.unknownReservation': {
    status: 404,
    remedy: 'GET /api/v1/stations/STATION/reservations lists the reservations that hold; it may be over.',
  },
  'api.notSimulated': {
    status: 404,
    remedy: 'The hardware of this station is real. Start one with --simulate to play with it.',
  },
  'api.methodNotAllowed': { status: 405, remedy: 'Use one of the methods in the Allow header.' },
  'api.tooLarge': { status: 413, remedy: 'A request body has at most 1 MiB.' },
  'api.mediaType': { status: 415, remedy: 'Send the body as "Content-Type: application/json".' },
  'api.misdirected': {
    status: 421,
    remedy:
      'Call this machine by localhost, 127.0.0.1 or [::1]. Other names are refused, because web pages could misuse them.',
  },
  'api.tooManyViews': { status: 503, remedy: 'Too many people watch at once. Close a page that shows this daemon.' },
  'api.tooManyFailures': {
    status: 429,
    remedy: 'Too many wrong tokens came from this address. Wait as long as Retry-After says.',
  },
} as const;

/** The stable code of a refusal of the HTTP side. */
export type ApiRefusalCode = keyof typeof apiRefusals;

/** The HTTP status of each reason for which Kerbside refuses or fails. */
const statusOfError: Readonly<Record<ErrorCode, number>> = {
  'config.invalid': 400,
  'config.unknownParameter': 404,
  'config.refused': 422,
  'config.forbidden': 403,
  'config.pinned': 409,
  'store.unavailable': 503,
  'store.corrupt': 500,
  'store.newer': 500,
  'store.locked': 503,
  'driver.lost': 503,
  'driver.refused': 409,
  'firmware.refused': 409,
  'firmware.unverified': 409,
  'driver.timeout': 504,
  'link.lost': 503,
  'endpoint.invalid': 422,
  'certificate.refused': 409,
  'certificate.unknown': 404,
  'access.refused': 422,
  'access.unknown': 404,
  'whitelist.known': 409,
  'whitelist.unknown': 404,
  'whitelist.refused': 422,
  'eichrecht.noStart': 409,
  'eichrecht.notBlocked': 409,
  'eichrecht.refused': 409,
  'vendor.unknown': 404,
  'vendor.tooLong': 413,
  'simulator.refused': 409,
  'command.usage': 400,
  'daemon.unreachable': 503,
  'daemon.startFailed': 503,
  'daemon.tooManyStations': 503,
  'station.notRunning': 503,
  'internal.bug': 500,
};

/** The answer to a request, before it becomes a response of HTTP. */
export interface Reply {
  readonly status: number;
  readonly body: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is no JSON, such as a table for a spreadsheet. */
export interface TextReply {
  readonly status: number;
  readonly text: string;
  readonly contentType: string;
}

/** A file that is sent piece by piece, so that it is never whole in memory. */
export interface FileReply {
  readonly status: number;
  readonly file: AsyncIterable<string | Uint8Array>;
  readonly contentType: string;
  /** Under which it is saved: letters, digits, `.`, `_` and `-` only. */
  readonly name: string;
}

/** An answer that goes on: events as they happen (`text/event-stream`). */
export interface StreamReply {
  readonly status: number;
  readonly stream: ReadableStream<Uint8Array>;
}

/** An answer with a body and status 200, or another of success. */
export function ok(body: Json, status = 200): Reply {
  return { status, body };
}

/** The refusal of the HTTP side itself. */
export function refuse(code: ApiRefusalCode, message: string, headers?: Readonly<Record<string, string>>): Reply {
  const { status, remedy } = apiRefusals[code];
  const reply: Reply = { status, body: { error: { code, message, remedy } } };
  return headers === undefined ? reply : { ...reply, headers };
}

/** The answer for whatever was thrown; of a defect only that there is one is told. */
export function refusalOf(thrown: unknown): Reply {
  const error =
    thrown instanceof KerbsideError
      ? thrown
      : new KerbsideError('internal.bug', 'The request could not be carried out. The log of the daemon says more.');
  return refuseWith(error.code, error.message);
}

/** The refusal under a code of the catalogue; `more` stands beside the error in the body. */
export function refuseWith(code: ErrorCode, message: string, more: JsonObject = {}): Reply {
  return { status: statusOfError[code], body: { error: { code, message, remedy: errorCatalogue[code] }, ...more } };
}
